"""`softhouse resume`: go on where a run stopped, without paying again for what is recorded."""

from pathlib import Path
from typing import Any

import click

from company.cli.options import (
    allow_option,
    events_option,
    plain_option,
    products_option,
    run_argument,
)
from company.cli.run_options import limit_options


@click.command(epilog="Example: softhouse resume last --max-calls 60")
@run_argument
@products_option
@limit_options
@allow_option
@plain_option
@events_option
def command(
    run: str,
    products: Path | None,
    allowed: tuple[str, ...],
    plain: bool,
    as_json: bool,
    **limits: Any,
) -> int:
    """Go on with RUN: what is recorded is recalled, the rest is done.

    RUN is an id, a unique prefix of one, a path, or `last`. Limits count from the run's beginning;
    those not given stay as they were.
    """
    from company.cards.company_card import RunLimits
    from company.cli.run.begin import take_up_again
    from company.cli.run.session import Session
    from company.run_options import read_options

    session = Session(plain=plain, as_json=as_json, allowed=allowed)
    return session.work(take_up_again(run, products, read_options(RunLimits, limits), session))
