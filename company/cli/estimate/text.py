"""An estimate in words, and as data."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from typing import Any

from company.cli.estimate.foresight import Foresight
from company.cli.price import price
from warehouse.history.estimate import Spread, is_handed_over, kind_of
from warehouse.history.format.figures import counted, dollars, duration, excerpt
from warehouse.history.summary import RunSummary
from warehouse.history.usage import Usage

MOST_NAMED = 5
"""Runs or kinds that are named; the rest are counted."""
ADVICE = (
    "Tasks differ: take this for an order of magnitude.",
    "A run is kept within bounds by --max-calls, --max-tokens, --max-seconds and --budget.",
)


def lines_of(seen: Foresight) -> Iterator[str]:
    """The estimate as lines of text for people."""
    known = seen.estimate
    yield _line("Task", excerpt(seen.run.task))
    yield _line("By", _called(kind_of(seen.run)))
    if known.calls is None:
        why = f"no run of this kind has come to its end in {seen.products}"
        yield _line("Estimate", f"unknown: {why}")
        yield from _left_aside(seen)
        yield from _others(seen)
        return
    past = f"{counted(len(known.basis), 'past run')} of this kind in {seen.products}"
    yield _line("Estimate", f"from {past}, {known.verified or 'none'} of them verified")
    yield ""
    yield f"{'':<18} {'median':>9}   {_kind_of_spread(known.calls)}"
    yield _figures("Calls", known.calls, _whole)
    yield _figures("Prompt tokens", known.prompt_tokens, _whole)
    yield _figures("Completion tokens", known.completion_tokens, _whole)
    yield _figures("Time", known.seconds, duration)
    yield _cost(known.cost, seen.models)
    yield ""
    yield from _left_aside(seen)
    yield from ADVICE


def as_record(seen: Foresight) -> dict[str, Any]:
    """The estimate as plain data; None where something is unknown."""
    known = seen.estimate
    figures = "calls", "prompt_tokens", "completion_tokens", "cost", "seconds"
    spreads = {name: getattr(known, name) for name in figures}
    return {
        "task": seen.run.task,
        "company": seen.run.company,
        "chain": seen.run.chain,
        "model": seen.run.model,
        "products": str(seen.products),
        "runs": [run.run for run in known.basis],
        "verified": known.verified,
        "cut_short": [run.run for run in known.cut_short],
        "forks": [run.run for run in known.forks],
        "broken": seen.broken,
        **{name: asdict(spread) if spread else None for name, spread in spreads.items()},
    }


def _line(head: str, words: str) -> str:
    return f"{head:<9} {words}"


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


def _left_aside(seen: Foresight) -> Iterator[str]:
    known = seen.estimate
    if known.cut_short:
        why = "not come to an end, so a lower bound only"
        yield f"Left aside: {counted(len(known.cut_short), 'run')} {why}: {_named(known.cut_short)}."
    if known.forks:
        why = "with part of the work done before"
        yield f"Left aside: {counted(len(known.forks), 'fork')}, {why}: {_named(known.forks)}."
    if seen.broken:
        yield f"Left aside: {counted(seen.broken, 'run')} whose journal cannot be read."


def _named(runs: tuple[RunSummary, ...]) -> str:
    names = [f"{run.run} ({run.status})" for run in runs[:MOST_NAMED]]
    more = [f"{len(runs) - MOST_NAMED} more"] if len(runs) > MOST_NAMED else []
    return ", ".join(names + more)


def _others(seen: Foresight) -> Iterator[str]:
    handed_over = (run for run in seen.past if is_handed_over(run) and not run.parent)
    kinds = Counter(_called(kind_of(run)) for run in handed_over)
    if kinds:
        known = (f"{kind} ({counted(n, 'run')})" for kind, n in kinds.most_common(MOST_NAMED))
        yield f"Known there: {'; '.join(known)}."
