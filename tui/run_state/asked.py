"""How a message was asked for: what its request says besides the prompt."""

from collections.abc import Sequence

from warehouse.events import CompletionStarted
from warehouse.history.entries import Said
from warehouse.journal.journal import Event

SETTINGS = ("temperature", "seed", "max_tokens")


def settings_of(events: Sequence[Event], said: Said) -> dict[str, str]:
    """The recorded settings of a call, such as its temperature and seed, by their names."""
    for event in reversed(events):
        if event.seq < said.seq and event.where == said.where:
            match event.data:
                case CompletionStarted(request=request):
                    settings = {name: getattr(request, name) for name in SETTINGS}
                    return {
                        name: str(value) for name, value in settings.items() if value is not None
                    }
    return {}
