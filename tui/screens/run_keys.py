"""The panes of the run screen, which of them are shown, and its keys."""

from textual.binding import Binding, BindingType
from textual.geometry import Size

PANES = {"chain": "Chain", "talk": "Conversation", "work": "Work", "log": "Log"}
"""Pane id → name, in the order of their number keys."""
LEAST_WIDTH, LEAST_HEIGHT = 100, 28
"""Columns and rows from which all panes are shown at once."""
ROOMY_WIDTH = 160
"""Columns from which the outer panes get more."""


def has_room(size: Size) -> bool:
    """Whether all panes fit."""
    return size.width >= LEAST_WIDTH and size.height >= LEAST_HEIGHT


def shown_panes(size: Size, current: str, *, zoomed: bool) -> tuple[str, ...]:
    """The panes that are shown, `current` being the one that is used."""
    if zoomed or not has_room(size):
        return (current,)
    return tuple(PANES)


def neighbour(pane: str, distance: int) -> str:
    """The pane so many places further, going round."""
    names = list(PANES)
    return names[(names.index(pane) + distance) % len(names)]


KEYS: list[BindingType] = [
    Binding("escape,backspace", "home", "All runs", tooltip="Back to the run browser"),
    Binding("tab", "next_pane(1)", "Next pane", show=False),
    Binding("shift+tab", "next_pane(-1)", "Previous pane", show=False),
    Binding("1", "pane('chain')", "Chain", show=False, tooltip="Go to the chain and the roles"),
    Binding("2", "pane('talk')", "Conversation", show=False, tooltip="Go to the conversation"),
    Binding("3", "pane('work')", "Work", show=False, tooltip="Go to files, code and diffs"),
    Binding("4", "pane('log')", "Log", show=False, tooltip="Go to output, git, events, cost"),
    Binding("z", "zoom", "Zoom", tooltip="Give the pane the whole window, and back"),
    Binding("p", "pause_or_go_on", "Pause", tooltip="Pause the company, or let it go on"),
    Binding("s", "step", "Step", show=False, tooltip="Let the company take one phase, then pause"),
    Binding("x", "stop", "Stop", show=False, tooltip="Stop the run; it can be resumed"),
    Binding("b", "budget", "Budget", show=False, tooltip="Raise what the run may use"),
    Binding("i", "interject", "Say", tooltip="Say something to a role"),
    Binding("a", "answer", "Answer", tooltip="Answer what a person of the company is asked"),
    Binding(
        "r",
        "resume",
        "Go on",
        show=False,
        tooltip="Go on where it stopped, or with what comes next",
    ),
    Binding("F", "fork", "Fork here", show=False, tooltip="Go another way from the step shown"),
    Binding("space", "play_or_pause", "Replay", tooltip="Play the run again, or hold it"),
    Binding("full_stop", "go('next', 'event')", "Next event", show=False),
    Binding("comma", "go('previous', 'event')", "Previous event", show=False),
    Binding("right_square_bracket", "go('next', 'message')", "Next message", show=False),
    Binding("left_square_bracket", "go('previous', 'message')", "Previous message", show=False),
    Binding("right_curly_bracket", "go('next', 'phase')", "Next phase", show=False),
    Binding("left_curly_bracket", "go('previous', 'phase')", "Previous phase", show=False),
    Binding("e", "go('next', 'error')", "Next error", show=False),
    Binding("E", "go('previous', 'error')", "Previous error", show=False),
    Binding("t", "go('next', 'test')", "Next test", show=False),
    Binding("T", "go('previous', 'test')", "Previous test", show=False),
    Binding("c", "go('next', 'commit')", "Next commit", show=False),
    Binding("C", "go('previous', 'commit')", "Previous commit", show=False),
    Binding("plus,equals_sign", "faster", "Faster", show=False, tooltip="Replay faster"),
    Binding("minus", "slower", "Slower", show=False, tooltip="Replay slower"),
    Binding("0", "beginning", "Beginning", show=False, tooltip="Go to the run's first event"),
    Binding("L", "live", "Live end", show=False, tooltip="Go to the run's end, and follow it"),
]
