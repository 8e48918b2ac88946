"""A run at a glance: a fold over its journal."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from html import escape
from typing import Any

import msgspec

from warehouse.events import (
    ChangedFile,
    CheckRecord,
    CommitEnded,
    CompletionEnded,
    EffectFailed,
    ProductChecked,
    RunContinued,
    RunEnded,
    RunForked,
    RunPaused,
    RunResumed,
    RunStarted,
    SpecRecord,
    StepStarted,
    ToolEnded,
    VersionStarted,
    WordsStreamed,
)
from warehouse.history.clock import RunClock
from warehouse.history.format.figures import cost, counted, duration, outcome
from warehouse.history.usage import NOTHING_USED, Usage, usage_in_vain, usage_of
from warehouse.journal.journal import Event
from warehouse.terminal_text import safe_text


@dataclass
class RunSummary:
    """What a list of runs shows; `seconds` is the time of all sessions without their pauses.

    Usage and seconds of a fork are its own: the past it shares was paid for before.
    """

    run: str = ""
    name: str = ""
    parent: str = ""
    """The run this one was forked from."""
    forked_at: str = ""
    """The step from which a fork differs from its parent."""
    experiment: str = ""
    """What the run belongs to, where it belongs to something."""
    version: int = 1
    """How many versions of the product were begun; task, company and verdict are those of the last."""
    back_to: int = 0
    """The version whose files the last one took up again; 0 where a company worked."""
    versions: tuple["RunSummary", ...] = ()
    """Each of them by itself, with its own usage and time, where there is more than one."""
    task: str = ""
    company: str = ""
    chain: str = ""
    model: str = ""
    started_at: str = ""
    ended_at: str = ""
    status: str = "unfinished"
    """`running` (the reader must tell, by the lock), `unfinished`, or how it ended."""
    exit_code: int | None = None
    reason: str = ""
    where: str = ""
    usage: Usage = NOTHING_USED
    shared: Usage = NOTHING_USED
    """What the past of a fork had used."""
    shared_seconds: float = 0.0
    seconds: float = 0.0
    paused: bool = False
    tool_calls: int = 0
    """How often roles used a tool; of a fork, since it left its parent."""
    commits: int = 0
    files: list[str] = field(default_factory=list)
    checks: tuple[CheckRecord, ...] = ()
    verified: bool | None = None
    """What the last execution showed; None where nothing was run."""
    verdict: str = ""
    """What was witnessed by it, and what was not, in words."""

    def as_record(self) -> dict[str, Any]:
        """As plain data, flat, with `cost` None where the price of a call is not known."""
        record = asdict(replace(self, versions=()))
        usage, shared = record.pop("usage"), record.pop("shared")
        del record["seconds"], record["shared_seconds"]
        record["versions"] = [each.as_record() for each in self.versions]
        record["checks"] = [msgspec.to_builtins(check) for check in self.checks]
        return {
            **record,
            **usage,
            "tokens": self.usage.tokens,
            "cost": self.usage.cost,
            **{f"shared_{name}": amount for name, amount in shared.items()},
            "shared_tokens": self.shared.tokens,
            "shared_cost": self.shared.cost,
            "seconds": self.seconds,
            "shared_seconds": self.shared_seconds,
        }


class SummaryFold:
    """Adds events to a summary one by one, so that a live view need not begin again."""

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self._summary = RunSummary()
        self.clock = RunClock()
        self._paths: set[str] = set()
        self._former: list[RunSummary] = []
        """The versions before the one that is worked on."""
        self._own: SummaryFold | None = None
        """What is known of a further version by itself."""
        for event in events:
            self.add(event)

    @property
    def summary(self) -> RunSummary:
        """The run as it stands, up to its last event."""
        self._summary.seconds = self.clock.seconds
        if self._own is not None:
            self._summary.versions = *self._former, self._own.summary
        return self._summary

    def add(self, event: Event) -> None:
        """Take one more event into account."""
        if type(event.data) is VersionStarted and self._summary.run:
            self._begin_anew()
        if self._own is not None:
            self._own.add(event)
        self.clock.add(event)
        summary = self._summary
        kind = type(event.data)
        if kind is StepStarted:
            summary.where = event.where
        elif kind is not WordsStreamed:  # most of a journal
            self._take(event)

    def _take(self, event: Event) -> None:
        summary = self._summary
        match event.data:
            case RunStarted() as started:
                summary.run, summary.started_at = started.run, event.at
                self._begin(started, started.name)
            case RunForked() as forked:
                self._fork(forked, event.at)
            case VersionStarted() as begun:
                self._version(begun, event.at)
            case RunResumed():
                self._go_on()
            case RunEnded() as ended:
                summary.status, summary.exit_code = ended.status, ended.exit_code
                summary.reason, summary.ended_at, summary.paused = ended.reason, event.at, False
            case RunPaused() | RunContinued():
                summary.paused = not self.clock.runs
            case CompletionEnded(result=reply):
                summary.usage += usage_of(reply)
            case EffectFailed(used=used):
                summary.usage += usage_in_vain(used)
            case ToolEnded():
                summary.tool_calls += 1
            case CommitEnded(result=commit) if commit.files:
                self._commit(commit.files)
            case ProductChecked() as checked:
                summary.checks = checked.checks
                summary.verified = checked.verified if checked.checks else None
                summary.verdict = checked.summary

    def _begin(self, spec: SpecRecord, name: str) -> None:
        summary = self._summary
        summary.name, summary.task, summary.model = name, spec.task.text, spec.model
        summary.company, summary.chain = spec.company_name, spec.chain
        summary.experiment = spec.experiment

    def _fork(self, forked: RunForked, at: str) -> None:
        """Go on as another run, which has cost nothing yet."""
        summary = self._summary
        self._begin(forked.spec, forked.name)
        summary.run, summary.started_at = forked.run, at
        summary.parent, summary.forked_at = forked.parent, forked.at
        self._go_on()
        summary.shared += summary.usage
        summary.shared_seconds = self.clock.shared
        summary.usage, summary.tool_calls = NOTHING_USED, 0

    def _version(self, begun: VersionStarted, at: str) -> None:
        """Go on after the delivery, by another task; nothing was seen of that version yet."""
        summary = self._summary
        self._begin(begun.spec, begun.spec.name)
        summary.run = summary.run or begun.spec.run
        summary.started_at = summary.started_at or at
        summary.version, summary.back_to = begun.version, begun.back_to
        summary.checks, summary.verified, summary.verdict = (), None, ""
        self._go_on()

    def _begin_anew(self) -> None:
        """Fold a further version by itself as well; it has the files that the last one has left."""
        self._former.append(self._own.summary if self._own else replace(self.summary))
        self._own = SummaryFold()
        self._own._paths = set(self._paths)
        self._own._summary.files = self._summary.files

    def _go_on(self) -> None:
        """Whatever ended a session before is over."""
        summary = self._summary
        summary.status, summary.exit_code, summary.paused = "unfinished", None, False
        summary.reason = summary.ended_at = ""

    def _commit(self, files: Iterable[ChangedFile]) -> None:
        self._summary.commits += 1
        for change in files:
            if change.status == "deleted":
                self._paths.discard(change.path)
            else:
                self._paths.add(change.path)
        self._summary.files = sorted(self._paths)


def summary_as_html(summary: RunSummary) -> str:
    """How a run stands and what it used. What roles or customers wrote is escaped."""
    checks = ", ".join(f"{check.name} {outcome(check.ok)}" for check in summary.checks)
    rows = {
        "run": summary.run,
        "task": summary.task,
        "company": f"{summary.company}, by the {summary.chain} chain, with {summary.model}",
        "status": ": ".join(filter(None, (summary.status, summary.reason))),
        "checks": checks or "none yet",
        "used": f"{counted(summary.usage.calls, 'call')}, "
        f"{counted(summary.usage.tokens, 'token')}, {cost(summary.usage)}, "
        f"{duration(summary.seconds)}",
        "files": ", ".join(summary.files),
    }
    cells = (
        f"<tr><th>{name}</th><td>{escape(safe_text(words))}</td></tr>"
        for name, words in rows.items()
    )
    return f"<table>{''.join(cells)}</table>"
