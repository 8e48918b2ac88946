"""A run opened for reading, by what the person called it."""

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from company.errors import ConfigurationError
from warehouse.errors import JournalError, RunNotFound
from warehouse.history.entries import Began, Entry
from warehouse.history.format.figures import counted
from warehouse.history.record import RunRecord, record_of
from warehouse.history.summary import SummaryFold
from warehouse.history.transcript import head_of, transcript
from warehouse.journal.journal import FILE_NAME, Event, read_events
from warehouse.journal.versions import Version, versions_in
from warehouse.runs.folders import find_run, is_demo, products_folder

_VERSION = re.compile(r"(.+)@([0-9]{1,6})")


@dataclass(frozen=True)
class OpenedRun:
    """A run's folder and events."""

    folder: Path
    events: Sequence[Event]
    version: Version | None = None
    """The version that is looked at alone, where one is; the events are its own then."""

    @property
    def name(self) -> str:
        """The run's id, with the version that is looked at."""
        name = self.folder.absolute().name
        return f"{name}@{self.version.number}" if self.version else name

    @cached_property
    def head(self) -> Began | None:
        """The run as its own, also where it is a fork."""
        return head_of(self.events)

    @cached_property
    def entries(self) -> list[Entry]:
        """The transcript under the run's own head."""
        return transcript(self.events, self.head)

    def title_of(self, role: str) -> str:
        """What people call a role."""
        return self.head.titles.get(role, role) if self.head else role

    @cached_property
    def row(self) -> RunRecord:
        if self.version is None:
            return record_of(self.folder)
        summary = SummaryFold(self.events).summary
        return RunRecord(self.folder, summary.status, summary)


def open_run(run: str, products: Path | None) -> OpenedRun:
    """Open a run. Raises RunNotFound, or JournalError where nothing can be read."""
    folder = find_run(run, products_folder(products))
    events = read_events(folder / FILE_NAME)
    if not events:
        raise JournalError(f"{folder} holds an empty journal: the run ended before it began.")
    return OpenedRun(folder, events)


def open_version(run: str, products: Path | None) -> OpenedRun:
    """Open a run, or one version of it by `RUN@NUMBER`. Raises as `open_run`, and RunNotFound for a version
    that there is not."""
    named = _VERSION.fullmatch(run)
    if named is None:
        return open_run(run, products)
    opened = open_run(named[1], products)
    versions = versions_in(opened.events)
    for version in versions:
        if version.number == int(named[2]):
            return OpenedRun(opened.folder, version.events, version)
    raise RunNotFound(
        f"{opened.name} has {counted(len(versions), 'version')}, and none is {named[2]}."
    )


def open_own_run(run: str, products: Path | None) -> OpenedRun:
    """Open a run to go on with it. Raises ConfigurationError for one that came with softhouse."""
    opened = open_run(run, products)
    if is_demo(opened.folder):
        name = opened.folder.name
        raise ConfigurationError(
            f"{name} came with softhouse: it can be looked at (softhouse replay {name}) and its "
            f"answers can be used (softhouse run TASK --model replay:{name}), but it cannot be gone "
            "on with."
        )
    return opened


def called(folder: Path) -> str:
    """What to call a run on the command line: its id where that is enough, else its path."""
    plain = is_demo(folder) or folder.parent.absolute() == products_folder().absolute()
    return folder.name if plain else shlex.quote(str(folder))
