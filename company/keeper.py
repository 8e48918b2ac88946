"""The keeper commits what phases deliver to the product, in the name of the role that made it."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from company.budget import Spending
from company.effects import Effects
from roles.role import Role
from warehouse.import_tree import import_tree
from warehouse.journal import now
from warehouse.product import Product

T = TypeVar("T")


@dataclass(frozen=True)
class Work:
    """One delivery: who made it, in which phase, with which models, and why."""

    role: Role
    phase: str
    where: str
    subject: str
    body: str = ""
    models: tuple[str, ...] = ()
    used: Spending = field(default_factory=Spending)


@dataclass
class Keeper:
    """The only writer of the product's repository. `head` is the last recorded commit."""

    effects: Effects
    product: Product
    run: str
    executor: Executor | None = None
    head: str | None = None

    def __post_init__(self) -> None:
        self._one_at_a_time = asyncio.Lock()

    async def commit(self, changes: Mapping[str, bytes | None], work: Work) -> dict[str, Any]:
        """Commit `changes` (None deletes) on top of the head. Returns the recorded commit."""
        request = {
            "files": {path: _digest(content) for path, content in sorted(changes.items())},
            "author": work.role.title,
            "message": f"{work.subject}\n\n{work.body}".strip(),
        }

        async def act() -> dict[str, Any]:
            async with self._one_at_a_time:
                return await self._in_thread(self._commit, changes, work)

        about = {"speaker": work.role.name}
        return await self.effects.perform("commit", work.where, request, act, about=about)

    async def bring_in(self, source: Path, where: str) -> dict[str, bytes]:
        """Make the customer's existing files the first commit, and return them."""

        def copy() -> dict[str, Any]:
            imported = import_tree(self.product, source, at=now())
            files = [asdict(change) for change in imported.commit.files]
            return {"sha": imported.commit.sha, "files": files, "skipped": imported.skipped}

        result = await self.effects.perform(
            "commit", where, {"source": str(source)}, lambda: self._in_thread(copy)
        )
        self.head = self.head or result["sha"]
        return await self._in_thread(self.product.files, result["sha"])

    async def tag(self, name: str, where: str) -> None:
        """Mark the head as the end of a step."""
        head = self.head
        if head is None:
            return

        async def act() -> dict[str, Any]:
            await self._in_thread(self.product.tag, name, head)
            return {"sha": head}

        await self.effects.perform("tag", where, {"tag": name}, act)

    def _commit(self, changes: Mapping[str, bytes | None], work: Work) -> dict[str, Any]:
        commit = self.product.commit(
            changes,
            author=work.role.title,
            role=work.role.name,
            message=f"{work.subject}\n\n{work.body}".strip(),
            trailers=self._trailers(work),
            at=now(),
            parent=self.head,
        )
        if commit is None:
            return {"sha": self.head, "files": []}
        self.head = commit.sha
        return {"sha": commit.sha, "files": [asdict(change) for change in commit.files]}

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
        if work.used.cost:
            trailers["Softhouse-Cost"] = f"${work.used.cost:.6f}"
        return trailers

    async def _in_thread(self, function: Callable[..., T], *arguments: Any) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.executor, function, *arguments)


def _digest(content: bytes | None) -> str | None:
    return None if content is None else hashlib.sha256(content).hexdigest()
