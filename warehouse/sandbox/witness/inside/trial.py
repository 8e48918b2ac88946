"""Starting a program in one way after the other, until one of them goes well."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .processes import listening, unreached
from .program import Program

KEYS = (b"\r", b" ", b"\x1b[A", b"\x1b[B", b"\x1b[C", b"\x1b[D", b"1", b"y", b"q", b"\x1b")
MIXED = ("1", "2", "3", "hello", "y", "q", "0", "exit")
OTHER_LINES = (("7",) * 8, ("hello",) * 8, ("1 2 3",) * 8, ("1,2,3",) * 8)
"""For those that want all their input to be of a kind: numbers, words, several of them a line."""
FILES = {"1": "1\n2\n3\n", "2": "4\n5\n6\n"}
ARGUMENTS = (("1",), ("1", "2"))
"""Numbers, words, and names of files."""
ENDS = 3
"""How often a program is told that its input has ended; a terminal lets it ask again."""
Trial = dict[str, Any]


class Trials:
    """What became of each start of one program."""

    def __init__(
        self,
        argv: Sequence[str],
        trap: Sequence[str],
        seconds: float,
        explained: Sequence[int],
        input_ended: str,
        pages: bool,
        patience: Sequence[float],
    ) -> None:
        self._argv, self._trap, self._until = argv, trap, time.monotonic() + seconds
        self._patience = patience
        self._explained, self._input_ended, self._pages = explained, input_ended, pages
        self.made: list[Trial] = []

    def make(self) -> None:
        """At a terminal; where that does not end well, in the ways that could explain it."""
        trial = self._try(MIXED)
        if trial["ended"] and not self._went_well(trial):
            if trial["taken"]:
                self._try_each(OTHER_LINES)
            elif trial["exit_code"] in self._explained:
                self._try_without_terminal()

    def _try_each(self, inputs: Sequence[Sequence[str]]) -> None:
        for lines in inputs:
            if self._went_well(self._try(lines)):
                return

    def _try_without_terminal(self) -> None:
        """It may want its input from a pipe, or arguments."""
        if not self._went_well(self._try(MIXED, at_terminal=False)):
            for number, text in FILES.items():
                if not Path(number).exists():
                    Path(number).write_text(text)
            for arguments in ARGUMENTS:
                self._try((), arguments=arguments)

    def _went_well(self, trial: Trial) -> bool:
        if not trial["ended"] or trial["exit_code"] == 0:
            return True
        return bool(trial["taken"]) and bool(
            re.search(self._input_ended, trial["stderr"], re.MULTILINE)
        )

    def _try(
        self, lines: Sequence[str], *, arguments: Sequence[str] = (), at_terminal: bool = True
    ) -> Trial:
        before = unreached()
        # One that wants a display is found out the first time, and not started again.
        argv = [*([] if self.made else self._trap), *self._argv, *arguments]
        program = Program(argv, at_terminal=at_terminal, until=self._until)
        try:
            _talk(program, lines)
            taken = program.taken()
            served = (
                _served(program, self._patience)
                if program.exit_code is None and listening()
                else None
            )
            sought = unreached() > before
            if served and self._pages:
                _browse(served, program)
            code = program.exit_code
        finally:
            program.stop()
        stdout, stderr = program.said()
        trial = {
            "arguments": list(arguments),
            "at_terminal": at_terminal,
            "taken": sum(each.endswith(b"\n") for each in taken),
            "keys": sum(not each.endswith(b"\n") for each in taken),
            "served": served,
            "sought_network": sought,
            "ended": code is not None,
            "exit_code": code or 0,
            "stdout": stdout,
            "stderr": stderr,
        }
        self.made.append(trial)
        return trial


def _served(program: Program, patience: Sequence[float]) -> dict[str, Any]:
    from .server import Patience, serve  # few programs serve, and no other waits for its imports

    return serve(program, Patience(*patience))


def _browse(served: dict[str, Any], program: Program) -> None:
    from .server import browse

    browse(served, program)


def _talk(program: Program, lines: Sequence[str]) -> None:
    """Give it lines or keys, whichever it wants, and then say that there are no more."""
    left, keys = [f"{line}\n".encode() for line in lines], list(KEYS)
    program.rest()
    while program.is_waited_for:
        if not (wanted := keys if program.wants_keys else left):
            break
        program.give(wanted.pop(0))
        program.rest()
    for _ in range(ENDS):
        if program.is_waited_for and not program.wants_keys:
            program.end_input()
            program.rest()
