"""`softhouse resume`: go on where a run stopped, without paying again for what is recorded."""

from pathlib import Path

import click

from company.cli.options import (
    events_option,
    limit_options,
    plain_option,
    products_option,
    run_argument,
)


@click.command(epilog="Example: softhouse resume last --max-calls 60")
@run_argument
@products_option
@limit_options
@plain_option
@events_option
def command(
    run: str,
    products: Path | None,
    budget: float | None,
    max_tokens: int | None,
    max_calls: int | None,
    max_seconds: float | None,
    plain: bool,
    as_json: bool,
) -> int:
    """Go on with RUN: what is recorded is recalled, the rest is done.

    RUN is an id, a unique prefix of one, a path, or `last`. Limits count from the run's beginning;
    those not given stay as they were.
    """
    from company.cli.sitting.again import take_up_again
    from company.cli.sitting.session import Session
    from company.cli.views.view import choose_view

    session = Session(choose_view(plain=plain, as_json=as_json))
    limits = budget, max_tokens, max_calls, max_seconds
    return session.work(take_up_again(run, products, limits, session))
