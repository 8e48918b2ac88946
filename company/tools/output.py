"""What a command did, as a role is told it."""

from company.tools.tool import Ran
from warehouse.events import CommandResult

MOST_NAMED = 10
SHOWN = 3_000
"""Characters of each stream that are shown: the beginning and the end."""


def told(ran: Ran) -> str:
    """How it ended, what it wrote, and which files are different now."""
    result = ran.result
    streams = (("", result.stdout), ("standard error:\n", result.stderr))
    written = [
        f"{title}{shortened(text.rstrip(), was_cut=result.truncated)}"
        for title, text in streams
        if text.strip()
    ]
    files = [f"Files changed: {', '.join(ran.changed)}."] if ran.changed else []
    files += [f"Not kept: {'; '.join(ran.left_out[:MOST_NAMED])}."] if ran.left_out else []
    return "\n".join([_ending(result), *(written or ["It wrote nothing."]), *files])


def shortened(text: str, *, was_cut: bool = False) -> str:
    """The text, or its beginning and end with a line that says how much is left out; of one that
    `was_cut` before, more than is known."""
    if len(text) <= SHOWN:
        return text
    half = SHOWN // 2
    left_out = f"{'more than ' if was_cut else ''}{len(text) - 2 * half:,} characters left out"
    return f"{text[:half]}\n[… {left_out} …]\n{text[-half:]}"


def _ending(result: CommandResult) -> str:
    if result.timed_out:
        return f"It was stopped after {result.seconds:.0f} s."
    if result.out_of_memory:
        return "It was stopped: it used up the memory of the sandbox."
    return f"exit code {result.exit_code}"
