"""A person at their own machine, who types one command after another: `python -m tests.support.at_home`.

It is one process of theirs, so that six commands cost one start. Nothing can be typed into a command:
what asks, is told that nobody is there.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from tempfile import mkdtemp

from tests.support.command_line import Outcome, in_process
from tests.support.people import Person


@dataclass(frozen=True)
class Desk:
    """Where the person types."""

    _process: Popen[bytes]
    folder: Path

    def softhouse(self, *arguments: str, **environment: str) -> Outcome:
        """What a command comes to; the environment stays as it is made here."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([arguments, environment]).encode() + b"\n")
        self._process.stdin.flush()
        return Outcome(*json.loads(self._process.stdout.readline()))


@contextmanager
def at_desk_of(person: Person) -> Iterator[Desk]:
    """In an empty folder of the person, whose state is fresh."""
    folder = person.owns(Path(mkdtemp(prefix="desk-", dir=person.home)))
    state = {"SOFTHOUSE_STATE": str(folder / "state")}
    command = [sys.executable, "-m", "tests.support.at_home", str(folder)]
    with person.running(*command, **state) as process:
        yield Desk(process, folder)


def _obey(folder: str) -> None:
    os.chdir(folder)
    orders, answers = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    for line in orders:
        arguments, environment = json.loads(line)
        os.environ.update(environment)
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = in_process(*arguments)
        answers.write(json.dumps([code, out.getvalue(), err.getvalue()]) + "\n")
        answers.flush()


if __name__ == "__main__":
    _obey(sys.argv[1])
