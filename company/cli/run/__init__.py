"""`softhouse run`: one sentence in, a verified program out."""

from pathlib import Path
from typing import Any

import click

from company.cli.options import (
    allow_option,
    events_option,
    plain_option,
    products_option,
    task_argument,
)
from company.cli.run_options import run_options


@click.command(epilog='Example: softhouse run "A tip calculator with tests" --company pair')
@task_argument
@run_options
@products_option
@click.option("--tui", is_flag=True, help="Watch it in the window; it outlives the window.")
@allow_option
@plain_option
@events_option
def command(
    products: Path | None,
    tui: bool,
    allowed: tuple[str, ...],
    plain: bool,
    as_json: bool,
    **options: Any,
) -> int:
    """Build what TASK says: talk it through, write it, run it, mend it, hand it over.

    TASK is a sentence or a page of text; `-` reads it from standard input.

    Exit codes: 0 delivered and verified, 1 delivered but not working, 2 usage or configuration,
    3 budget reached, 4 the model provider failed, 5 no sandbox, 130 interrupted.
    """
    from company.cli.run.begin import begin, begin_and_show, request_of
    from company.cli.run.session import Session
    from warehouse.runs.folders import products_folder

    if tui and (plain or as_json):
        raise click.UsageError("--tui excludes --plain and --json.")
    request, root = request_of(**options), products_folder(products)
    if tui:
        return begin_and_show(request, root)
    session = Session(plain=plain, as_json=as_json, allowed=allowed)
    return session.work(begin(request, root, session))
