"""Commits what phases deliver to the product, in the name of the role that made it."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from company.engine.effects import Effects
from company.spec import Task
from roles.role import Role
from warehouse.events import CommitEnded, CommitResult, Note, TagResult
from warehouse.events.effect import COMMIT, TAG
from warehouse.history.usage import NOTHING_USED, Usage
from warehouse.journal.journal import Event, now
from warehouse.product.customer_work import CUSTOMER, TakenOver, take_over
from warehouse.product.git.commits import Commit
from warehouse.product.git.modes import PLAIN_MODE
from warehouse.product.hidden import in_other_encodings, reason_to_hide
from warehouse.product.intake.address import is_address, name_of
from warehouse.product.intake.bring_in import bring_in
from warehouse.product.intake.repository import Wanted
from warehouse.product.product import Product
from warehouse.product.room import Room

T = TypeVar("T")
KEPT = "Somebody committed or staged something in the product {}; that is kept: git log -p {}"
TAKEN_OVER = "What the customer did since the delivery"
"""The message with which the journal tells of it."""
UNREADABLE = (
    "No role can read or change what is no text in UTF-8: {files}. Save it in UTF-8 for them to."
)
MOST_NAMED = 12
"""Files left out that are named to people; the journal has all of them."""


@dataclass(frozen=True)
class Work:
    """One delivery: who made it, in which phase, with which models, and why."""

    role: Role
    phase: str
    where: str
    subject: str
    body: str = ""
    models: tuple[str, ...] = ()
    used: Usage = NOTHING_USED
    tools: str = ""
    """The calls of tools that led to it."""


@dataclass(frozen=True)
class BroughtIn:
    """What roles have of a customer's program, and what there is room for beside it."""

    files: dict[str, bytes]
    room: Room


@dataclass
class Committer:
    """The only writer of the product's repository.

    `commits` are the ids the journal holds, in its order. New ones go on top of the last of them;
    what a step's tag marks is the last one that the walk has come past, which is an earlier one
    while the past is recalled.
    """

    effects: Effects
    product: Product
    run: str
    executor: Executor | None = None
    commits: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._one_at_a_time = asyncio.Lock()
        self._passed = 0

    def _pass(self, sha: str | None) -> None:
        if sha is not None:
            self._passed = max(self._passed, self.commits.index(sha) + 1)

    async def restore(self) -> None:
        """Bring the product back to the last recorded commit, whatever became of it since."""
        last = self.commits[-1] if self.commits else None
        if theirs := await self._in_thread(self.product.restore, last):
            self.effects.accompany(Note(KEPT.format("while this had stopped", theirs[:10])), "")

    async def commit(self, changes: Mapping[str, bytes | None], work: Work) -> CommitResult:
        """Commit `changes` (None deletes) on top of the head. Returns the recorded commit."""
        request = {
            "files": {path: _digest(content) for path, content in sorted(changes.items())},
            "author": work.role.title,
            "message": f"{work.subject}\n\n{work.body}".strip(),
        }

        async def act() -> CommitResult:
            async with self._one_at_a_time:
                commit = await self._in_thread(self._commit, changes, work)
            if commit is None:
                return CommitResult(self.commits[-1] if self.commits else None, ())
            if commit.kept:
                note = Note(KEPT.format("while a role worked", commit.kept[:10]))
                self.effects.accompany(note, work.where)
            return _recorded(commit)

        about = {"speaker": work.role.name}
        result = await self.effects.perform(COMMIT, work.where, request, act, about=about)
        self._pass(result.sha)
        return result

    async def bring_in(self, task: Task, where: str) -> BroughtIn:
        """Bring the customer's existing program in, and return the files that roles have of it.

        Of a repository the recorded commit is the one that the work stands on, else the first.
        """

        source = task.source or ""
        name = name_of(source) if is_address(source) else Path(source).name
        request: dict[str, Any] = {"source": source if is_address(source) else str(Path(source))}
        if task.commit:
            request["commit"] = task.commit
        if task.include_untracked:
            request["untracked"] = True

        def copy() -> CommitResult:
            wanted = Wanted(name, self.run, now(), task.commit, task.include_untracked)
            imported = bring_in(self.product, source, wanted)
            self.commits.append(imported.commit.sha)
            return _recorded(imported.commit, tuple(imported.skipped))

        async def act() -> CommitResult:
            result = await self._in_thread(copy)
            if result.skipped:
                self.effects.accompany(Note(_left_out(name, result.skipped)), where)
            return result

        is_new = not self.effects.is_recorded(where)
        result = await self.effects.perform(COMMIT, where, request, act)
        self._pass(result.sha)
        came = await self._in_thread(self._brought_in, result.sha)
        if is_new and (strange := in_other_encodings(came.files)):
            self.effects.accompany(Note(UNREADABLE.format(files=_named(strange))), where)
        return came

    async def take_over(self, where: str) -> BroughtIn:
        """Go on from the product as its customer has it now, and return what roles have of it.

        What they have not committed is committed in their name. Raises ProductError as `take_over` does.
        """
        since = self.commits[-1] if self.commits else None
        self._pass(since)

        def take() -> TakenOver:
            taken = take_over(self.product, since, at=now())
            if taken.sha is not None and taken.sha not in self.commits:
                self.commits.append(taken.sha)
            return taken

        async def act() -> CommitResult:
            taken = await self._in_thread(take)
            if taken.kept:
                note = Note(KEPT.format("since the delivery", taken.kept[:10]))
                self.effects.accompany(note, where)
            if taken.left_out:
                note = Note(_left_out(self.product.path.name, taken.left_out))
                self.effects.accompany(note, where)
            return CommitResult(taken.sha, taken.files, taken.left_out or None)

        request = {"author": CUSTOMER, "message": TAKEN_OVER}
        result = await self.effects.perform(COMMIT, where, request, act)
        self._pass(result.sha)
        came = await self._in_thread(self._brought_in, result.sha)
        secret = frozenset(path for path in came.files if reason_to_hide(PLAIN_MODE, path, 0))
        files = {path: data for path, data in came.files.items() if path not in secret}
        return BroughtIn(files, came.room._replace(hidden=secret.union(came.room.hidden)))

    def _brought_in(self, sha: str | None) -> BroughtIn:
        return BroughtIn(self.product.files(sha), self.product.room(sha))

    async def tag(self, name: str, where: str, sha: str | None = None) -> None:
        """Mark the last commit so far as the end of a step; or another one, where it is named."""
        if not (sha or self._passed):
            return
        head = sha or self.commits[self._passed - 1]

        async def act() -> TagResult:
            await self._in_thread(self.product.tag, name, head)
            return TagResult(head)

        await self.effects.perform(TAG, where, {"tag": name}, act)

    def _commit(self, changes: Mapping[str, bytes | None], work: Work) -> Commit | None:
        commit = self.product.commit(
            changes,
            author=work.role.title,
            role=work.role.name,
            message=f"{work.subject}\n\n{work.body}".strip(),
            trailers=self._trailers(work),
            at=now(),
            parent=self.commits[-1] if self.commits else None,
        )
        if commit is not None:
            self.commits.append(commit.sha)
        return commit

    def _trailers(self, work: Work) -> dict[str, str]:
        trailers = {
            "Softhouse-Run": self.run,
            "Softhouse-Phase": work.phase,
            "Softhouse-Step": work.where,
        }
        if work.models:
            trailers["Softhouse-Model"] = ", ".join(work.models)
            trailers["Softhouse-Tokens"] = (
                f"{work.used.prompt_tokens} prompt, {work.used.completion_tokens} completion"
            )
        if work.tools:
            trailers["Softhouse-Tools"] = work.tools
        if work.used.known_cost:
            trailers["Softhouse-Cost"] = f"${work.used.known_cost:.6f}"
        return trailers

    async def _in_thread(self, function: Callable[..., T], *arguments: Any) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.executor, function, *arguments)


def recorded_commits(past: Sequence[Event]) -> list[str]:
    """The ids of the commits a journal holds, in its order; git may hold more, never recorded."""
    ended = (event.data for event in past)
    shas = (commit.result.sha for commit in ended if isinstance(commit, CommitEnded))
    return list(dict.fromkeys(sha for sha in shas if sha))


def _left_out(name: str, skipped: Sequence[str]) -> str:
    """What of the customer's folder stayed at home, in a sentence."""
    return f"Left out of {name}: {_named(skipped)}."


def _named(things: Sequence[str]) -> str:
    named, more = "; ".join(things[:MOST_NAMED]), len(things) - MOST_NAMED
    return f"{named}; and {more:,} more" if more > 0 else named


def _recorded(commit: Commit, skipped: tuple[str, ...] | None = None) -> CommitResult:
    """A commit as the journal holds it."""
    return CommitResult(commit.sha, tuple(commit.files), skipped)


def _digest(content: bytes | None) -> str | None:
    return None if content is None else hashlib.sha256(content).hexdigest()
