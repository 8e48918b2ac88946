"""Uses a product as a person would, from its start on, and reports on standard output, as JSON, what is
to be seen at the end. A picture of it lies below /box.

What is done is a list of words: a verb and what it is done with. What it means is decided outside.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from .places import FOLDER, LOOK
from .processes import watch_over_descendants

SECONDS = 40.0
"""The most that all of it may take."""
LONGEST_WAIT = 5.0
Action = Sequence[str]
Report = dict[str, Any]


class CannotBeDone(Exception):
    """There is nothing that this could be done with; the message says what there is instead."""


def perform(actions: Sequence[Action], verbs: dict[str, Callable[[str], None]]) -> Report:
    """Do one thing after the other. Returns how many were done, and what ended it before the last."""
    for done, (verb, words) in enumerate(actions):
        try:
            if verb == "wait":
                time.sleep(min(float(words), LONGEST_WAIT))
            elif verb in verbs:
                verbs[verb](words)
            else:
                raise CannotBeDone(f"'{verb}' cannot be done here")
        except CannotBeDone as fault:
            return {"done": done, "fault": str(fault)}
    return {"done": len(actions), "fault": ""}


def place_in(words: str) -> tuple[int, int] | None:
    """The place that two numbers name; None where they name none."""
    numbers = words.split()
    if len(numbers) != 2 or not all(map(str.isdigit, numbers)):
        return None
    return int(numbers[0]), int(numbers[1])


def keep_picture(png: bytes) -> None:
    """Leave what is seen where it is looked for."""
    Path(FOLDER).mkdir(exist_ok=True)
    Path(LOOK).write_bytes(png)


def main() -> None:
    """The only argument are the settings: a page's path or the command that starts a program, and what
    is done with it."""
    settings = json.loads(sys.argv[1])
    watch_over_descendants()
    if settings["page"]:
        from .at_page import use_page

        report = use_page(settings["page"], settings["actions"])
    else:
        from .at_program import use_program

        report = use_program(settings["argv"], settings["actions"], time.monotonic() + SECONDS)
    sys.stdout.write(json.dumps(report, ensure_ascii=False))
