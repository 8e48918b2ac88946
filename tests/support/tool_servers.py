"""Servers of tools: one made with the SDK, and one that does whatever is wrong."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import uvicorn
from mcp.server.mcpserver import MCPServer

from company.mcp.card import OwnServer

HOSTILE = Path(__file__).parent / "hostile_tool_server.py"


def reference() -> MCPServer:
    """A server as the SDK makes it, with a tool of nested arguments and one that fails."""
    server = MCPServer("reference", log_level="CRITICAL")

    @server.tool()
    def add(numbers: list[int], options: dict[str, bool] | None = None) -> int:
        """Adds numbers."""
        return -sum(numbers) if options and options.get("negated") else sum(numbers)

    @server.tool()
    def fail(why: str) -> str:
        """Fails."""
        raise ValueError(why)

    return server


@asynccontextmanager
async def reference_over_http() -> AsyncIterator[str]:
    """The address of the same, over streamable HTTP on the loopback."""
    app: Any = reference().streamable_http_app()
    served = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", lifespan="on"))
    task = asyncio.create_task(served.serve())
    while not served.started:  # noqa: ASYNC110  # uvicorn sets no event
        await asyncio.sleep(0.01)
    port = served.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}/mcp"
    finally:
        served.should_exit = served.force_exit = True
        with suppress(asyncio.CancelledError):
            await task


def hostile(*behaviour: str, **more: Any) -> OwnServer:
    """A server on the host that behaves so."""
    command = [sys.executable, "-I", "-S", str(HOSTILE), *behaviour]
    return OwnServer(command=command, host=True, **{"seconds": 5.0, **more})


if __name__ == "__main__":
    reference().run("stdio")
