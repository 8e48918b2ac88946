"""The servers of tools of one talk: what a role is shown of them is an effect, and so is each call.

So a talk that is recalled needs no server. One that goes on notices where a server offers something else
by now: the list is asked for again before each call, and a tool that changed is not called.
"""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any, cast

from company.engine.effects import Effects
from company.mcp.card import PREFIX, ServerCard, Wanted
from company.mcp.server import CallFailed, RemoteTool, ServerFailed, ToolServer
from company.mcp.settings import servers_for
from company.mcp.tool import ServedTool
from company.tools.tool import BadCall, Tool
from warehouse.events import Note, ToolResult
from warehouse.events.effect import TOOL
from warehouse.sandbox.sandbox import SandboxBackend

LARGEST_LIST = 60_000
"""Characters of all that a server says of its tools; the rest is left out."""
CHANGED = (
    "It was not called: the server {server} now says something else of {tool} than you were told."
    " Do without it."
)
UNKNOWN = "has no server behind its name: say in mcp.yaml how it is started"
WITHOUT = "The tool server {server} {why} The {role} works without it."
NOT_OFFERED = "The tool server {server} offers no {tool}. The {role} works without it."
Asked = Mapping[str, ServerCard]
"""Those that a company asks for, by name."""


@dataclass
class ToolServers:
    """Opened when they are first asked, and closed with the talk."""

    role: str
    wanted: Sequence[Wanted]
    asked: Asked
    backend: SandboxBackend | None
    effects: Effects
    _open: dict[str, ToolServer] = field(default_factory=dict)
    _shown: dict[str, dict[str, RemoteTool]] = field(default_factory=dict)

    async def tools(self, where: str) -> dict[str, Tool]:
        """The tools that the role wants and has, by the names it calls them."""
        tools: dict[str, Tool] = {}
        for server in dict.fromkeys(each.server for each in self.wanted):
            await self._list(f"{where}/tools", server)
            shown = self._shown[server]
            names = [each.tool for each in self.wanted if each.server == server]
            for name in list(shown) if None in names else list(filter(None, names)):
                if name in shown:
                    served = ServedTool(shown[name], partial(self._call, server))
                    tools[f"{PREFIX}{server}/{name}"] = cast("Tool", served)
                elif shown:
                    self._note(where, NOT_OFFERED.format(server=server, tool=name, role=self.role))
        return tools

    async def close(self) -> None:
        """End those that were started."""
        while self._open:
            _, server = self._open.popitem()
            await server.close()

    async def _list(self, where: str, server: str) -> None:
        """Have what a server offers, as recorded."""

        async def act() -> ToolResult:
            began = time.monotonic()
            try:
                text, ok = _written(await self._server(server).tools()), True
            except ServerFailed as failure:
                text, ok = str(failure), False
            return ToolResult(text, ok, round(time.monotonic() - began, 3))

        request, about = {"tool": f"{PREFIX}{server}", "arguments": {}}, {"speaker": self.role}
        result = await self.effects.perform(TOOL, where, request, act, about=about)
        if not result.ok:
            self._note(where, WITHOUT.format(server=server, why=result.text, role=self.role))
        told = json.loads(result.text) if result.ok else []
        self._shown[server] = {each["name"]: RemoteTool(**each) for each in told}

    async def _call(self, server: str, tool: str, arguments: dict[str, Any]) -> str:
        """What a call comes to. Raises BadCall."""
        try:
            asked = self._server(server)
            offered = {each.name: each for each in await asked.tools()}
            if offered.get(tool) != self._shown[server][tool]:
                raise BadCall(CHANGED.format(server=server, tool=tool))
            return await asked.call(tool, arguments)
        except ServerFailed as failure:
            raise BadCall(f"The tool server {server} {failure}") from None
        except CallFailed as failure:
            raise BadCall(str(failure)) from None

    def _server(self, name: str) -> ToolServer:
        """Raises ServerFailed where nobody says how it is reached."""
        if name not in self._open:
            card = servers_for(self.asked).get(name)
            if card is None:
                raise ServerFailed(f"{UNKNOWN}.")
            self._open[name] = ToolServer(name, card, self.backend)
        return self._open[name]

    def _note(self, where: str, words: str) -> None:
        self.effects.emit(Note(words), where)


def _written(tools: Sequence[RemoteTool]) -> str:
    """As many of the tools as there is room for."""
    kept, size = [], 0
    for tool in tools:
        size += len(json.dumps(asdict(tool)))
        if size > LARGEST_LIST:
            break
        kept.append(asdict(tool))
    return json.dumps(kept)
