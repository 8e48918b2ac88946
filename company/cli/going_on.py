"""`softhouse continue`: the same run, folder and repository, and what comes next."""

from pathlib import Path
from typing import Any

import click

from company.cli.options import (
    allow_option,
    events_option,
    further_task_argument,
    plain_option,
    products_option,
    run_argument,
)
from company.cli.run_options import further_options

BEFORE = "before"
"""What `--undo` means without a version."""


@click.command(epilog='Example: softhouse continue last "now add a tip for groups"')
@run_argument
@further_task_argument
@click.option(
    "--undo",
    metavar="[VERSION]",
    is_flag=False,
    flag_value=BEFORE,
    help="Go back to a version, the one before the last unless one is named.",
)
@further_options
@products_option
@allow_option
@plain_option
@events_option
def command(
    run: str,
    task: str,
    undo: str | None,
    products: Path | None,
    allowed: tuple[str, ...],
    plain: bool,
    as_json: bool,
    **options: Any,
) -> int:
    """Go on with RUN after its delivery: TASK says what comes next, and a further version is made.

    What you changed in the product meanwhile, committed or not, is kept as yours. The maintainers of
    the company `incremental` work on it unless another company is named, or the company that answered
    where databases were asked, with the model that most roles had before. Limits count for this version alone. With --undo nobody works: the files of a former version
    come back by a commit on top, and nothing is lost.
    """
    from company.cli.run.continuing import continue_with, undo_to
    from company.cli.run.session import Session

    if bool(task) == (undo is not None):
        raise click.UsageError('Say what comes next ("now add …"), or --undo; not both.')
    session = Session(plain=plain, as_json=as_json, allowed=allowed)
    if undo is None:
        return session.work(continue_with(run, task, options, products, session))
    if undo != BEFORE and not undo.isdecimal():
        raise click.UsageError(
            f"--undo {undo}: versions are called by their numbers, as `show` has them."
        )
    return session.work(undo_to(run, None if undo == BEFORE else int(undo), products, session))
