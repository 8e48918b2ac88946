"""The state of a run at the position of its transport, brought forward or made anew."""

from contextlib import nullcontext

from tui.run_state.run_state import RunState
from tui.run_state.transport import Transport
from warehouse.collector import resting_collector
from warehouse.history.transcript import head_of

MANY = 1_000
"""Events from which on folding them makes so much that the garbage collector is in the way."""


class Picture:
    """Keeps a RunState where the transport is."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.state = self._new()

    def _new(self) -> RunState:
        transport = self._transport
        return RunState(transport.run_seconds, head_of(transport.events))

    def bring_up(self) -> bool:
        """Fold what is to be shown now. Returns whether anything changed."""
        wanted, shown = self._transport.position, len(self.state.events)
        if wanted == shown:
            return False
        if wanted < shown:
            self.state = self._new()
            shown = 0
        events = self._transport.events[shown:wanted]
        with resting_collector() if len(events) >= MANY else nullcontext():
            self.state.add(events)
        return True
