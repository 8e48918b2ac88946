"""A plan: every run that a batch or an experiment is to make, settled before the first begins.

Its folder keeps it written down. Runs that were begun bind: whatever decides what comes of them must
be in a new plan as it was. Their limits may change, and the checks of their tasks.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from company.cards.problems import shown
from company.errors import ConfigurationError
from company.lab.design.condition import Condition
from company.lab.design.contrasts import Weighed, comparisons
from company.lab.design.published import Published
from company.lab.metrics.catalogue import described
from company.lab.tasks.task_card import TaskCard
from company.spec import RunSpec, main_model
from warehouse.errors import PathRejected
from warehouse.paths import MAX_PICTURE_BYTES
from warehouse.plain_file import read_below


@dataclass(frozen=True)
class Job:
    """One run to be made: everything it needs, wherever it is worked on."""

    id: str
    """The run's id, and the name of its folder."""
    task: TaskCard
    condition: str
    repetition: int
    """Counted from 1."""
    spec: RunSpec
    group: str
    """Jobs of one group may share a past, and are worked on one after another."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """What the condition sets, as the journal of a fork tells it."""
    partners: Mapping[str, str] = field(default_factory=dict)
    """Setting → the run whose tokens it takes, once that has ended; it stands before in the group."""


@dataclass(frozen=True)
class Plan:
    """What is to be run, and how it will be looked at."""

    kind: Literal["batch", "experiment"]
    name: str
    jobs: tuple[Job, ...]
    conditions: tuple[Condition, ...]
    title: str = ""
    question: str = ""
    baseline: str | None = None
    paired: bool = False
    factors: tuple[str, ...] = ()
    """The settings in which conditions differ."""
    metrics: tuple[str, ...] = ()
    """The primary metrics, the main one first."""
    compares_conditions: bool = True
    """Whether each other condition is compared with the baseline."""
    contrasts: tuple[Weighed, ...] = ()
    """What is compared besides."""
    looks: tuple[int, ...] = ()
    """After so many tasks it may be looked at before all are done."""
    margins: Mapping[str, float] = field(default_factory=dict)
    published: tuple[Published, ...] = ()
    """By how much a primary metric may differ and still be called the same."""
    configuration: str = ""
    """The file it was made from, as it was."""
    registration: str = ""
    """The lines in which it was registered (`registration.py`); none where it was not."""

    def __post_init__(self) -> None:
        names = Counter(job.id.lower() for job in self.jobs)
        for job in self.jobs:
            if names[job.id.lower()] > 1:
                raise ConfigurationError(
                    f"Two runs would be called {shown(job.id)}, which is one folder where capital "
                    "letters count for nothing: give a task or a condition another name."
                )

    @property
    def comparisons(self) -> int:
        """How many there will be."""
        return comparisons(
            self.conditions,
            self.contrasts,
            self.metrics,
            compares_conditions=self.compares_conditions,
        )

    @property
    def sandbox(self) -> str:
        """The backend in which every product is run, or `none`."""
        return self.jobs[0].spec.sandbox if self.jobs else "none"

    def groups(self) -> list[Sequence[Job]]:
        """The jobs that may share a past, together; both in the order of the plan."""
        groups: dict[str, list[Job]] = {}
        for job in self.jobs:
            groups.setdefault(job.group, []).append(job)
        return list(groups.values())

    def parts(self) -> Iterator[list[Sequence[Job]]]:
        """The groups up to each look, and those after the last one."""
        tasks, groups = list(dict.fromkeys(job.task.id for job in self.jobs)), self.groups()
        for begin, end in pairwise((0, *self.looks, len(tasks))):
            yield [group for group in groups if group[0].task.id in tasks[begin:end]]


FolderName = Annotated[str, msgspec.Meta(pattern=r"\A(?!\.{0,2}\Z)[^/]+\Z")]
DECISIVE = {
    "prompt": "another prompt",
    "images": "other pictures",
    "commit": "another commit of its repository",
    "seed": "another seed",
    "model": "another model",
    "cards": "other roles, phases or chains, or models of single roles",
}
"""What decides the outcome of a job, and what people are told where it was changed."""

JUDGING = ("checks", "given", "setup", "fail_to_pass", "pass_to_pass", "test_patch", "test_files", "databases", "answer")  # fmt: skip
"""What of a task says how its product is judged."""


class JobRecord(msgspec.Struct, frozen=True):
    """A job as it is written down; pictures and cards by their digests."""

    id: FolderName
    condition: str = ""
    task: str = ""
    category: str = ""
    prompt: str = ""
    images: tuple[str, ...] = ()
    commit: str = ""
    repetition: int = 0
    seed: int | None = None
    settings: dict[str, str] = {}
    model: str = ""
    cards: str = ""
    judged: str = ""
    """A digest of how the task says what is right; it may change, and a registration tells."""


class PlanRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A plan as it is written down."""

    softhouse: str = ""
    written_at: str = ""
    kind: str = ""
    name: str = ""
    title: str = ""
    question: str = ""
    baseline: str | None = None
    paired: bool = False
    sandbox: str = ""
    factors: tuple[str, ...]
    metrics: tuple[str, ...] = ()
    own_metrics: dict[str, str] = {}
    """The primary ones that are the user's own, with digests of what measures them."""
    compares_conditions: bool = True
    contrasts: tuple[Weighed, ...] = ()
    looks: tuple[int, ...] = ()
    planned: dict[str, int] = {}
    """Of a plan with looks, how many runs each task is to have, in the order in which they are made."""
    margins: dict[str, float] = {}
    published: tuple[Published, ...] = ()
    conditions: dict[str, dict[str, str]] = {}
    configuration: str = ""
    registration: str = ""
    jobs: tuple[JobRecord, ...]


def record_of(plan: Plan, earlier: PlanRecord | None, begun: Collection[str]) -> PlanRecord:
    """The plan as it is written down, in the place of an `earlier` one.

    A run that the new plan no longer names was made all the same, and is kept. Raises
    ConfigurationError where one of the runs that were `begun` would no longer be what it was.
    """
    digests = _Digests()
    jobs = {job.id: _job_record(job, digests) for job in plan.jobs}
    if earlier is not None:
        known = {each.id: each for each in earlier.jobs}
        _refuse_another(plan, earlier, begun)
        for name in jobs.keys() & known.keys() & set(begun):
            _refuse_change(known[name], jobs[name], earlier.softhouse)
        jobs = {**known, **jobs}
    return PlanRecord(
        softhouse=version("softhouse"),
        written_at=datetime.now(UTC).isoformat(timespec="seconds"),
        kind=plan.kind,
        name=plan.name,
        title=plan.title,
        question=plan.question,
        baseline=plan.baseline,
        paired=plan.paired,
        sandbox=plan.sandbox,
        factors=plan.factors,
        metrics=plan.metrics,
        own_metrics={name: digest for name in plan.metrics if (digest := described(name).digest)},
        compares_conditions=plan.compares_conditions,
        contrasts=plan.contrasts,
        looks=plan.looks,
        planned=Counter(job.task.id for job in plan.jobs) if plan.looks else {},
        margins=dict(plan.margins),
        published=plan.published,
        conditions={each.name: each.shown() for each in plan.conditions},
        configuration=plan.configuration,
        registration=plan.registration,
        jobs=tuple(jobs.values()),
    )


def task_record(task: TaskCard) -> JobRecord:
    """What is written down of a task whatever works on it."""
    return JobRecord(
        id=task.id,
        task=task.id,
        category=task.category,
        prompt=task.prompt,
        images=tuple(_of_picture(Path(image)) for image in task.images),
        commit=task.commit,
        judged=_digest(task.model_dump_json(include=set(JUDGING), exclude_defaults=True).encode()),
    )


def amending(study: str | Path) -> str:
    """How a change of a study is said to be meant."""
    return (
        f"softhouse experiment register {study} --amend 'because …', or in Python"
        " await experiment.register(why='because …')"
    )


def _refuse_another(plan: Plan, earlier: PlanRecord, begun: Collection[str]) -> None:
    """Raises ConfigurationError where the folder is that of something else."""
    kind, name = earlier.kind, earlier.name
    if kind != plan.kind or (kind == "experiment" and name != plan.name):
        raise ConfigurationError(
            f"It is the folder of the {kind} {name}: choose another folder with --to."
        )
    sandbox = earlier.sandbox
    if begun and sandbox != plan.sandbox:
        raise ConfigurationError(
            f"Its runs were begun with --sandbox {sandbox}, and would now go on with "
            f"{plan.sandbox}: give --sandbox {sandbox}, or choose another folder with --to."
        )
    if begun:
        refuse_another_question(plan, earlier)


def refuse_another_question(plan: Plan, earlier: PlanRecord) -> None:
    """Raises ConfigurationError where other things would be compared than when the runs were begun, and
    nothing says so."""
    if not plan.registration.startswith(earlier.registration):
        raise ConfigurationError(
            "Its runs were begun under a registration that has been changed or taken away since: put it back."
        )
    since = plan.registration[len(earlier.registration) :].splitlines()
    if any(json.loads(line)["begun"] == 0 for line in since):
        raise ConfigurationError(
            "Its runs had begun when the study was registered, which says that none had: register it with the "
            "same --to as the runs."
        )
    if plan.registration:
        return
    compared = (
        "metrics",
        "baseline",
        "compares_conditions",
        "contrasts",
        "looks",
        "margins",
        "published",
    )
    other = [word for word in compared if getattr(earlier, word) != getattr(plan, word)]
    known = earlier.own_metrics.items()
    other += [name for name, digest in known if described(name).digest not in ("", digest)]
    if other:
        before = getattr(earlier, other[0], "of its former file")
        told = before
        if isinstance(before, tuple | dict):
            told = ", ".join(map(_named, before.items() if isinstance(before, dict) else before))
        raise ConfigurationError(
            f"Its runs were begun with the {other[0].replace('_', ' ')} {told or 'none'}. Take the change back, or say"
            f" why it is made: {amending('STUDY')}"
        )


def _named(each: object) -> str:
    if isinstance(each, tuple):
        return " ".join(map(str, each))
    if isinstance(each, Published):
        return f"{each.condition}, {each.metric} {each.value:g}"
    return each.name if isinstance(each, Weighed) else str(each)


def _refuse_change(before: JobRecord, now: JobRecord, written_by: str) -> None:
    """Raises ConfigurationError where a run that was begun would be another by the new plan."""
    changed = (key for key in DECISIVE if getattr(before, key) != getattr(now, key))
    if (what := next(changed, None)) is None:
        return
    by = f" by softhouse {written_by}" if written_by != version("softhouse") else ""
    raise ConfigurationError(
        f"The run {now.id} was begun{by} with {DECISIVE[what]}. Take the change back, give the task "
        "or the condition another name, or choose another folder with --to."
    )


def _job_record(job: Job, digests: "_Digests") -> JobRecord:
    return msgspec.structs.replace(
        task_record(job.task),
        id=job.id,
        condition=job.condition,
        repetition=job.repetition,
        seed=job.spec.seed,
        settings=dict(job.settings),
        model=main_model(job.spec.models),
        cards=digests.of(job.spec),
    )


class _Digests:
    """Digests of cards and models; most jobs have the very same."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], str] = {}

    def of(self, spec: RunSpec) -> str:
        same = id(spec.cards), id(spec.models)
        if same not in self._known:
            decisive = [spec.cards.frozen(), spec.models]
            self._known[same] = _digest(json.dumps(decisive, sort_keys=True).encode())
        return self._known[same]


def _of_picture(path: Path) -> str:
    try:
        return _digest(read_below(path.parent, path.name, MAX_PICTURE_BYTES))
    except PathRejected as error:
        raise ConfigurationError(f"{path} cannot be read: {error}.") from None


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:24]
