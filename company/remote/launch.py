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
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from company.remote.commands import Raise
from company.remote.elsewhere import ELSEWHERE, PERSON
from warehouse.errors import SofthouseError
from warehouse.events import EventData, RunForked, RunResumed, RunStarted
from warehouse.journal.journal import parse_event
from warehouse.runs.folders import products_folder

if TYPE_CHECKING:
    from company.run_options import RunRequest

MOST_SAID = 16_384
"""Characters that are kept of what a process says before its run has begun."""
SIGN = "softhouse: "
"""What complaints of the command line begin with."""


async def begin(task: str, *, products: Path | None = None, **said: Any) -> Path:
    """Begin a run; returns its folder once it works. `said` are the fields of a `RunRequest`.

    Raises SofthouseError with what the process said, where it could not begin.
    """
    request = await asyncio.to_thread(_request, {**said, "task": task})
    return await start(request, products_folder(products))


async def start(request: "RunRequest", products: Path) -> Path:
    """The same for what is asked already."""
    from company.run_options import arguments

    command = ["run", *arguments(request), "--products", str(products), "-"]
    return products / await _started(command, RunStarted.KIND, request.task)


async def resume(folder: Path, limits: Raise | None = None) -> None:
    """Go on with a run, with other limits where some are given. Returns once it works."""
    await _started(["resume", *_limits(limits or Raise()), "--", str(folder)], RunResumed.KIND)


async def fork(
    folder: Path,
    at: str,
    overrides: Mapping[str, str],
    *,
    name: str = "",
    products: Path | None = None,
) -> Path:
    """Fork a run at a step, with overrides as `softhouse fork --set` takes them; returns the new folder."""
    root = products or folder.parent
    options = {"--at": at, "--name": name, "--products": root}
    spelled = [f"{option}={value}" for option, value in options.items() if value != ""]
    sets = [part for key, value in overrides.items() for part in ("--set", f"{key}={value}")]
    return root / await _started(["fork", *spelled, *sets, "--", str(folder)], RunForked.KIND)


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


def _request(said: Mapping[str, Any]) -> "RunRequest":
    from company.run_options import RunRequest, read_options

    return read_options(RunRequest, said)


def _limits(limits: Raise) -> Iterator[str]:
    from company.cards.company_card import RunLimits
    from company.run_options import arguments

    return arguments(RunLimits.model_construct(**asdict(limits)))


async def _started(command: Sequence[str], sign: str, task: str = "") -> str:
    """Start a process and wait for its run to begin, which its first event shows; the run's id."""
    return await asyncio.to_thread(_start, [*command[:1], "--json", *command[1:]], sign, task)


def _start(command: Sequence[str], sign: str, task: str) -> str:
    with tempfile.TemporaryFile() as given:
        given.write(task.encode("utf-8", "surrogatepass"))
        given.seek(0)
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "softhouse", *command],
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
                return _Beginning(_run_of(event.data), said)
    return _Beginning(None, said)


def _run_of(beginning: EventData) -> str:
    """The id of the run that begins; empty where it is known."""
    return beginning.run if isinstance(beginning, RunStarted | RunForked) else ""


def _complaint(said: str, code: int) -> str:
    """What a process said last, without its sign; it has made it safe to be read."""
    words = said.strip().removeprefix(SIGN)
    return words or f"The run could not begin: its process ended with exit code {code}."
