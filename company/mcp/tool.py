"""A tool of a server, as a role uses it beside those of the house."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from company.mcp.server import RemoteTool

Call = Callable[[str, dict[str, Any]], Awaitable[str]]
EXAMPLES: Mapping[str, Any] = {
    "string": "…",
    "integer": 1,
    "number": 1,
    "boolean": True,
    "array": [],
    "object": {},
}


@dataclass(frozen=True)
class ServedTool:
    """Stands where a `Tool` does. What its arguments may be, its server judges."""

    remote: RemoteTool
    ask: Call
    """Asks the server; raises BadCall."""

    @property
    def about(self) -> str:
        """What the server says of it."""
        return self.remote.about

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The arguments as a JSON schema, as the server tells it."""
        return self.remote.parameters

    @property
    def example(self) -> Mapping[str, Any]:
        """A value for each argument that is required, by its type."""
        known, required = self.parameters.get("properties"), self.parameters.get("required")
        if not isinstance(known, dict) or not isinstance(required, list):
            return {}
        kinds = {name: known[name] for name in required if isinstance(known.get(name), dict)}
        return {name: EXAMPLES.get(str(kind.get("type")), "…") for name, kind in kinds.items()}

    def checked(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments as they are."""
        return dict(arguments)

    async def call(self, arguments: dict[str, Any], _: object) -> str:
        """What the server answers. Raises BadCall."""
        return await self.ask(self.remote.name, arguments)
