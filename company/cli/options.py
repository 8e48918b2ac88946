"""Options and arguments that several commands share."""

from pathlib import Path

import click
from click.shell_completion import CompletionItem


class RunArgument(click.ParamType[str]):
    """A run's id, a unique prefix of one, a path, or `last`."""

    name = "run"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from warehouse.runs.folders import demos, products_folder, run_folders

        names = [
            "last",
            *demos(),
            *(f.name for f in run_folders(products_folder(ctx.params.get("products")))),
        ]
        return [CompletionItem(name) for name in names if name.startswith(incomplete)]


run_argument = click.argument("run", type=RunArgument())


def _in_one_piece(ctx: click.Context, _: click.Parameter, words: tuple[str, ...]) -> str:
    if len(words) > 1:
        sentence = " ".join(words)
        raise click.UsageError(
            f'The task is {len(words)} words for the shell; put it into quotes: "{sentence}".', ctx
        )
    return words[0]


def _in_one_piece_or_none(
    ctx: click.Context, parameter: click.Parameter, words: tuple[str, ...]
) -> str:
    return _in_one_piece(ctx, parameter, words) if words else ""


further_task_argument = click.argument(
    "task", nargs=-1, metavar="[TASK]", callback=_in_one_piece_or_none
)
task_argument = click.argument(
    "task", nargs=-1, required=True, metavar="TASK", callback=_in_one_piece
)

products_option = click.option(
    "--products",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The folder of all runs. [default: $SOFTHOUSE_PRODUCTS or ./products]",
)
allow_option = click.option(
    "--allow",
    "allowed",
    metavar="WHAT",
    multiple=True,
    help="An address, a folder or `made-elsewhere` that a run from others asks for.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Write JSON, for scripts.")
plain_option = click.option(
    "--plain", is_flag=True, help="One line for each thing that happens, instead of the live view."
)
events_option = click.option(
    "--json", "as_json", is_flag=True, help="Write the journal's events, one JSON object a line."
)
