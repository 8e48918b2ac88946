"""A server of tools at work, within bounds of time and bytes; whatever it does comes to an answer or a sentence.

The SDK works in a task of its own: what goes wrong in it must not cancel whoever asks.
"""

import asyncio
import json
import logging
import re
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from company.mcp.card import OwnServer, ServerCard
from warehouse.errors import SandboxError
from warehouse.sandbox.sandbox import SandboxBackend
from warehouse.sandbox.served import ServedProgram
from warehouse.terminal_text import safe_text

START_SECONDS = 30.0
MOST_TOOLS = 100
MOST_PAGES = 10
LONGEST_ABOUT = 500
"""Characters of what a tool says of itself."""
LARGEST_SCHEMA = 8_000
"""Characters of the JSON schema of its arguments; of a larger one only that there are any is told."""
MOST_SHOWN = 300
"""Characters of a complaint."""
T = TypeVar("T")
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")


class ServerFailed(Exception):
    """The server could not be asked; the message says why, after its name."""


class CallFailed(Exception):
    """The server answered that the call cannot be made, in its words."""


@dataclass(frozen=True)
class RemoteTool:
    """A tool as its server tells of it."""

    name: str
    about: str
    parameters: dict[str, Any]
    """The arguments, as a JSON schema."""


Job = tuple[Callable[[Any], Awaitable[Any]], "asyncio.Future[Any]"]


class ToolServer:
    """One server. It is started when it is first asked, and once more after it has gone."""

    def __init__(self, name: str, card: ServerCard, backend: SandboxBackend | None) -> None:
        self.name = name
        self._card, self._backend = card, backend
        self._jobs: asyncio.Queue[Job] = asyncio.Queue()
        self._work: asyncio.Task[None] | None = None

    async def tools(self) -> list[RemoteTool]:
        """What it offers, sorted by name; at most so many. Raises ServerFailed."""

        async def listed(client: Any) -> list[RemoteTool]:
            found, cursor = list[RemoteTool](), None
            for _ in range(MOST_PAGES):
                page = await client.list_tools(cursor=cursor, cache_mode="bypass")
                found += [_remote(each) for each in page.tools if _NAME.fullmatch(each.name)]
                cursor = page.next_cursor
                if not cursor or len(found) >= MOST_TOOLS:
                    break
            return sorted(found[:MOST_TOOLS], key=lambda each: each.name)

        try:
            return await self._ask(listed, START_SECONDS)
        except CallFailed as failure:
            raise ServerFailed(f"does not say which tools it has. {failure}.") from None

    async def call(self, tool: str, arguments: dict[str, Any]) -> str:
        """What a call comes to, safe to be shown. Raises CallFailed, ServerFailed."""

        async def called(client: Any) -> Any:
            return await client.call_tool(tool, arguments)

        result = await self._ask(called, self._card.seconds)
        text = "\n".join(_told(part) for part in result.content)
        if not text:
            told = result.structured_content
            text = safe_text(json.dumps(told)) if told is not None else "It answered nothing."
        if result.is_error:
            raise CallFailed(text)
        return text

    async def close(self) -> None:
        """End it, and all that it started."""
        work, self._work = self._work, None
        if work is not None and not work.done():
            work.cancel()
            with suppress(asyncio.CancelledError, ServerFailed):
                await work

    async def _ask(self, job: Callable[[Any], Awaitable[T]], seconds: float) -> T:
        if self._work is None or self._work.done():
            self._jobs = asyncio.Queue()
            self._work = asyncio.create_task(self._serve(), name=f"MCP {self.name}")
            self._work.add_done_callback(_is_known)  # also where nobody asks it any more
            seconds += START_SECONDS
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._jobs.put_nowait((job, answer))
        try:
            await asyncio.wait(
                (answer, self._work), timeout=seconds, return_when=asyncio.FIRST_COMPLETED
            )
            if answer.done():
                return answer.result()
            if not self._work.done():
                raise ServerFailed(f"did not answer within {seconds:g} s, and was ended.")
            await self._work
            raise ServerFailed("has ended.")
        except BaseException:
            await self.close()
            raise
        finally:
            answer.cancel()

    async def _serve(self) -> None:
        """Do the jobs that come, one after the other. Raises ServerFailed with what went wrong."""
        from mcp import Client, MCPError
        from mcp.types import CONNECTION_CLOSED

        from company.mcp.transport import TOO_MUCH, Meter, over_http, spoken, without_promises

        _be_quiet()
        meter, program = Meter(), None
        try:
            transport: AbstractAsyncContextManager[Any]
            if self._card.url is not None:
                transport = over_http(self._card, meter)
            else:
                program = await self._started()
                transport = spoken(program, meter)
            async with Client(without_promises(transport)) as client:
                while True:
                    job, answer = await self._jobs.get()
                    meter.reset()
                    try:
                        result = await job(client)
                    except MCPError as error:
                        if error.code == CONNECTION_CLOSED:
                            raise
                        _fail(answer, CallFailed(_short(error.message)))
                    except (ValueError, RuntimeError) as error:
                        # It is no answer at all.
                        _fail(answer, CallFailed(f"It cannot be read: {_short(str(error))}"))
                    else:
                        if not answer.done():
                            answer.set_result(result)
                    if meter.is_over:
                        raise ServerFailed(f"was ended: {TOO_MUCH}.")
        except (ServerFailed, asyncio.CancelledError):
            raise
        except SandboxError as error:
            raise ServerFailed(f"cannot be started: {error}") from None
        except BaseException as error:
            why = TOO_MUCH if meter.is_over else _short(str(_first(error)))
            words = await program.stop() if program else ""
            last = f" Its last words: {_short(words[-MOST_SHOWN:])}." if words.strip() else ""
            raise ServerFailed(f"failed: {why or type(error).__name__}.{last}") from None
        finally:
            if program is not None:
                await program.stop()

    async def _started(self) -> ServedProgram:
        """Raises SandboxError where it cannot be."""
        card = self._card
        if isinstance(card, OwnServer) and card.host:
            from warehouse.sandbox.host.served import HostProgram

            return await HostProgram.start(card.command, card.environment)
        if self._backend is None:
            raise SandboxError("this company works without a sandbox.")
        from company.mcp.sandboxed import start_in

        return await start_in(self._backend, card)


def _is_known(work: "asyncio.Task[None]") -> None:
    if not work.cancelled():
        work.exception()


def _fail(answer: "asyncio.Future[Any]", error: Exception) -> None:
    if not answer.done():
        answer.set_exception(error)


def _first(error: BaseException) -> BaseException:
    """The reason within groups of them."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _remote(tool: Any) -> RemoteTool:
    about = safe_text(tool.description or tool.title or tool.name, keep_newlines=False)
    schema = tool.input_schema
    if schema.get("type") != "object" or len(json.dumps(schema)) > LARGEST_SCHEMA:
        schema = {"type": "object"}
    return RemoteTool(str(tool.name), about[:LONGEST_ABOUT], schema)


def _told(part: Any) -> str:
    """A part of an answer as a role is told it."""
    text = getattr(part, "text", None) or getattr(getattr(part, "resource", None), "text", None)
    return safe_text(text) if isinstance(text, str) else f"[{part.type}: it is no text]"


def _short(text: str) -> str:
    line = " ".join(safe_text(text, keep_newlines=False).split())
    return line[:MOST_SHOWN].removesuffix(".")


def _be_quiet() -> None:
    """The SDK warns of what servers do in their words, which nobody has made safe for a terminal."""
    for name in ("mcp", "client"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
