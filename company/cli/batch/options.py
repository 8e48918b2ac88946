"""Options of the commands that make many runs."""

import re
from collections.abc import Callable, Iterable, Mapping, Set
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from company.cli.options import allow_option
from company.cli.run_options import limit_options
from company.lab.execution.at_once import AT_ONCE, EMBEDDED
from warehouse.sandbox.registry import AUTO, CARD_CHOICES

if TYPE_CHECKING:
    from company.cards.company_card import RunLimits
    from company.lab.execution.engine import Engine, WorkSettings
    from company.models.rates import Rate

F = TypeVar("F", bound=Callable[..., Any])

RATE = re.compile(r"(.+)=(?=/?[0-9])([0-9]*)/?([0-9]*)")


def work_options(command: F) -> F:
    """How fast, how far, and by whom a plan is worked through."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Write a JSON object a line: every run, then the sums."),
        click.option("--plain", is_flag=True, help="One line for each run that ends, instead of the live view."),
        click.option(
            "--evaluate-again",
            is_flag=True,
            help="Run the checks of finished runs anew: they were changed.",
        ),
        click.option("--dry-run", is_flag=True, help="Say what would be run, and run nothing."),
        click.option("--address", metavar="HOST:PORT", help="The Ray cluster's address. [default: the one that Ray finds, else this machine]"),
        click.option("--engine", type=click.Choice(["local", "ray"]), default="local", help="This process, or a Ray cluster. [default: local]"),
        click.option("--rate", "rates", metavar="PROVIDER=R/T", multiple=True, help="At most R requests and T tokens a minute, as openai=500/200000 or openai=500."),
        click.option(
            "--calls",
            "calls_at_once",
            type=click.IntRange(1, 10_000),
            metavar="N",
            help="Model calls at the same time, of all runs together. [default: as many as there are]",
        ),
        click.option("--sandboxes", "sandboxes_at_once", type=click.IntRange(1, 1000), metavar="N", help="Sandboxes open at the same time. [default: as many as cores]"),
        click.option("-j", "--at-once", type=click.IntRange(1, 10_000), metavar="N", help=f"Runs side by side. [default: {AT_ONCE}; {EMBEDDED} for the embedded model]"),
    ):  # fmt: skip
        command = option(command)
    return allow_option(limit_options(command))


sandbox_option = click.option(
    "--sandbox",
    type=click.Choice(CARD_CHOICES),
    default=AUTO,
    help=f"Where programs are run. [default: {AUTO}]",
)
to_option = click.option(
    "--to",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="The folder it is kept in.",
)


def _load_metrics(context: click.Context, _: click.Parameter, paths: tuple[Path, ...]) -> None:
    from company.lab.metrics.own import load_file

    for path in paths:
        load_file(path)


metrics_option = click.option(
    "--metrics",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE.py",
    multiple=True,
    expose_value=False,
    is_eager=True,
    callback=_load_metrics,
    help="Python code with metrics of your own, which is run here.",
)


def run_limits(pairs: Iterable[str]) -> "RunLimits":
    """The limits of each run, from `calls=20` and the like. Raises UsageError."""
    from pydantic import ValidationError

    from company.cards.company_card import RunLimits

    limits = dict(pair.partition("=")[::2] for pair in pairs)
    try:
        return RunLimits.model_validate_strings(limits)
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
        known = ", ".join(f"{limit}=N" for limit in RunLimits.model_fields)
        raise click.UsageError(
            f"--run-limit '{name}={limits[name]}' is not one of {known}."
        ) from None


def rates_from(pairs: Iterable[str]) -> "Mapping[str, Rate]":
    """Provider → rate, from `PROVIDER=R/T`. Raises UsageError where it is not that."""
    from company.models.rates import Rate

    rates = {}
    for pair in pairs:
        match = RATE.fullmatch(pair)
        if match is None:
            raise click.UsageError(
                f"--rate {pair!r} is not PROVIDER=REQUESTS/TOKENS a minute, as in openai=500/200000."
            )
        requests, tokens = (int(number) if number else None for number in match.groups()[1:])
        rates[match[1]] = Rate(requests=requests, tokens=tokens)
    return rates


def settings_from(options: Mapping[str, Any], *, sandbox: str, allowed: Set[str]) -> "WorkSettings":
    """How the plan is worked through, as the person said it."""
    from company.cards.company_card import RunLimits
    from company.lab.execution.engine import WorkSettings
    from company.run_options import read_options

    return WorkSettings(
        at_once=options["at_once"],
        sandbox=sandbox,
        calls_at_once=options["calls_at_once"],
        sandboxes_at_once=options["sandboxes_at_once"],
        limits=read_options(RunLimits, {name: options[name] for name in RunLimits.model_fields}),
        rates=rates_from(options["rates"]),
        evaluate_again=options["evaluate_again"],
        mutants=options["mutants"],
        embeddings=options["embeddings"] or "",
        allowed=allowed,
    )


def engine_from(options: Mapping[str, Any]) -> "Engine":
    """Who does the work. Raises UsageError for an address without Ray."""
    if options["address"] and options["engine"] != "ray":
        raise click.UsageError("--address names a Ray cluster: say --engine ray, too.")
    if options["engine"] == "ray":
        from company.lab.execution.ray.engine import RayEngine

        return RayEngine(options["address"])
    from company.lab.execution.worker_pool import LocalEngine

    return LocalEngine()
