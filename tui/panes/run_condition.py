"""How it stands with the run that a window shows, in a mark and a few words."""

from dataclasses import dataclass

from tui.panes.replay_words import told_speed
from tui.run_state.run_state import RunState
from tui.run_state.transport import Transport


@dataclass(frozen=True)
class RunCondition:
    """A mark, words, and the style of both."""

    mark: str
    words: str
    style: str

    @property
    def told(self) -> str:
        return f"{self.mark} {self.words}"


WORKING = RunCondition("◐", "working", "$text-primary bold")
PAUSED = RunCondition("‖", "paused", "$text-warning bold")
ASKED = RunCondition("?", "waiting for you: a answers", "$text-warning bold reverse")
PAST = RunCondition("‖", "in the past", "$text-accent")
INTERRUPTED = RunCondition("■", "interrupted", "$text-warning")
ENDED = {
    "verified": RunCondition("✓", "verified", "$text-success bold"),
    "unverified": RunCondition("–", "unverified", "$text-warning bold"),
    "stopped": RunCondition("■", "stopped", "$text-warning bold"),
    "failed": RunCondition("✗", "failed", "$text-error bold"),
}


def condition_of(state: RunState, transport: Transport) -> RunCondition:
    """What the window shows: a replay, the past, or the run as it stands now."""
    if transport.playing:
        return RunCondition("▶", f"replay {told_speed(transport.speed)}", "$text-accent bold")
    if not transport.following and not transport.at_end:
        return PAST
    now = state.now
    if now.summary.status != "unfinished":
        return ENDED.get(now.summary.status, ENDED["failed"])
    if not transport.working:
        return INTERRUPTED
    if now.questions:
        return ASKED
    return PAUSED if now.paused else WORKING
