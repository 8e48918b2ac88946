"""Options of the commands that make many runs."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from company.cli.run_options import limit_options
from warehouse.sandbox.registry import AUTO, CARD_CHOICES

if TYPE_CHECKING:
    from company.cards.company_card import RunLimits
    from company.lab.execution.engine import Engine
    from company.lab.execution.settings import WorkSettings
    from company.models.rates import Rate

F = TypeVar("F", bound=Callable[..., Any])

AT_ONCE = 8
"""Runs side by side where nothing is said and no model is served by this machine itself."""
LIMITS = ("usd", "tokens", "calls", "seconds")


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
        click.option("-j", "--at-once", type=click.IntRange(1, 10_000), metavar="N", help=f"Runs side by side. [default: {AT_ONCE}; 1 for the embedded model]"),
    ):  # fmt: skip
        command = option(command)
    return limit_options(command)


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


def run_limits(given: Iterable[str]) -> "RunLimits":
    """The limits of each run, from `calls=20` and the like. Raises UsageError."""
    from company.cards.company_card import RunLimits

    limits = RunLimits()
    for pair in given:
        name, _, value = pair.partition("=")
        try:
            number = int(value) if name in ("tokens", "calls") else float(value)
            limits = RunLimits.model_validate({**limits.model_dump(), name: number})
        except ValueError:
            raise click.UsageError(
                f"--run-limit {pair!r} is not one of {', '.join(f'{n}=N' for n in LIMITS)}."
            ) from None
    return limits


def rates_from(given: Iterable[str]) -> "Mapping[str, Rate]":
    """Provider → rate, from `PROVIDER=R/T`. Raises UsageError where it is not that."""
    from company.models.rates import Rate

    found = {}
    for pair in given:
        provider, _, rate = pair.rpartition("=")
        requests, _, tokens = rate.partition("/")
        numbers = [text for text in (requests, tokens) if text]
        if not (provider and numbers and all(n.isascii() and n.isdecimal() for n in numbers)):
            raise click.UsageError(
                f"--rate {pair!r} is not PROVIDER=REQUESTS/TOKENS a minute, as in openai=500/200000."
            )
        found[provider] = Rate(
            requests=int(requests) if requests else None, tokens=int(tokens) if tokens else None
        )
    return found


def settings_from(
    given: Mapping[str, Any], *, sandbox: str, models: Iterable[str]
) -> "WorkSettings":
    """How the plan is worked through, as the person said it."""
    from company.cards.company_card import RunLimits
    from company.lab.execution.settings import WorkSettings
    from company.run_options import read_options

    own_machine = any(model.startswith("local:") for model in models)
    return WorkSettings(
        at_once=given["at_once"] or (1 if own_machine else AT_ONCE),
        sandbox=sandbox,
        calls_at_once=given["calls_at_once"],
        sandboxes_at_once=given["sandboxes_at_once"],
        limits=read_options(RunLimits, {name: given[name] for name in RunLimits.model_fields}),
        rates=rates_from(given["rates"]),
        evaluate_again=given["evaluate_again"],
        mutants=given["mutants"],
        embeddings=given["embeddings"] or "",
    )


def engine_from(given: Mapping[str, Any]) -> "Engine":
    """Who does the work. Raises UsageError for an address without Ray."""
    if given["address"] and given["engine"] != "ray":
        raise click.UsageError("--address names a Ray cluster: say --engine ray, too.")
    if given["engine"] == "ray":
        from company.lab.execution.ray.engine import RayEngine

        return RayEngine(given["address"])
    from company.lab.execution.local import LocalEngine

    return LocalEngine()
