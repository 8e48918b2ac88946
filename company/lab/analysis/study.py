"""A study: the results of a batch or an experiment, all that is needed to read them, and which runs
count: those that have ended; the others are left out, and named."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile

import polars as pl

from company.lab.analysis.preference import Agreement, Preference
from company.lab.design.contrasts import Weighed
from company.lab.design.published import Published
from company.lab.design.registration import Registration
from company.lab.metrics.catalogue import TAKEN

NOT_ENDED = ("stopped", "unfinished", "broken")
"""Statuses of runs that say nothing of what the company would have delivered."""
NUMBERS = ("repetition", "seed", "exit_code")
IDENTITY = {name: pl.Int64 if name in NUMBERS else pl.String for name in TAKEN}
"""The columns that say which run a row is about."""


@dataclass(frozen=True)
class Study:
    """What is analysed and reported. Every text in it may be hostile."""

    name: str
    title: str
    question: str
    """What was asked, in words; empty for a batch that asks nothing."""
    frame: pl.DataFrame
    """The results, one row a run."""
    conditions: Mapping[str, Mapping[str, str]]
    """What each condition sets, by its name, in the order of the report."""
    baseline: str | None
    """The condition that the others are compared with; None where nothing is compared."""
    paired: bool
    """Whether the same task and repetition share a seed across conditions."""
    metrics: tuple[str, ...]
    """The primary metrics, compared and Holm-corrected; the first is the main one."""
    measured_otherwise: tuple[str, ...]
    """The user's own metrics that another file measures now than when the runs were made."""
    compares_conditions: bool
    """Whether each other condition is compared with the baseline."""
    contrasts: tuple[Weighed, ...]
    """What is compared besides."""
    margins: Mapping[str, float]
    """By how much a primary metric may differ and still be called the same."""
    published: tuple[Published, ...]
    """What others found, in the place of a comparison."""
    looks: tuple[int, ...]
    """After so many tasks it may be looked at before all are done."""
    planned: Mapping[str, int]
    """How many runs each task is to have, in the order in which they are made."""
    configuration: str
    """The text of the file that was run, exactly."""
    versions: Mapping[str, str]
    """What it was run with: softhouse, Python, platform, model, sandbox, date."""
    transcripts: Mapping[str, str]
    """Where a run can be read, by its id: a path as it lies from the report."""
    preferences: tuple[Preference, ...] = ()
    """What judges made of its programs."""
    agreements: tuple[Agreement, ...] = ()
    """How far they agree with each other."""
    registration: Registration | None = None
    """What was meant before it was run; None where that was not written down."""
    departure: str = ""
    """In what its file is no longer that, in sentences; else empty."""

    def is_confirmatory(self, metric: str, condition: str) -> bool:
        """Whether a comparison, by its condition or contrast, was registered before any run, and stayed as it was."""
        is_meant = self.registration is not None and self.registration.is_confirmatory(
            metric, condition
        )
        return is_meant and metric not in self.measured_otherwise


@dataclass(frozen=True)
class LeftOut:
    """A run that does not count, and the status it was left in."""

    run: str
    condition: str
    task: str
    repetition: int
    status: str


@dataclass(frozen=True)
class Look:
    """How far a study is that may be looked at before its end."""

    tasks: Collection[str]
    """Those it is about; none where it is too early for the first look."""
    fractions: tuple[float, ...]
    """The shares of all tasks that this look and those before it had."""

    @property
    def is_last(self) -> bool:
        """Whether all is done."""
        return self.fractions[-1:] == (1.0,)


def look_at(study: Study, frame: pl.DataFrame) -> Look | None:
    """The furthest look whose runs have all ended, or been given up, of whole results; None of a study that has
    none. What is left of a study all of whose runs were begun is looked at as it is.
    """
    if not (study.looks and study.planned):
        return None
    names = list(study.planned)
    is_worked_on = bool((frame["status"] == "unfinished").any())
    is_begun = not is_worked_on and all(_made(frame, study.planned))
    waits = frame["status"].is_in(["stopped", "unfinished"])
    whole_tasks = len(list(takewhile(bool, _made(frame.filter(~waits), study.planned))))
    reached = [
        look
        for look in (*study.looks, len(names))
        if look <= whole_tasks or (look == len(names) and is_begun)
    ]
    return Look(
        frozenset(names[: reached[-1]] if reached else ()),
        tuple(look / len(names) for look in reached),
    )


def _made(frame: pl.DataFrame, planned: Mapping[str, int]) -> Iterator[bool]:
    """Whether each task has all of its runs."""
    made = dict(frame["task"].value_counts().iter_rows())
    return (made.get(name, 0) >= runs for name, runs in planned.items())


def whole(frame: pl.DataFrame) -> pl.DataFrame:
    """Results with all identity columns, and null where a metric is no finite number."""
    missing = [pl.lit(None, kind).alias(name) for name, kind in IDENTITY.items()]
    frame = frame.with_columns(each for each in missing if each.meta.output_name() not in frame)
    texts = [name for name, kind in IDENTITY.items() if kind == pl.String]
    frame = frame.with_columns(pl.col(name).cast(pl.String).fill_null("") for name in texts)
    numbers = [pl.col(name).cast(pl.Float64) for name in metric_columns(frame)]
    return frame.with_columns(pl.when(each.is_finite()).then(each) for each in numbers)


def metric_columns(frame: pl.DataFrame) -> tuple[str, ...]:
    """The names of the columns that hold numbers and do not say which run it is."""
    return tuple(
        name
        for name, kind in frame.schema.items()
        if name not in IDENTITY and (kind.is_numeric() or kind in (pl.Boolean, pl.Null))
    )


def ended(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows of runs that count."""
    return frame.filter(~pl.col("status").is_in(NOT_ENDED))


def left_out(frame: pl.DataFrame) -> tuple[LeftOut, ...]:
    """The runs that do not count, in the order of the frame."""
    rows = frame.filter(pl.col("status").is_in(NOT_ENDED))
    repetition = pl.col("repetition").fill_null(0)
    rows = rows.select("run", "condition", "task", repetition, "status")
    return tuple(LeftOut(*row) for row in rows.iter_rows())


def conditions_in(frame: pl.DataFrame, known: Iterable[str]) -> tuple[str, ...]:
    """The conditions in their known order, then those that only the results name."""
    return tuple(dict.fromkeys([*known, *frame["condition"].to_list()]))


def by_status(frame: pl.DataFrame) -> Mapping[str, int]:
    """How many runs have each status, the commonest first."""
    counts = frame["status"].value_counts().sort("count", "status", descending=[True, False])
    return dict(counts.rows())
