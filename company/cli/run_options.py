"""Options of the command line that are declared where a run is: nothing is said of them here."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from company.options import (
    Declared,
    Limits,
    Option,
    RunChoices,
    RunSource,
    Settings,
    declared_in,
)

F = TypeVar("F", bound=Callable[..., Any])

LIMITS = list(declared_in(Limits))
DECLARED = [
    *(each for part in (RunChoices, Settings, RunSource) for each in declared_in(part)),
    *LIMITS,
]
OF_THE_RUN = ("name", "experiment")
"""What is said of a run once, for all of its versions."""
VARIED = [each for each in DECLARED if each.option.varied]
"""What may be said of all runs of a batch."""


def _offered(declared: Sequence[Declared]) -> Callable[[F], F]:
    def offer(command: F) -> F:
        for each in reversed(declared):
            command = _option(each)(command)
        return command

    return offer


def _option(each: Declared) -> Callable[[F], F]:
    option = each.option
    usual = f" [default: {option.default}]" if option.default else ""
    return click.option(
        option.flag,
        each.name,
        type=_type(each),
        is_flag=each.type is bool,
        default=None,
        multiple=each.is_repeated,
        metavar=option.metavar or None,
        help=option.help + usual,
    )


def _type(each: Declared) -> Any:
    option = each.option
    if option.choices:
        return click.Choice([*option.stand_ins, *option.choices])
    if option.bounds:
        return click.IntRange(*option.bounds)
    if option.path == "program":
        return click.Path()  # which completes paths; whether it is there is looked at later
    if each.type is Path:
        is_file = option.path == "file"
        return click.Path(exists=True, file_okay=is_file, dir_okay=not is_file, path_type=Path)
    return each.type


run_options = _offered(DECLARED)
"""All that may be said of a run."""
further_options = _offered(
    [
        *declared_in(RunChoices),
        *(each for each in declared_in(Settings) if each.name not in OF_THE_RUN),
        *LIMITS,
    ]
)
"""What may be said of a further version of a run."""
batch_options = _offered(VARIED)
company_options = _offered(
    [each for each in DECLARED if each.name in ("company", "chain", "model")]
)
"""Who works, and with which model."""
ask_options = _offered(
    [
        *(
            each
            for each in DECLARED
            if each.name in ("company", "model", "seed", "knowledge", "embeddings")
        ),
        *LIMITS,
    ]
)
"""What may be said of a question to a database."""
limit_options = _offered(LIMITS)
"""What a run, or all together, may cost."""


def overridable_keys() -> str:
    """What a fork may change of a run's settings, a line each."""
    changed = (each for each in declared_in(Settings) if each.option.overridable)
    return "\n".join(f"  {each.name:<30}{_meaning(each.option)}" for each in changed)


def _meaning(option: Option) -> str:
    return ", ".join(option.choices) or option.help[0].lower() + option.help[1:].rstrip(".")
