"""What a study set out to show, written down before it was run, and every change since.

`STUDY.registration.jsonl` lies beside the study's file: its first line registers the study, each further
one amends it. Each holds the SHA-256 of the line before, so none can be changed or taken out without
all that follow; whoever knows the last one, from a commit or a letter, can see that.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import takewhile
from pathlib import Path

import msgspec

from company.cards.problems import shown
from company.errors import ConfigurationError
from company.lab.design.contrasts import Weighed
from company.lab.design.plan import JobRecord, PlanRecord, amending
from company.lab.design.published import Published
from warehouse.plain_file import read_plain_file

LARGEST = 1 << 26
"""Bytes that are read of one."""


class Design(msgspec.Struct, frozen=True, kw_only=True):
    """What decides what a study can be said to show."""

    question: str
    metrics: tuple[str, ...]
    """The primary metrics, the main one first."""
    own_metrics: dict[str, str] = {}
    """Those that are the user's own, with digests of what measures them."""
    baseline: str | None
    paired: bool
    compares_conditions: bool = True
    """Whether each other condition is compared with the baseline."""
    contrasts: tuple[Weighed, ...] = ()
    """What is compared besides."""
    looks: tuple[int, ...] = ()
    """After so many tasks it may be looked at, and may end."""
    margins: dict[str, float] = {}
    """By how much a primary metric may differ and still be called the same."""
    published: tuple[Published, ...] = ()
    """What others found, which it is to replicate or not."""
    conditions: dict[str, str]
    """By name, a digest of what decides its runs: settings, cards and models."""
    tasks: tuple[str, ...]
    """A digest of each task: its id, what is asked, and how it is judged."""
    task_ids: tuple[str, ...]
    """Their names, in the same order; none where they are sealed."""
    repetitions: int
    seeds: tuple[int | None, ...]
    runs: int
    """After so many runs it ends, and not before but by a look; those that did not come to their end are left out."""

    def conditions_of(self, compared: str) -> tuple[str, ...]:
        """The conditions that a comparison takes; none where it was not meant."""
        for each in self.contrasts:
            if each.name == compared:
                return tuple(each.weights)
        is_meant = self.compares_conditions and compared in self.conditions
        return (compared, self.baseline or "") if is_meant else ()


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A line: a registration, or an amendment."""

    at: str
    """When, in UTC, by the clock of the machine."""
    softhouse: str
    why: str = ""
    """Why it was amended; empty in a registration."""
    begun: int
    """How many runs had begun by then, whose results may have been seen."""
    previous: str = ""
    """The SHA-256 of the line before."""
    design: Design


class Registration(msgspec.Struct, frozen=True):
    """All entries, the oldest first, and the SHA-256 of the last line."""

    entries: tuple[Entry, ...]
    digest: str

    @property
    def design(self) -> Design:
        """As it stands."""
        return self.entries[-1].design

    @property
    def beforehand(self) -> Design | None:
        """As it stood when no run had begun; None where it was registered later."""
        before = [entry.design for entry in takewhile(lambda each: not each.begun, self.entries)]
        return before[-1] if before else None

    def is_confirmatory(self, metric: str, compared: str) -> bool:
        """Whether a comparison, by the name of its condition or contrast, was meant before any run, and
        whatever decides it stayed so throughout: nothing that was meant was given up either, since what
        is left would be what looked well."""
        meant = self.beforehand
        if meant is None or metric not in meant.metrics:
            return False
        conditions = meant.conditions_of(compared)
        return bool(conditions) and all(
            _keeps(entry.design, meant, conditions) for entry in self.entries if entry.begun
        )


def place_of(study: Path) -> Path:
    """Where the registration of a study's file is kept."""
    return study.with_name(f"{study.stem}.registration.jsonl")


def design_of(plan: PlanRecord, *, sealed: bool = False) -> Design:
    """What of a plan is registered."""
    tasks = {job.task: _digest(job.task, _asked(job), job.judged) for job in plan.jobs}
    works: dict[str, set[str]] = {}
    for job in plan.jobs:
        works.setdefault(job.condition, set()).add(_digest(job.cards, job.model))
    seeds = {job.repetition: job.seed for job in plan.jobs}
    return Design(
        question=plan.question,
        metrics=plan.metrics,
        own_metrics=plan.own_metrics,
        compares_conditions=plan.compares_conditions,
        contrasts=plan.contrasts,
        looks=plan.looks,
        margins=plan.margins,
        published=plan.published,
        baseline=plan.baseline,
        paired=plan.paired,
        conditions={
            name: _digest(*sorted(settings.items()), *sorted(works.get(name, ())))
            for name, settings in plan.conditions.items()
        },
        tasks=tuple(tasks[task] for task in sorted(tasks)),
        task_ids=() if sealed else tuple(sorted(tasks)),
        repetitions=len(seeds),
        seeds=tuple(seeds[repetition] for repetition in sorted(seeds)),
        runs=len(plan.jobs),
    )


def read(text: str, name: str) -> Registration | None:
    """A registration from its lines; None of an empty text. `name` is the file's.

    Raises ConfigurationError, naming the line, where one was changed or taken out.
    """
    entries: list[Entry] = []
    previous = ""
    for number, line in enumerate(text.removesuffix("\n").split("\n") if text else (), 1):
        try:
            entry = msgspec.json.decode(line, type=Entry)
        except (msgspec.DecodeError, UnicodeEncodeError) as error:
            raise ConfigurationError(
                f"{name}:{number} is no entry of a registration: {shown(str(error))}"
            ) from None
        if entry.previous != previous:
            raise ConfigurationError(
                f"{name}:{number} does not follow the line before it: an entry was changed or taken "
                "out afterwards. Put the file back as it was registered."
            )
        entries.append(entry)
        previous = _digest_of_line(line)
    return Registration(tuple(entries), previous) if entries else None


def text_at(study: Path) -> str:
    """The lines that are kept beside a study; none where it is not registered.

    Raises ConfigurationError where they cannot be read.
    """
    place = place_of(study)
    content = read_plain_file(place, LARGEST)
    if content is None and os.path.lexists(place):
        raise ConfigurationError(
            f"{place} is no plain file that can be read: put it back as it was registered."
        )
    try:
        return (content or b"").decode("utf-8")
    except UnicodeDecodeError:
        raise ConfigurationError(f"{place} is no text: put it back as it was registered.") from None


def line_of(design: Design, earlier: Registration | None, *, begun: int, why: str = "") -> str:
    """The line to be added for what a study is to be, with its end."""
    entry = Entry(
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        softhouse=version("softhouse"),
        why=why,
        begun=begun,
        previous=earlier.digest if earlier else "",
        design=design,
    )
    return f"{json.dumps(msgspec.to_builtins(entry))}\n"


def changes(before: Design, now: Design) -> list[str]:
    """What one says otherwise than the other, in words."""
    told = []
    for key, word in (("question", "question"), ("metrics", "primary metrics"), ("baseline", "baseline"),
                      ("paired", "paired"), ("looks", "looks"), ("compares_conditions", "conditions are compared"), ("repetitions", "repetitions"), ("seeds", "seeds")):  # fmt: skip
        old, new = getattr(before, key), getattr(now, key)
        if old != new:
            told.append(f"{word}: {_shown(old)} → {_shown(new)}")
    told += [
        f"metric {name} is measured otherwise"
        for name, digest in before.own_metrics.items()
        if now.own_metrics.get(name, digest) != digest
    ]
    if before.contrasts != now.contrasts:
        told.append(f"contrasts: {_named(before.contrasts)} → {_named(now.contrasts)}")
    if before.margins != now.margins:
        told.append(f"margins: {_margins(before.margins)} → {_margins(now.margins)}")
    if before.published != now.published:
        told.append(f"published: {_found(before.published)} → {_found(now.published)}")
    if before.tasks != now.tasks:
        old_tasks, new_tasks = set(before.tasks), set(now.tasks)
        told.append(
            f"tasks: {len(new_tasks - old_tasks)} new or changed, {len(old_tasks - new_tasks)} gone or changed"
        )
    for name in dict.fromkeys([*before.conditions, *now.conditions]):
        old, new = before.conditions.get(name), now.conditions.get(name)
        if old != new:
            what = "is new" if old is None else "is gone" if new is None else "is made otherwise"
            told.append(f"condition {name} {what}")
    return told


def check(registration: Registration, now: Design, study: Path) -> None:
    """Raises ConfigurationError where a study is not what was registered."""
    if different := changes(registration.design, now):
        raise ConfigurationError(
            f"{study} is no longer what was registered in {place_of(study).name}: {'; '.join(different)}. "
            f"Take the change back, or say why it is made: {amending(study)}"
        )


def _keeps(now: Design, meant: Design, same: Iterable[str]) -> bool:
    """Whether all that was meant is still compared, and these conditions are what they were."""
    return (
        (now.baseline, now.paired, now.tasks, now.seeds, now.looks)
        == (meant.baseline, meant.paired, meant.tasks, meant.seeds, meant.looks)
        and set(meant.metrics) <= set(now.metrics)
        and meant.margins.items() <= now.margins.items()
        and meant.own_metrics.items() <= now.own_metrics.items()
        and meant.conditions.keys() <= now.conditions.keys()
        and meant.compares_conditions <= now.compares_conditions
        and all(each in now.contrasts for each in meant.contrasts)
        and all(now.conditions.get(name) == meant.conditions.get(name) for name in same)
    )


def _asked(job: JobRecord) -> str:
    return json.dumps([job.prompt, job.images, job.commit])


def _named(contrasts: Iterable[Weighed]) -> str:
    """With weights, which alone may have changed."""
    each = (
        f"{one.name} ({', '.join(f'{w:g} {c}' for c, w in one.weights.items())})"
        for one in contrasts
    )
    return "; ".join(each) or "none"


def _margins(margins: Mapping[str, float]) -> str:
    return ", ".join(f"{metric} {margin:g}" for metric, margin in margins.items()) or "none"


def _found(published: Iterable[Published]) -> str:
    each = (f"{one.condition}, {one.metric} {one.value:g} ({one.source})" for one in published)
    return "; ".join(each) or "none"


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value)


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _digest_of_line(line: str) -> str:
    return hashlib.sha256(line.encode()).hexdigest()
