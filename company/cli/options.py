"""Options and arguments that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from company.cards.company_card import RunLimits

F = TypeVar("F", bound=Callable[..., Any])


class RunArgument(click.ParamType[str]):
    """A run's id, a unique prefix of one, a path, or `last`."""

    name = "run"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from warehouse.runs import demos, products_folder, run_folders

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


task_argument = click.argument(
    "task", nargs=-1, required=True, metavar="TASK", callback=_in_one_piece
)

products_option = click.option(
    "--products",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The folder of all runs. [default: $SOFTHOUSE_PRODUCTS or ./products]",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Write JSON, for scripts.")
plain_option = click.option(
    "--plain", is_flag=True, help="One line for each thing that happens, instead of the live view."
)
events_option = click.option(
    "--json", "as_json", is_flag=True, help="Write the journal's events, one JSON object a line."
)


def limit_options(command: F) -> F:
    """What a run may cost."""
    for option in (
        click.option("--max-seconds", type=float, metavar="S", help="Stop after S seconds."),
        click.option("--max-calls", type=int, metavar="N", help="Stop before call N + 1."),
        click.option(
            "--max-tokens", type=int, metavar="N", help="Stop before N tokens, both ways, are used."
        ),
        click.option(
            "--budget", type=float, metavar="USD", help="Stop before USD dollars are spent."
        ),
    ):
        command = option(command)
    return command


def limits_from(
    base: "RunLimits",
    budget: float | None,
    max_tokens: int | None,
    max_calls: int | None,
    max_seconds: float | None,
) -> "RunLimits":
    """`base` with what the person said instead. Raises ConfigurationError for what is no limit."""
    from pydantic import ValidationError

    from company.cards.company_card import RunLimits
    from company.errors import ConfigurationError

    given = {
        "usd": ("--budget", budget),
        "tokens": ("--max-tokens", max_tokens),
        "calls": ("--max-calls", max_calls),
        "seconds": ("--max-seconds", max_seconds),
    }
    said = {name: value for name, (_, value) in given.items() if value is not None}
    try:
        return RunLimits(**{**base.model_dump(), **said})
    except ValidationError as error:
        fault = error.errors()[0]
        option, value = given[str(fault["loc"][0])]
        raise ConfigurationError(f"{option} {value} is no limit: {fault['msg'].lower()}.") from None
