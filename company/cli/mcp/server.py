"""The MCP server: what `Runs` can do, as tools. The only file of the command that loads the SDK."""

import functools
from collections.abc import Awaitable, Callable
from importlib.metadata import version
from pathlib import Path
from typing import ParamSpec, TypeVar

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError

from company.cli.mcp.runs import Runs
from warehouse.errors import SofthouseError
from warehouse.terminal_text import safe_text

P = ParamSpec("P")
R = TypeVar("R")
ABOUT = (
    "softhouse is a software company of roles that writes, runs and tests a program for a task. Begin a"
    " run with start_run, follow it with watch_run until its status is neither running nor paused, and"
    " fetch its files. A run goes on when you leave, and costs what its models cost: set limits."
)


def server_of(products: Path) -> MCPServer:
    """A server for the runs of one folder."""
    server = MCPServer(
        "softhouse", instructions=ABOUT, version=version("softhouse"), log_level="WARNING"
    )
    runs = Runs(products)
    for work in (
        _told(runs.start_run),
        _told(runs.list_runs),
        _told(runs.watch_run),
        _told(runs.say),
        _told(runs.answer),
        _told(runs.set_limits),
        _told(runs.stop_run),
        _told(runs.resume_run),
        _told(runs.list_files),
        _told(runs.read_file),
    ):
        server.add_tool(work)
    return server


def _told(work: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
    """The same, failing in words that the client is given."""

    @functools.wraps(work)
    async def call(*arguments: P.args, **named: P.kwargs) -> R:
        try:
            return await work(*arguments, **named)
        except SofthouseError as error:
            raise ToolError(safe_text(str(error))) from None

    return call
