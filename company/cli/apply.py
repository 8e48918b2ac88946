"""`softhouse apply`: what a run made of a program of yours, put into your folder."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from company.cli.options import products_option, run_argument

if TYPE_CHECKING:
    from company.cli.opened import OpenedRun
    from warehouse.product.taking_home.plan import Plan


@click.command(epilog="Example: softhouse apply last && git diff")
@run_argument
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@products_option
def command(run: str, folder: Path | None, products: Path | None) -> None:
    """Put what RUN made of your program into DIR, uncommitted: all of it or nothing.

    DIR is by default where the program came from. Files that you changed since the run began
    stand against it; others may be as they like.

    RUN is an id, a unique prefix of one, a path, or `last`.
    """
    from company.cli.opened import open_run
    from company.cli.output import say

    opened = open_run(run, products)
    root = _root(opened, folder)
    planned = apply_to(opened, root)
    for placing in planned.placings:
        word = "removed" if placing.content is None else "changed" if placing.was else "new"
        say(f"{word:<8} {placing.path}")
    if planned.there:
        say(f"{len(planned.there)} of the changes were there already.")
    say(f"Nothing is committed, and git's index is as it was: git -C {root} diff shows it.")


def apply_to(opened: "OpenedRun", root: Path) -> "Plan":
    """Change the folder; what was done. Raises ConfigurationError where something stands against it."""
    from warehouse.product.taking_home.place import alone_in, place

    with alone_in(root):
        planned = _planned(opened, root)
        place(root, planned.placings)
    return planned


def _root(opened: "OpenedRun", folder: Path | None) -> Path:
    """The folder to be changed. Raises ConfigurationError where none is known, or none is there."""
    from company.errors import ConfigurationError
    from warehouse.history.contribution import contribution_of
    from warehouse.product.intake.address import is_address
    from warehouse.runs.seal import is_made_here

    if folder is None:
        source = contribution_of(opened.events).source
        if source is not None and is_made_here(opened.folder, opened.events):
            if is_address(source):
                raise ConfigurationError(
                    f"The program came from {source}: name your clone of it, softhouse apply RUN DIR."
                )
            folder = Path(source)
    if folder is None or not folder.is_dir():
        raise ConfigurationError(
            f"There is no folder {folder}: name yours."
            if folder
            else "The folder to change is not known: softhouse apply RUN DIR."
        )
    return folder.absolute()


def _planned(opened: "OpenedRun", root: Path) -> "Plan":
    """What is to be done. Raises ConfigurationError where something stands against it."""
    from company.cli.export.work import work_of
    from company.errors import ConfigurationError
    from warehouse.product.taking_home.plan import plan

    work = work_of(opened)
    planned = plan(root, work.changes, work.contents)
    if planned.obstacles:
        named = "; ".join(f"{path}: {why}" for path, why in planned.obstacles.items())
        raise ConfigurationError(
            f"Nothing was changed in {root}, since this stands against it: {named}. Put these files "
            "back, or let git merge: softhouse export RUN --to patch, then git am -3."
        )
    return planned
