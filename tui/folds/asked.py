"""How a message was asked for: what its request says besides the prompt."""

from collections.abc import Sequence

from warehouse.entries import Said
from warehouse.journal import Event
from warehouse.loose import mapping, text


def settings_of(events: Sequence[Event], said: Said) -> dict[str, str]:
    """The recorded settings of a call, such as its temperature and seed, by their names."""
    for event in reversed(events):
        if event.seq < said.seq and event.kind == "effect.started" and event.where == said.where:
            request = mapping(event.data.get("request"))
            wanted = ("temperature", "seed", "max_tokens")
            return {name: text(request[name]) for name in wanted if name in request}
    return {}
