"""What a run is likely to cost and take, judged by past runs of the same kind."""

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from warehouse.history.summary import RunSummary

ENOUGH_FOR_PERCENTILES = 5
"""Runs; of fewer, the smallest and the largest say more than a percentile does."""


@dataclass(frozen=True, slots=True)
class Spread:
    """One figure over past runs: the middle one, and how far the runs lie apart."""

    runs: int
    median: float
    low: float
    high: float
    percentiles: bool
    """Whether `low` and `high` are the 10th and 90th percentile, not the smallest and largest."""

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread | None":
        """The spread of some values; None where there are none."""
        if not values:
            return None
        percentiles = len(values) >= ENOUGH_FOR_PERCENTILES
        low, high = min(values), max(values)
        if percentiles:
            low, *_, high = statistics.quantiles(values, n=10, method="inclusive")
        return cls(len(values), statistics.median(values), low, high, percentiles)


@dataclass(frozen=True, slots=True)
class RunEstimate:
    """What past runs tell of a run to come; each figure is None where they do not tell it."""

    basis: tuple[RunSummary, ...]
    """The runs it stands on: handed over, verified or not."""
    cut_short: tuple[RunSummary, ...]
    """Runs that did not come to their end, which say only what it costs at least."""
    forks: tuple[RunSummary, ...]
    """Runs that share the past of another one, and so cost less than a whole run."""
    calls: Spread | None
    prompt_tokens: Spread | None
    completion_tokens: Spread | None
    cost: Spread | None
    """US dollars, of the runs whose every call had a known price."""
    seconds: Spread | None

    @property
    def verified(self) -> int:
        """How many of the runs it stands on were verified."""
        return sum(run.status == "verified" for run in self.basis)


def estimate(runs: Iterable[RunSummary], like: RunSummary) -> RunEstimate:
    """What to expect of a run of the same company, chain and model as `like`. Each version of a run that
    was gone on with counts by itself."""
    versions = (each for run in runs for each in run.versions or (run,))
    alike = [each for each in versions if kind_of(each) == kind_of(like) and not each.back_to]
    own = [run for run in alike if not run.parent]
    basis = tuple(run for run in own if is_handed_over(run))

    def spread(of: Callable[[RunSummary], float], among: Sequence[RunSummary]) -> Spread | None:
        return Spread.of([of(run) for run in among])

    return RunEstimate(
        basis=basis,
        cut_short=tuple(run for run in own if not is_handed_over(run)),
        forks=tuple(run for run in alike if run.parent),
        calls=spread(lambda run: run.usage.calls, basis),
        prompt_tokens=spread(lambda run: run.usage.prompt_tokens, basis),
        completion_tokens=spread(lambda run: run.usage.completion_tokens, basis),
        cost=spread(
            lambda run: run.usage.known_cost, [run for run in basis if not run.usage.unpriced_calls]
        ),
        seconds=spread(lambda run: run.seconds, basis),
    )


def kind_of(run: RunSummary) -> tuple[str, str, str]:
    """Company, chain and model: what makes two runs comparable."""
    return run.company, run.chain, run.model


def is_handed_over(run: RunSummary) -> bool:
    """Whether the run came to its end, with a product that was verified or was not."""
    return run.status in ("verified", "unverified")
