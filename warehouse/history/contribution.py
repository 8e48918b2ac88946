"""What a run made of a customer's own program, as its journal tells it: the base, the wish, and what was seen."""

from collections.abc import Iterable
from dataclasses import dataclass

from warehouse.events import (
    CommitEnded,
    ProductChecked,
    RunEnded,
    RunForked,
    RunStarted,
    VersionStarted,
)
from warehouse.journal.journal import Event
from warehouse.journal.versions import SOURCE


@dataclass(frozen=True)
class Contribution:
    """The facts that a reviewer wants to know of it."""

    run: str = ""
    task: str = ""
    source: str | None = None
    """Where the program came from, as it was said; None where the run began with nothing."""
    base: str | None = None
    """The commit that the work stands on."""
    head: str | None = None
    """The last commit that the run made, or began with."""
    sandbox: str = ""
    checked: ProductChecked | None = None
    """The last look at the product, if there was one."""
    is_checked: bool = False
    """Whether nothing was committed since."""
    ended: RunEnded | None = None
    """How the run ended; None while it goes on."""


def contribution_of(events: Iterable[Event]) -> Contribution:
    """The facts as they stand after the last event."""
    run = task = sandbox = ""
    source = base = head = None
    checked, is_checked, ended = None, False, None
    for event in events:
        match event.data:
            case RunStarted() | RunForked() as begun:
                spec = begun.spec if isinstance(begun, RunForked) else begun
                run, task, sandbox = begun.run, spec.task.text, spec.sandbox
                source, ended = spec.task.source, None
            case VersionStarted(back_to=0, spec=spec):
                task, sandbox = f"{task}\n\nThen: {spec.task.text}", spec.sandbox
                ended, is_checked = None, False
            case CommitEnded(result=commit):
                base = commit.sha if event.where == SOURCE and base is None else base
                head = commit.sha or head
                is_checked = is_checked and not commit.files
            case ProductChecked() as look:
                checked, is_checked = look, True
            case RunEnded() as end:
                ended = end
    return Contribution(run, task, source, base, head, sandbox, checked, is_checked, ended)
