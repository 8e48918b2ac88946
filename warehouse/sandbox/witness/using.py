"""A product that is used as a person would use it, and what is to be seen of it then: nothing is judged."""

import json
from collections.abc import Sequence

import msgspec

from warehouse.sandbox.sandbox import Sandbox
from warehouse.sandbox.toolbox import witness_command
from warehouse.sandbox.witness.inside.places import LOOK
from warehouse.sandbox.witness.witness import is_picture

USE = witness_command("use")
SECONDS = 60.0
"""The most that one use may take, from the start of the product on."""
MOST_ACTIONS = 60
VERBS = ("click", "type", "enter", "press", "wait")
Action = tuple[str, str]


class Used(msgspec.Struct, frozen=True):
    """What `inside/use.py` reports."""

    kind: str = ""
    """How it was used: `page`, `window` or `terminal`."""
    done: int = 0
    """How many of the actions."""
    fault: str = ""
    """Why no more of them."""
    words: str = ""
    """Those of a page."""
    terminal: str = ""
    """What stands on the screen of the terminal that a program was started at."""
    title: str = ""
    size: tuple[int, int] | None = None
    controls: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    exit_code: int | None = None
    """None while it runs."""
    picture: bytes | None = None
    """A PNG of a page or window."""


class NoAction(Exception):
    """A line says nothing that could be done; the message says what can."""


def read_actions(lines: str) -> list[str]:
    """The actions that are written there, one a line. Raises NoAction."""
    actions = [line.strip() for line in lines.splitlines() if line.strip()]
    for action in actions:
        verb, _, words = action.partition(" ")
        if verb not in VERBS or not words or (verb == "wait" and not _is_number(words)):
            raise NoAction(
                f"'{action[:80]}' is no action. One a line: click NAME (or two numbers, a place),"
                " type TEXT, enter TEXT (typed, and then Enter), press KEY, wait SECONDS."
            )
    if len(actions) > MOST_ACTIONS:
        raise NoAction(f"These are {len(actions)} actions; at most {MOST_ACTIONS} are made.")
    return actions


async def use(sandbox: Sandbox, page: str, argv: Sequence[str], actions: Sequence[str]) -> Used:
    """Start the product of a sandbox, or open its page, and do that with it. Raises SandboxError."""
    settings = {"page": page, "argv": list(argv), "actions": _verbs(actions)}
    ran = await sandbox.exec([*USE, json.dumps(settings)], seconds=SECONDS)
    if ran.out_of_memory:
        return Used(fault="it used up the memory of the sandbox")
    try:
        used = msgspec.json.decode(ran.stdout, type=Used)
    except msgspec.DecodeError:
        return Used(fault="it could not be watched to the end")
    png = (await sandbox.read([LOOK])).get(LOOK) if used.kind != "terminal" else None
    return msgspec.structs.replace(used, picture=png if png and is_picture(png) else None)


def told(used: Used, actions: Sequence[str]) -> str:
    """What is seen, in words."""
    lines = [_HEADS.get(used.kind, "").format(title=used.title, size=_size(used))]
    lines += [used.words or NOTHING] if used.kind == "page" else []
    lines += ["In the terminal stands:"] if used.kind != "terminal" and used.terminal else []
    lines += [used.terminal or (NOTHING if used.kind == "terminal" else "")]
    lines += [f"It has: {'; '.join(used.controls)}."] if used.controls else []
    lines += (
        [f"Colours, the largest area first: {', '.join(used.colours)}."] if used.colours else []
    )
    lines += [f"Errors: {' / '.join(used.errors)}"] if used.errors else []
    lines += (
        [f"It has ended, with exit code {used.exit_code}."] if used.exit_code is not None else []
    )
    if used.fault:
        lines.append(f"{used.done} of {len(_verbs(actions))} actions were done: {used.fault}.")
    return "\n".join(filter(None, lines))


NOTHING = "Nothing is written there."
_HEADS = {
    "page": "The page '{title}' shows:",
    "terminal": "The terminal shows:",
    "window": "A window of {size} is open, called '{title}'.",
}


def _size(used: Used) -> str:
    return "{}×{}".format(*used.size) if used.size else "unknown size"


def _verbs(actions: Sequence[str]) -> list[Action]:
    found: list[Action] = []
    for action in actions:
        verb, _, words = action.partition(" ")
        found += [("type", words), ("press", "Enter")] if verb == "enter" else [(verb, words)]
    return found


def _is_number(words: str) -> bool:
    return words.replace(".", "", 1).isdigit()
