"""A fork: a run that shares the past of another up to a step, and differs from there on.

Its journal begins with the parent's events, byte for byte, and its product with the parent's
commits. What was recorded is recalled, so the shared past costs nothing.
"""

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from company.cards.card_files import label_of
from company.cards.catalogue import Cards
from company.cards.company_card import RunLimits
from company.changes import changed
from company.eras import Eras
from company.errors import ConfigurationError
from company.fork_point import find_step
from company.keeper import recorded_commits
from company.order import Order, check_name
from company.premises import Premises
from company.run import Run
from warehouse.errors import SofthouseError
from warehouse.git.shared_history import share_history
from warehouse.journal import FILE_NAME, Event, Journal, read_events
from warehouse.runs import ATTACHMENTS, PRODUCT, create_run_folder, removed_on_failure


@dataclass(frozen=True)
class Fork:
    """A fork that is planned and not begun: what it shares, and the order of all that follows."""

    parent: Path
    step: str
    """The place of the step from which the two runs differ."""
    shared: Sequence[Event]
    order: Order
    changes: Mapping[str, str]

    @classmethod
    def plan(
        cls,
        parent: Path,
        at: str,
        changes: Mapping[str, str],
        *,
        name: str | None = None,
        overlay: Path | None = None,
    ) -> "Fork":
        """Settle a fork of the run in the folder `parent`; nothing is written yet.

        `at` is a step as `find_step` understands it, `changes` are those of `company.changes`.
        Cards the company did not use before are looked for in `overlay` (by default the current
        folder), then among the built-in ones. Raises ConfigurationError, or JournalError where the
        parent's journal cannot be read.
        """
        events = read_events(parent / FILE_NAME)
        step = find_step(events, at)
        shared = events[: events.index(step)]
        order = Eras.of(shared).order
        order = changed(order, changes, Cards(overlay or Path.cwd()))
        if name:
            order = replace(order, name=check_name(name))
        return cls(parent, step.where, shared, order, changes)

    async def begin(
        self,
        premises: Premises,
        root: Path,
        *,
        limits: RunLimits | None = None,
        on_event: Callable[[Event], None] | None = None,
    ) -> Run:
        """Make the fork's folder, product and journal, and the run that goes on from there.

        `limits` (by default the parent's) bound what the fork itself uses. Raises ConfigurationError where the changed chain no longer leads through the shared past.
        """
        order = replace(self.order, limits=limits or self.order.limits)
        folder = create_run_folder(root, order.name)
        with removed_on_failure(folder):
            journal = self._lay_down(folder, premises)
            if on_event is not None:
                journal.subscribe(on_event)
            forked = journal.append("run.forked", "", self._data(order, folder.name))
            await journal.sync()
            await self._check(folder, premises)
        run = Run(folder, [*self.shared, forked], journal, premises)
        journal.subscribe(run.fold.add)
        return run

    def _lay_down(self, folder: Path, premises: Premises) -> Journal:
        """The shared past in the new folder."""
        commits = recorded_commits(self.shared)
        last = commits[-1] if commits else None
        share_history(self.parent / PRODUCT, folder / PRODUCT, last, self._tags())
        try:
            if (self.parent / ATTACHMENTS).is_dir():
                shutil.copytree(self.parent / ATTACHMENTS, folder / ATTACHMENTS)
            with (self.parent / FILE_NAME).open("rb") as lines:
                (folder / FILE_NAME).write_bytes(b"".join(islice(lines, len(self.shared))))
        except OSError as error:
            raise SofthouseError(
                f"{label_of(self.parent)} cannot be copied to {label_of(folder)}: {error.strerror}."
            ) from None
        return Journal.open(folder / FILE_NAME, premises.disk)[0]

    def _data(self, order: Order, run: str) -> dict[str, Any]:
        return {
            "run": run,
            "name": order.name,
            "parent": self.parent.resolve().name,
            "at": self.step,
            "set": dict(self.changes),
            "order": order.frozen(run),
        }

    async def _check(self, folder: Path, premises: Premises) -> None:
        unasked = (await Run.recorded(folder, premises).rehearse()).unasked
        if unasked:
            raise ConfigurationError(
                f"Changed like this, the company would not have come past {unasked[0]}, which "
                f"the fork at {self.step} takes as done. Fork at that step or before it."
            )

    def _tags(self) -> dict[str, str]:
        tags: dict[str, str] = {}
        for event in self.shared:
            match event.kind, event.data.get("effect"):
                case "effect.started", "tag":
                    tags[event.data["request"]["tag"]] = ""
                case "effect.ended", "tag":
                    tags[next(reversed(tags))] = event.data["result"]["sha"]
        return {name: sha for name, sha in tags.items() if sha}
