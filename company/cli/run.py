"""`softhouse run`: one sentence in, a verified program out."""

from pathlib import Path
from typing import Any

import click

from company.cli.options import (
    events_option,
    limit_options,
    plain_option,
    products_option,
    task_argument,
)
from warehouse.sandbox.registry import CHOICES


@click.command(epilog='Example: softhouse run "A tip calculator with tests" --company pair')
@task_argument
@click.option(
    "--company", metavar="NAME|FILE", help="Who works. [default: one that suits the model]"
)
@click.option("--chain", metavar="NAME", help="Another order of phases than the company's own.")
@click.option(
    "--model", metavar="ID", help="PROVIDER:MODEL for every role. [default: what is there]"
)
@click.option(
    "--role-model", "role_models", metavar="ROLE=ID", multiple=True, help="A model for one role."
)
@click.option("--name", help="What to call the run. [default: the task's first words]")
@click.option("--experiment", metavar="NAME", default="", help="What the run belongs to.")
@products_option
@click.option(
    "--sandbox",
    type=click.Choice(CHOICES),
    help="Where the program is run. [default: the company's, mostly auto]",
)
@limit_options
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), metavar="N", help="For sampling.")
@click.option(
    "--image",
    "images",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    multiple=True,
    help="A picture that belongs to the task.",
)
@click.option(
    "--from",
    "source",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="An existing program to go on from.",
)
@click.option("--human", "humans", metavar="ROLE", multiple=True, help="A role you play yourself.")
@click.option("--tui", is_flag=True, help="Watch it in the window; it outlives the window.")
@plain_option
@events_option
def command(**given: Any) -> int:
    """Build what TASK says: talk it through, write it, run it, mend it, hand it over.

    TASK is a sentence or a page of text; `-` reads it from standard input.

    Exit codes: 0 delivered and verified, 1 delivered but not working, 2 usage or configuration,
    3 budget reached, 4 the model provider failed, 5 no sandbox, 130 interrupted.
    """
    from company.cli.sitting.begin import Wishes, begin_and_work

    wishes = Wishes(**given)
    if wishes.tui:
        from company.cli.sitting.in_window import begin_and_show

        return begin_and_show(wishes)
    return begin_and_work(wishes)
