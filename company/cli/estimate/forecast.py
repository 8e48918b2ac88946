"""A run that has not begun, held against the runs that are over: in words, and as data."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from company.cli.output import headed
from company.cli.price import price
from company.company import Company
from company.errors import ConfigurationError
from company.models.model_id import parse_model_id
from warehouse.events.conversion import spec_of
from warehouse.history.estimate import RunEstimate, Spread, estimate, is_handed_over, kind_of
from warehouse.history.format.figures import counted, dollars, duration, excerpt
from warehouse.history.record import list_runs
from warehouse.history.summary import RunSummary, SummaryFold
from warehouse.history.usage import Usage
from warehouse.journal.journal import Event, now

MOST_NAMED = 5
"""Runs or kinds that are named; the rest are counted."""
ADVICE = (
    "Tasks differ: take this for an order of magnitude.",
    "A run is kept within bounds by --max-calls, --max-tokens, --max-seconds and --budget.",
)


@dataclass(frozen=True)
class Forecast:
    """What can be said of a run before it begins."""

    run: RunSummary
    """The run as it would begin."""
    models: tuple[str, ...]
    """The model of every role."""
    estimate: RunEstimate
    past: tuple[RunSummary, ...]
    """Every run of the products folder that can be read."""
    broken: int
    """How many runs there cannot be read."""
    products: Path

    @classmethod
    def of(cls, company: Company, task: str, products: Path) -> "Forecast":
        """Look ahead. Raises ConfigurationError where the run could not begin."""
        spec = asyncio.run(company.spec(task, sandbox="none"))
        begun = Event(0, now(), "", spec_of(spec.frozen(run="")))
        run = _spelled_out(SummaryFold([begun]).summary)
        rows = list_runs(products)
        past = tuple(_spelled_out(row.summary) for row in rows if row.summary is not None)
        models = tuple(spec.models.values())
        return cls(run, models, estimate(past, run), past, len(rows) - len(past), products)


def _spelled_out(run: RunSummary) -> RunSummary:
    """With its model's whole id: `local` alone means the same as `local:` and its default model."""
    try:
        return replace(run, model=str(parse_model_id(run.model)))
    except (ConfigurationError, AttributeError):
        return run


def lines_of(forecast: Forecast) -> Iterator[str]:
    """The estimate as lines of text for people."""
    known = forecast.estimate
    yield headed("Task", excerpt(forecast.run.task))
    yield headed("By", _called(kind_of(forecast.run)))
    if known.calls is None:
        why = f"no run of this kind has come to its end in {forecast.products}"
        yield headed("Estimate", f"unknown: {why}")
        yield from _left_aside(forecast)
        yield from _others(forecast)
        return
    past = f"{counted(len(known.basis), 'past run')} of this kind in {forecast.products}"
    yield headed("Estimate", f"from {past}, {known.verified or 'none'} of them verified")
    yield ""
    yield f"{'':<18} {'median':>9}   {_kind_of_spread(known.calls)}"
    yield _figures("Calls", known.calls, _whole)
    yield _figures("Prompt tokens", known.prompt_tokens, _whole)
    yield _figures("Completion tokens", known.completion_tokens, _whole)
    yield _figures("Time", known.seconds, duration)
    yield _cost(known.cost, forecast.models)
    yield ""
    yield from _left_aside(forecast)
    yield from ADVICE


def as_record(forecast: Forecast) -> dict[str, Any]:
    """The estimate as plain data; None where something is unknown."""
    known = forecast.estimate
    figures = "calls", "prompt_tokens", "completion_tokens", "cost", "seconds"
    spreads = {name: getattr(known, name) for name in figures}
    return {
        "task": forecast.run.task,
        "company": forecast.run.company,
        "chain": forecast.run.chain,
        "model": forecast.run.model,
        "products": str(forecast.products),
        "runs": [run.run for run in known.basis],
        "verified": known.verified,
        "cut_short": [run.run for run in known.cut_short],
        "forks": [run.run for run in known.forks],
        "broken": forecast.broken,
        **{name: asdict(spread) if spread else None for name, spread in spreads.items()},
    }


def _called(kind: tuple[str, str, str]) -> str:
    company, chain, model = kind
    return f"{company} by the {chain} chain, {model}"


def _figures(head: str, spread: Spread | None, shown: Callable[[float], str]) -> str:
    if spread is None:
        return f"{head:<18} {'unknown':>9}"
    around = "" if spread.runs == 1 else f"   {shown(spread.low)} to {shown(spread.high)}"
    return f"{head:<18} {shown(spread.median):>9}{around}"


def _kind_of_spread(spread: Spread) -> str:
    if spread.runs == 1:
        return "(a single run has no spread)"
    return "10th to 90th percentile" if spread.percentiles else "smallest to largest"


def _cost(spread: Spread | None, models: Iterable[str]) -> str:
    head = f"{'Cost':<18} "
    if spread is None:
        return f"{head}unknown: {price(Usage.of(0, 0, None), models)}"
    if spread.high == 0.0:
        return f"{head}{price(Usage.of(0, 0, 0.0), models)}"
    return _figures("Cost", spread, dollars)


def _whole(number: float) -> str:
    return f"{number:,.0f}"


def _left_aside(forecast: Forecast) -> Iterator[str]:
    known = forecast.estimate
    if known.cut_short:
        why = "not come to an end, so a lower bound only"
        yield f"Left aside: {counted(len(known.cut_short), 'run')} {why}: {_named(known.cut_short)}."
    if known.forks:
        why = "with part of the work done before"
        yield f"Left aside: {counted(len(known.forks), 'fork')}, {why}: {_named(known.forks)}."
    if forecast.broken:
        yield f"Left aside: {counted(forecast.broken, 'run')} whose journal cannot be read."


def _named(runs: tuple[RunSummary, ...]) -> str:
    names = [f"{run.run} ({run.status})" for run in runs[:MOST_NAMED]]
    more = [f"{len(runs) - MOST_NAMED} more"] if len(runs) > MOST_NAMED else []
    return ", ".join(names + more)


def _others(forecast: Forecast) -> Iterator[str]:
    handed_over = (run for run in forecast.past if is_handed_over(run) and not run.parent)
    kinds = Counter(_called(kind_of(run)) for run in handed_over)
    if kinds:
        known = (f"{kind} ({counted(n, 'run')})" for kind, n in kinds.most_common(MOST_NAMED))
        yield f"Known there: {'; '.join(known)}."
