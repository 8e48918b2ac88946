"""What a judge is shown: the programs of a condition and of the baseline, by nobody's name."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from company.errors import ConfigurationError
from company.lab.design.plan import JobRecord
from company.lab.execution.folder import LabFolder
from company.lab.execution.job_status import events_at_end
from company.lab.report.measurements import Measurements
from company.lab.tasks.task_card import TaskCard
from warehouse.product.product import Product
from warehouse.runs.folders import PRODUCT
from warehouse.terminal_text import safe_text

Files = Mapping[str, bytes]
MOST = 6_000
"""Characters that are shown of a program, and of a task."""
SHOWN = """\
The task was:
{task}

=== The first program ===
{first}

=== The second program ===
{second}

=== End of the programs ==="""


@dataclass(frozen=True)
class Program:
    """What a run delivered."""

    digest: str
    """Of all its files."""
    files: Callable[[], Files]
    """Reads them."""


@dataclass(frozen=True)
class Pair:
    """Two programs for the same task, of the same repetition."""

    task: str
    repetition: int
    condition: str
    prompt: str
    """What was asked for."""
    ours: Program
    """Of the condition."""
    theirs: Program
    """Of the baseline."""

    @property
    def is_same(self) -> bool:
        """Whether there is nothing to be judged."""
        return self.ours.digest == self.theirs.digest

    @cached_property
    def id(self) -> str:
        """What it is known by: it tells whose programs they are to nobody, and is another where one is another."""
        about = (self.condition, self.task, str(self.repetition), self.prompt)
        parts = "\0".join((*about, self.ours.digest, self.theirs.digest))
        return hashlib.sha256(parts.encode(errors="replace")).hexdigest()[:20]

    @property
    def ids(self) -> tuple[str, str]:
        """The names of its two judgements: the condition's program first, then second."""
        return f"{self.id}-1", f"{self.id}-2"

    def shown(self) -> tuple[str, str]:
        """The condition's program and the baseline's, as they are shown: files that both have alike are named only."""
        ours, theirs = self.ours.files(), self.theirs.files()
        alike = sorted(path for path in ours if theirs.get(path) == ours[path])
        return _text_of(ours, alike), _text_of(theirs, alike)

    def tasks(self) -> list[TaskCard]:
        """What is asked of a judge: the pair in both orders, since judges prefer a place. Nothing where what is
        shown of them is the same."""
        ours, theirs = self.shown()
        asked = _cut(safe_text(self.prompt))
        orders = [(ours, theirs), (theirs, ours)] if ours != theirs else []
        return [
            TaskCard(id=name, prompt=SHOWN.format(task=asked, first=first, second=second))
            for name, (first, second) in zip(self.ids, orders, strict=False)
        ]


def pairs_of(folder: LabFolder) -> list[Pair]:
    """All pairs whose runs have ended, in the order of the plan. Raises ConfigurationError where nothing is compared."""
    plan = folder.plan()
    if plan.baseline is None:
        raise ConfigurationError(
            f"{folder.path} has no baseline: judges compare the conditions of an experiment."
        )
    programs = dict(_programs(folder, plan.jobs))
    return [
        Pair(job.task, job.repetition, job.condition, job.prompt, programs[ours], programs[theirs])
        for job in plan.jobs
        for ours in [(job.condition, job.task, job.repetition)]
        for theirs in [(plan.baseline, job.task, job.repetition)]
        if job.condition != plan.baseline and ours in programs and theirs in programs
    ]


def _programs(
    folder: LabFolder, jobs: tuple[JobRecord, ...]
) -> Iterator[tuple[tuple[str, str, int], Program]]:
    """What the runs that have ended delivered, by condition, task and repetition."""
    measurements = Measurements(folder.path)
    for job in jobs:
        run = folder.run(job.id)
        if (events := events_at_end(run)) is not None:
            digest = measurements.of(run, events).trace.product
            yield (job.condition, job.task, job.repetition), Program(digest, _reader(run))


def _reader(run: Path) -> Callable[[], Files]:
    def files() -> Files:
        product = Product.open(run / PRODUCT)
        return product.files(product.head())

    return files


def _text_of(files: Files, alike: list[str]) -> str:
    """A program as text, cut where it is long."""
    texts = [f"### {path}\n{_text(files[path])}" for path in sorted(files) if path not in alike]
    texts += [f"(and {', '.join(alike)}, alike in both)"] if alike else []
    return _cut(safe_text("\n\n".join(texts))) or "(no files)"


def _cut(text: str) -> str:
    cut = f"{text[:MOST]}\n(and {len(text) - MOST:,} characters more)"
    return text if len(text) <= MOST else cut


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return f"({len(content):,} bytes that are no text)"
