"""Beginning work in a process of its own, which outlives whoever began it.

The process is the command line's own. It works in a session of its own, so that neither a closed
terminal nor Ctrl-C there reaches it, and it asks people through its mailbox.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from company.control.commands import Raise
from company.control.elsewhere import ELSEWHERE, PERSON
from warehouse.errors import SofthouseError
from warehouse.events import EventData, RunForked, RunResumed, RunStarted
from warehouse.journal import parse_event
from warehouse.runs import products_folder

MOST_SAID = 16_384
"""Characters that are kept of what a process says before its run has begun."""
SIGN = "softhouse: "
"""What complaints of the command line begin with."""


async def begin(
    task: str,
    *,
    company: str = "",
    model: str = "",
    name: str = "",
    budget: float | None = None,
    products: Path | None = None,
    arguments: Sequence[str] = (),
) -> Path:
    """Begin a run; returns its folder once it works.

    `arguments` are further options of `softhouse run`. Raises SofthouseError with what the process
    said, where it could not begin.
    """
    wishes = {"company": company, "model": model, "name": name, "budget": budget}
    root = products_folder(products)
    command = ["run", *_options(wishes), "--products", str(root), *arguments, "-"]
    return root / await _started(command, RunStarted.KIND, task)


async def resume(folder: Path, limits: Raise | None = None) -> None:
    """Go on with a run, with other limits where some are given. Returns once it works."""
    await _started(["resume", *_limits(limits or Raise()), "--", str(folder)], RunResumed.KIND)


async def fork(
    folder: Path,
    at: str,
    changes: Mapping[str, str],
    *,
    name: str = "",
    products: Path | None = None,
) -> Path:
    """Fork a run at a step, with changes as `softhouse fork --set` takes them; returns the new folder."""
    root = products or folder.parent
    sets = [part for key, value in changes.items() for part in ("--set", f"{key}={value}")]
    wishes = {"at": at, "name": name, "products": str(root)}
    return root / await _started(
        ["fork", *_options(wishes), *sets, "--", str(folder)], RunForked.KIND
    )


def companies() -> dict[str, str]:
    """Name → title of every company in sight, the user's own and the built-in ones."""
    from company.cards.catalogue import Cards
    from company.errors import ConfigurationError

    cards, found = Cards(Path.cwd()), {}
    for name in cards.companies():
        try:
            found[name] = cards.card("company", name).title
        except ConfigurationError:
            continue
    return found


def _limits(limits: Raise) -> list[str]:
    return _options(
        {
            "budget": limits.usd,
            "max-tokens": limits.tokens,
            "max-calls": limits.calls,
            "max-seconds": limits.seconds,
        }
    )


def _options(given: Mapping[str, object]) -> list[str]:
    """As the command line takes them; what is empty was not said."""
    return [f"--{name}={value}" for name, value in given.items() if value not in (None, "")]


async def _started(command: Sequence[str], sign: str, task: str = "") -> str:
    """Start a process and wait for its run to begin, which its first event shows; the run's id."""
    return await asyncio.to_thread(_start, [*command[:1], "--json", *command[1:]], sign, task)


def _start(command: Sequence[str], sign: str, task: str) -> str:
    with tempfile.TemporaryFile() as given:
        given.write(task.encode("utf-8", "surrogatepass"))
        given.seek(0)
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "company.cli.main", *command],
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, PERSON: ELSEWHERE},
        )
    # Whoever waits for it spares the system a zombie; nothing else is lost without.
    threading.Thread(target=process.wait, name=f"run {process.pid}", daemon=True).start()
    assert process.stdout is not None
    with process.stdout as output:
        beginning = _listen(output, sign)
    if beginning.run is None:
        raise SofthouseError(_complaint(beginning.said, process.wait()))
    return beginning.run


@dataclass(frozen=True)
class _Beginning:
    """What a process said until its run began; `run` is None where it never did."""

    run: str | None
    said: str


def _listen(output: IO[bytes], sign: str) -> _Beginning:
    said = ""
    for line in output:
        try:
            event = parse_event(line)
        except ValueError:
            said = (said + line.decode("utf-8", "replace"))[-MOST_SAID:]
        else:
            if event.kind == sign:
                return _Beginning(_run_of(event.typed), said)
    return _Beginning(None, said)


def _run_of(beginning: EventData) -> str:
    """The id of the run that begins; empty where it is known."""
    return beginning.run if isinstance(beginning, RunStarted | RunForked) else ""


def _complaint(said: str, code: int) -> str:
    """What a process said last, without its sign; it has made it safe to be read."""
    words = said.strip().removeprefix(SIGN)
    return words or f"The run could not begin: its process ended with exit code {code}."
