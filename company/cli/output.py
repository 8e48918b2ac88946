"""Writing to the terminal: everything is made safe, and a reader who left is no fault."""

import json
import os
import sys
from typing import Any, TextIO

from warehouse.terminal_text import safe_text

UNABLE = ("dumb", "unknown")
"""Terminals that show lines and nothing else."""


def say(text: str = "", *, err: bool = False) -> None:
    """Write a line of text from anywhere."""
    write(safe_text(text) + "\n", sys.stderr if err else sys.stdout)


def headed(head: str, words: str) -> str:
    """A line of a summary: what it is about, and what is to say of it."""
    return f"{head:<9} {words}"


def complain(message: str) -> None:
    """Write a failure to stderr as one paragraph without secrets."""
    from company.models.redact import redact

    say(f"softhouse: {redact(message.strip(), secrets_of_ours())}", err=True)


def write(text: str, stream: TextIO) -> None:
    """Write and flush. Once nobody reads any more, what follows is dropped and work goes on."""
    try:
        stream.write(text)
        stream.flush()
    except UnicodeEncodeError:
        encoding = stream.encoding or "ascii"
        stream.write(text.encode(encoding, "replace").decode(encoding))
        stream.flush()
    except BrokenPipeError:
        mute(stream)


def write_bytes(content: bytes) -> None:
    """Write a file to standard output as it is; a terminal is shown it without what would drive it."""
    if sys.stdout.isatty():
        write(safe_text(content.decode(errors="replace")), sys.stdout)
        return
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        mute(sys.stdout)


def mute(stream: TextIO) -> None:
    """Send what is still to be written nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def say_json(value: Any) -> None:
    """Write a value as indented JSON, in ASCII, which no terminal can misread."""
    write(json.dumps(value, indent=2) + "\n", sys.stdout)


def secrets_of_ours() -> list[str]:
    """What the environment holds under names of keys; none of it may be shown or written."""
    secret = ("_KEY", "_TOKEN", "_SECRET", "PASSWORD", "_PWD")
    return [value for name, value in os.environ.items() if name.upper().endswith(secret)]


def can_show_views() -> bool:
    """Whether standard output is a terminal that can be drawn on."""
    return sys.stdout.isatty() and os.environ.get("TERM") not in UNABLE
