"""The witness of windows: a program that reaches for a display is given one, clicked, typed at and closed."""

from typing import Literal

import msgspec

from warehouse.events import CommandResult, Sighting
from warehouse.sandbox.toolbox import witness_command
from warehouse.sandbox.witness.inside.places import AFTER, BEFORE
from warehouse.sandbox.witness.witness import Start

USE = witness_command("window")
SECONDS = 30.0
"""The most that all of it may take; a window that is well takes two or three."""
TITLES = {
    BEFORE: "The window at first",
    AFTER: "The window after clicks and keys",
}
WHEN = {
    "start": "when its window opens",
    "use": "after clicks and keys",
    "close": "when its window is closed",
}


class Seen(msgspec.Struct, frozen=True):
    """What `inside/window.py` reports."""

    step: Literal["", "start", "use", "close"]
    """How far it came; empty where there is no display."""
    size: tuple[int, int] | None = None
    """Of the window; None where none opened."""
    colour: str = ""
    """The only one it shows, if so."""
    changed: bool = False
    answers: bool | None = None
    """None where the program never said that it would."""
    closes: bool | None = None
    """None where it was not asked to, or takes no such request."""
    exit_code: int | None = None
    """None where the program goes on."""


class WindowWitness:
    """Knows programs with a window, whatever draws it."""

    async def see(self, start: Start) -> Sighting | None:
        """What became of the window; None for a program without one."""
        if not start.argv or not await start.reached_for_display():
            return None
        ended = await start.sandbox.exec([*USE, *start.argv], seconds=SECONDS)
        seen = _read(ended.stdout)
        if seen is not None and seen.step and seen.size is None and not seen.exit_code:
            await start.without_display()
            return None
        broke = start.stack.outcome.broke(ended.stderr)
        holds, how = _judged(seen, broke=broke) if seen else _unwatched(ended)
        pictures = list(TITLES.items())[: 1 + (seen is not None and seen.changed)]
        return Sighting(
            start.argv,
            holds,
            how,
            unseen=_not_seen(seen) if holds and seen else (),
            output=ended.stderr.strip(),
            exit_code=(seen.exit_code if seen else ended.exit_code) or 0,
            seconds=ended.seconds,
            pictures=await start.pictures(dict(pictures)) if seen and seen.size else (),
        )


def _read(report: str) -> Seen | None:
    try:
        return msgspec.json.decode(report, type=Seen)
    except msgspec.DecodeError:
        return None


def _unwatched(ended: CommandResult) -> tuple[bool | None, str]:
    if ended.out_of_memory:
        return False, "used up the memory of the sandbox"
    return None, "its window could not be watched to the end"


def _judged(seen: Seen, *, broke: bool) -> tuple[bool | None, str]:
    if not seen.step:
        return None, "needs a display, which this sandbox does not have"
    if seen.exit_code:
        return False, f"ends with {_ending(seen.exit_code)} {WHEN[seen.step]}"
    if broke:
        return False, "breaks while its window is used"
    # Qt says that it would answer, and does not: who closes when asked is there all the same.
    if seen.answers is False and not seen.closes:
        return False, "its window is frozen: it does not answer after clicks and keys"
    if seen.colour:
        return False, f"its window shows one colour only, {seen.colour}"
    if seen.step == "start":
        return None, "its window is gone again before it can be used"
    if seen.closes is False:
        return False, "its window does not react to being closed: it is frozen, or refuses"
    return True, _told(seen)


def _told(seen: Seen) -> str:
    opened = "opens a window of {}×{} that".format(*seen.size or ())
    if seen.step == "use":
        return f"{opened} ends with a click or key"
    use = "changes with" if seen.changed else "waits after"
    return f"{opened} {use} clicks and keys, and {'closes' if seen.closes else 'goes on'}"


def _ending(exit_code: int) -> str:
    return f"signal {-exit_code}" if exit_code < 0 else f"exit code {exit_code}"


def _not_seen(seen: Seen) -> tuple[str, ...]:
    if seen.step == "close" and seen.closes is None:
        return ("whether its window closes: it takes no such request",)
    return ()
