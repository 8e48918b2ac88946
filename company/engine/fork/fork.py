"""A fork: a run that shares the past of another up to a step, and differs from there on.

Its journal begins with the parent's events, byte for byte, and its product with the parent's
commits. What was recorded is recalled, so the shared past costs nothing.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from msgspec import UNSET, structs

from company.cards.card_files import label_of
from company.cards.catalogue import Cards
from company.cards.company_card import RunLimits
from company.engine.fork.fork_point import find_fork_point
from company.engine.fork.overrides import overridden
from company.engine.fork.spec_history import SpecHistory
from company.engine.resources import Resources
from company.engine.run import Run
from company.engine.trusted_past import check_past
from company.engine.workspace.attachments import attach_those_of
from company.engine.workspace.committer import recorded_commits
from company.errors import ConfigurationError, NothingDelivered
from company.rights import Right, require, rights_to_go_on
from company.run_options import check_name
from company.spec import RunSpec
from warehouse.durable import create_file
from warehouse.errors import SofthouseError
from warehouse.events import Picture, ProductChecked, RunForked, TagEnded, TagStarted, ToolEnded
from warehouse.events.conversion import spec_of
from warehouse.journal.journal import FILE_NAME, Event, Journal, now, read_events
from warehouse.product.bundle import share_history
from warehouse.runs.folders import PRODUCT, create_run_folder, removed_on_failure
from warehouse.runs.seal import sealed


@dataclass(frozen=True)
class Fork:
    """A fork that is planned and not begun: what it shares, and the spec of all that follows."""

    parent: Path
    step: str
    """The place of the step, or of the call of a tool, from which the two runs differ."""
    shared: Sequence[Event]
    spec: RunSpec
    overrides: Mapping[str, str]
    rights: Sequence[Right]
    """What it asks for, and only a person can allow."""
    as_if_alone: bool = False
    """Whether it counts as if it had been run alone: the spec, which would have asked for all that
    is shared, holds for that too, and so do its limits."""

    @classmethod
    def plan(
        cls,
        parent: Path,
        at: str,
        overrides: Mapping[str, str],
        *,
        name: str | None = None,
        overlay: Path | None = None,
    ) -> "Fork":
        """Settle a fork of the run in the folder `parent`; nothing is written yet.

        `at` is a step or a call as `find_fork_point` understands it, `overrides` are those of `company.engine.fork.overrides`.
        Cards the company did not use before are looked for in `overlay` (by default the current
        folder), then among the built-in ones. Raises ConfigurationError, or JournalError where the
        parent's journal cannot be read.
        """
        events = read_events(parent / FILE_NAME)
        place, before = find_fork_point(events, at)
        shared = events[:before]
        check_past(shared)
        spec = SpecHistory.of(shared).spec
        spec = overridden(spec, overrides, Cards(overlay or Path.cwd()))
        if name:
            spec = spec.model_copy(update={"name": check_name(name)})
        rights = rights_to_go_on(spec, parent, events)
        return cls(parent, place, shared, spec, overrides, rights)

    async def begin(
        self,
        resources: Resources,
        root: Path,
        *,
        run_id: str | None = None,
        limits: RunLimits | None = None,
        on_event: Callable[[Event], None] | None = None,
    ) -> Run:
        """Make the fork's folder, product and journal, and the run that goes on from there.

        `limits` (by default the spec's) bound what the fork itself uses. Raises
        ConsentNeeded where nobody has allowed what it asks for, ConfigurationError or Diverged where the changed chain no longer leads through the shared
        past, ProductError where the parent's product lacks a commit of it.
        """
        spec = self.spec.model_copy(update={"limits": limits or self.spec.limits})
        spec.require_prices(spec.limits, resources.common_limits)
        require(self.rights, resources.allowed)
        await self._check(spec, resources)
        folder = create_run_folder(root, spec.name, run_id)
        with removed_on_failure(folder):
            forked = self._forked(spec, folder.name)
            assert isinstance(forked.data, RunForked)
            forked = structs.replace(forked, data=sealed(folder, forked.data))
            await self._write_in_thread(folder, forked, resources.disk)
            journal, past = Journal.open(folder / FILE_NAME, resources.disk)
            run = Run(folder, past, journal, resources)
        for listener in (run.fold.add, on_event):
            if listener is not None:
                journal.subscribe(listener)
        if on_event is not None:
            on_event(forked)
        return run

    async def _check(self, spec: RunSpec, resources: Resources) -> None:
        """Walk the shared past with the new spec, before anything is made."""
        past = [*self.shared, self._forked(spec, self.parent.name)]
        run = Run.recorded(self.parent, resources, past)
        with suppress(NothingDelivered):
            await run.rehearse()
        if unasked := run.unasked():
            raise ConfigurationError(
                f"Changed like this, the company would not have come past {unasked[0]}, which "
                f"the fork at {self.step} takes as done. Fork at that step or before it."
            )

    async def _write_in_thread(self, folder: Path, forked: Event, disk: Executor) -> None:
        """`_write` in a thread, which is waited for even when nobody wants the fork any more."""
        work = asyncio.get_running_loop().run_in_executor(disk, self._write, folder, forked)
        try:
            await asyncio.shield(work)
        except asyncio.CancelledError:
            await asyncio.wait([work])
            raise

    def _write(self, folder: Path, forked: Event) -> None:
        """The shared past in the new folder; the journal, which makes a run of it, comes last."""
        commits = recorded_commits(self.shared)
        last = commits[-1] if commits else None
        share_history(self.parent / PRODUCT, folder / PRODUCT, last, self._tags())
        try:
            given = (*self.spec.task.images, *self.spec.task.documents)
            attach_those_of(self.parent, [*given, *self._seen()], folder)
            with (self.parent / FILE_NAME).open("rb") as lines:
                shared = b"".join(islice(lines, len(self.shared)))
            create_file(folder / FILE_NAME, shared + forked.line())
        except OSError as error:
            raise SofthouseError(
                f"{label_of(self.parent)} cannot be copied to {label_of(folder)}: "
                f"{error.filename or 'a file'}: {error.strerror or error}."
            ).caused_by(error) from None

    def _forked(self, spec: RunSpec, run: str) -> Event:
        """The event with which the fork leaves the shared past."""
        data = RunForked(
            run=run,
            name=spec.name,
            parent=self.parent.resolve().name,
            at=self.step,
            overrides=dict(self.overrides),
            spec=spec_of(spec.frozen(run)),
            as_if_alone=self.as_if_alone or UNSET,
        )
        return Event(self.shared[-1].seq + 1, now(), "", data)

    def _seen(self) -> set[str]:
        """The pictures that were taken of the product in the shared past."""
        seen: list[Picture] = []
        for event in self.shared:
            match event.data:
                case ProductChecked(checks=checks):
                    seen += (picture for check in checks for picture in check.pictures)
                case ToolEnded(result=result):
                    seen += result.pictures
        return {picture.file for picture in seen}

    def _tags(self) -> dict[str, str]:
        """What the shared past tagged: each tag with its commit."""
        names: dict[str, str] = {}
        tags: dict[str, str] = {}
        for event in self.shared:
            match event.data:
                case TagStarted(request=request):
                    names[event.where] = request.tag
                case TagEnded(result=result):
                    tags[names.get(event.where, "")] = result.sha
        return tags
