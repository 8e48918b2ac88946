"""The state of a run at the position of its transport, brought forward or made anew."""

from tui.run_state import RunState
from tui.transport import Transport


class Picture:
    """Keeps a RunState where the transport is."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.state = self._new()

    def _new(self) -> RunState:
        return RunState(self._transport.run_seconds)

    def bring_up(self) -> bool:
        """Fold what is to be shown now. Returns whether anything changed."""
        wanted, shown = self._transport.position, len(self.state.events)
        if wanted == shown:
            return False
        if wanted < shown:
            self.state = self._new()
            shown = 0
        self.state.add(self._transport.events[shown:wanted])
        return True
