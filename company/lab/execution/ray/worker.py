"""The worker: an actor on a node that performs what runs at home ask of the outside world.

It calls models and runs sandboxes, and keeps nothing: runs, limits and rates are at home. Ray calls
its methods from there, and nobody else does.
"""

import asyncio
import os
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from company.errors import ConfigurationError
from company.models.embeddings import Embed, Vector, embedder
from company.models.endpoint import Endpoint, endpoint_of
from company.models.failure import Failure
from company.models.model_id import parse_model_id
from company.models.origins import Origins
from company.models.redact import redact
from warehouse.errors import SandboxError, SofthouseError
from warehouse.machine import this_machine
from warehouse.sandbox.bounded import BoundedBackend
from warehouse.sandbox.registry import choose_backend
from warehouse.sandbox.sandbox import (
    CommandResult,
    Dependencies,
    Installation,
    Limits,
    Sandbox,
    SandboxBackend,
)
from warehouse.sandbox.stacks.cards import stacks

if TYPE_CHECKING:
    from company.models.transport import Transport

SECONDS_BETWEEN_PIECES = 0.25
"""Words reach the journal at home as often as those of a run that is made there."""


@dataclass(frozen=True)
class Brief:
    """What a worker is told before it begins."""

    version: str
    """Of softhouse; a worker of another one would not understand what it is asked."""
    sandbox: str
    sandboxes_at_once: int | None
    embeddings: str
    environment: Mapping[str, str] = field(repr=False)
    """Keys and addresses of providers, for a node that has none of its own."""
    origins: Origins
    """The addresses that the person at home has named."""


@dataclass(frozen=True)
class Piece:
    """What has arrived of a model's answer since the piece before."""

    chunks: list[Any]
    is_last: bool
    failure: Mapping[str, Any] | None = None
    """The fields of the Failure with which the answer ended, without secrets of the node."""


Result = tuple[Any, SofthouseError | None]
"""What a worker's method returned, or the error that it raised."""


class Worker:
    """Performs what it is asked until it is closed. Whatever has a number was numbered at home."""

    def __init__(self) -> None:
        self._open = AsyncExitStack()
        self._lines: dict[str, tuple[Endpoint, Transport]] = {}
        self._answers: dict[int, _Answer] = {}
        self._backend: SandboxBackend | None = None
        self._sandboxes: dict[int, asyncio.Task[Sandbox]] = {}
        self._embed: Embed | None = None
        self._origins: Origins = {}

    async def do(self, method: str, arguments: Sequence[Any]) -> Result:
        """Call one of the methods below."""
        try:
            return await getattr(self, method)(*arguments), None
        except SofthouseError as error:
            return None, error

    async def live(self) -> None:
        """Return when the worker has ended, and not before: so home notices."""
        await asyncio.Event().wait()

    async def open(self, brief: Brief) -> SofthouseError | None:
        """Make ready. Returns why that is not possible on this node."""
        try:
            await self._make_ready(brief)
        except SofthouseError as error:
            await self._open.aclose()
            return error
        return None

    async def close(self) -> None:
        """Let go of everything."""
        for number in list(self._answers):
            await self.drop(number)
        for number in list(self._sandboxes):
            await self.stop_sandbox(number)
        await self._open.aclose()

    async def endpoint(self, model: str) -> Endpoint:
        """Where this node calls a model, without the key. Raises ConfigurationError."""
        if model not in self._lines:
            self._lines[model] = await self._line(model)
        return replace(self._lines[model][0], key=None)

    async def ask(self, number: int, model: str, body: Mapping[str, Any]) -> Piece:
        """Send a request to a model whose endpoint was asked for; the first of its answer."""
        endpoint, transport = self._lines[model]
        self._answers[number] = _Answer(transport.chunks(body), endpoint.secrets)
        return await self.read_on(number)

    async def read_on(self, number: int) -> Piece:
        """The next of an answer, as soon as there is something."""
        piece = await self._answers[number].piece()
        if piece.is_last:
            self._answers.pop(number, None)
        return piece

    async def drop(self, number: int) -> None:
        """Nobody reads an answer any more."""
        if (answer := self._answers.pop(number, None)) is not None:
            await answer.close()

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        """The vectors of texts, from the model of the brief. Raises ProviderError."""
        assert self._embed is not None, "the brief names no model for it"
        return await self._embed(texts)

    async def soft_limits(self) -> str:
        """As `SandboxBackend` says."""
        return await self._sandbox_backend().soft_limits()

    async def fingerprint(self) -> str:
        """As `SandboxBackend` says."""
        return await self._sandbox_backend().fingerprint()

    async def find_installed(self, key: str) -> Dependencies | None:
        """As `SandboxBackend` says."""
        return await self._sandbox_backend().find_installed(key)

    async def install(self, installation: Installation) -> CommandResult:
        """As `SandboxBackend` says, by the package settings of this node."""
        return await self._sandbox_backend().install(installation)

    async def open_sandbox(
        self,
        number: int,
        files: Mapping[str, bytes],
        stack: str | None,
        dependencies: Dependencies | None,
        limits: Limits | None,
    ) -> None:
        """A sandbox of its own for what is asked with this number. Raises SandboxError."""
        opening = self._sandbox_backend().open(
            files,
            stack=stacks()[stack] if stack else None,
            dependencies=dependencies,
            limits=limits,
        )
        self._sandboxes[number] = asyncio.ensure_future(opening)
        await self._sandboxes[number]

    async def in_sandbox(
        self, number: int, method: str, arguments: Sequence[Any], options: Mapping[str, Any]
    ) -> Any:
        """What a method of `Sandbox` comes to in the sandbox of that number. Raises SandboxError."""
        if number not in self._sandboxes:
            raise SandboxError("The sandbox can run nothing more: it was stopped.")
        sandbox = await self._sandboxes[number]
        return await getattr(sandbox, method)(*arguments, **options)

    async def stop_sandbox(self, number: int) -> None:
        """Stop a sandbox, also one that is still being opened."""
        opening = self._sandboxes.pop(number, None)
        if opening is None:
            return
        opening.cancel()
        for sandbox in await asyncio.gather(opening, return_exceptions=True):
            if not isinstance(sandbox, BaseException):
                await sandbox.stop()

    async def _make_ready(self, brief: Brief) -> None:
        if brief.version != version("softhouse"):
            raise ConfigurationError(
                f"softhouse {version('softhouse')} is installed there, and {brief.version} here: "
                "install the same version on every node."
            )
        for name, value in brief.environment.items():
            os.environ.setdefault(name, value)
        self._origins = brief.origins
        backend = await choose_backend(brief.sandbox)
        if backend is not None:
            self._backend = BoundedBackend(backend, brief.sandboxes_at_once or this_machine().cores)
            self._open.push_async_callback(backend.close)
        if brief.embeddings:
            self._embed = await self._open.enter_async_context(
                embedder(brief.embeddings, origins=brief.origins)
            )

    async def _line(self, model: str) -> "tuple[Endpoint, Transport]":
        from company.models.transport import Timeouts, Transport

        model_id = parse_model_id(model)
        if model_id.provider.name == "local":
            from company.models.local.server import embedded_endpoint

            endpoint = await asyncio.to_thread(embedded_endpoint, model_id)
        else:
            endpoint = endpoint_of(model_id, os.environ, self._origins)
        transport = Transport(endpoint, Timeouts())
        self._open.push_async_callback(transport.aclose)
        return endpoint, transport

    def _sandbox_backend(self) -> SandboxBackend:
        assert self._backend is not None, "the brief names no sandbox"
        return self._backend


class _Answer:
    """The answer of a model, read as it comes and passed on in pieces."""

    def __init__(self, chunks: AsyncGenerator[list[Any]], secrets: Sequence[str]) -> None:
        self._chunks: list[Any] = []
        self._secrets = secrets
        self._reading = asyncio.create_task(self._read(chunks))

    async def piece(self) -> Piece:
        """What has come since the last one, as soon as that is something."""
        while not (self._chunks or self._reading.done()):
            await asyncio.wait([self._reading], timeout=SECONDS_BETWEEN_PIECES)
        chunks, self._chunks = self._chunks, []
        is_last = self._reading.done()
        return Piece(chunks, is_last, self._failure() if is_last else None)

    async def close(self) -> None:
        """Break off what has not come."""
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)

    async def _read(self, chunks: AsyncGenerator[list[Any]]) -> None:
        async with aclosing(chunks) as answer:
            async for together in answer:
                self._chunks += together

    def _failure(self) -> Mapping[str, Any] | None:
        """Raises what is no failure of the answer."""
        try:
            self._reading.result()
        except Failure as failure:
            return {**vars(failure), "words": redact(failure.words, self._secrets)}
        return None
