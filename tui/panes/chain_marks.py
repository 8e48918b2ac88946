"""The marks and colours for how it stands with a step; the mark alone says it too."""

from tui.run_state.chain_tree import Condition

MARKS: dict[Condition, str] = {
    "waiting": "○",
    "working": "◐",
    "paused": "‖",
    "stopped": "■",
    "done": "✓",
    "unmet": "!",
    "skipped": "–",
    "failed": "✗",
}
STYLES: dict[Condition, str] = {
    "waiting": "$foreground 60%",
    "working": "$text-primary bold",
    "paused": "$text-warning",
    "stopped": "$text-warning",
    "done": "$text-success",
    "unmet": "$text-warning",
    "skipped": "$foreground 60%",
    "failed": "$text-error",
}
TURNS = "◐◓◑◒"
"""The mark of what is worked on, as it turns."""
