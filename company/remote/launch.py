"""Beginning work in a process of its own, which outlives whoever began it.

The process is the command line's own. It works in a session of its own, so that neither a closed
terminal nor Ctrl-C there reaches it, and it asks people through its mailbox.
"""

import asyncio
import os
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from msgspec import structs

from company.remote.commands import Raise
from warehouse import child_process
from warehouse.errors import SofthouseError
from warehouse.events import EventData, RunForked, RunResumed, RunStarted, VersionStarted
from warehouse.journal.journal import parse_event
from warehouse.runs.folders import products_folder

if TYPE_CHECKING:
    from company.run_options import RunRequest

PERSON, ELSEWHERE = "SOFTHOUSE_PERSON", "elsewhere"
"""An environment variable, and its value where nobody sits at the terminal of a process."""
MOST_SAID = 16_384
"""Characters that are kept of what a process says before its run has begun."""
SIGN = "softhouse: "
"""What complaints of the command line begin with."""


async def begin(task: str, *, products: Path | None = None, **options: Any) -> Path:
    """Begin a run; returns its folder once it works. `said` are the fields of a `RunRequest`.

    Raises SofthouseError with what the process said, where it could not begin.
    """
    request = await asyncio.to_thread(_request, {**options, "task": task})
    return await start(request, products_folder(products))


async def start(request: "RunRequest", products: Path) -> Path:
    """The same for what is asked already."""
    from company.run_options import arguments

    command = ["run", *arguments(request), "--products", str(products), "-"]
    return products / await _started(command, RunStarted.KIND, request.task)


async def resume(folder: Path, limits: Raise | None = None) -> None:
    """Go on with a run, with other limits where some are given. Returns once it works."""
    await _started(["resume", *_limits(limits or Raise()), "--", str(folder)], RunResumed.KIND)


async def go_on(folder: Path, task: str, *, company: str = "", model: str = "") -> None:
    """Go on with a run after its delivery, by another task. Returns once a company works on it."""
    options = {"--company": company, "--model": model}
    spelled = [f"{option}={value}" for option, value in options.items() if value]
    await _started(["continue", *spelled, "--", str(folder), "-"], VersionStarted.KIND, task)


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

    cards, titles = Cards(Path.cwd()), {}
    for name in cards.of("company"):
        try:
            titles[name] = cards.card("company", name).title
        except ConfigurationError:
            continue
    return titles


def _request(options: Mapping[str, Any]) -> "RunRequest":
    from company.run_options import RunRequest, read_options

    return read_options(RunRequest, options)


def _limits(limits: Raise) -> Iterator[str]:
    from company.cards.company_card import RunLimits
    from company.run_options import arguments

    return arguments(RunLimits.model_construct(**structs.asdict(limits)))


async def _started(command: Sequence[str], sign: str, task: str = "") -> str:
    """Start a process and wait for its run to begin, which its first event shows; the run's id."""
    return await asyncio.to_thread(_start, [*command[:1], "--json", *command[1:]], sign, task)


def _start(command: Sequence[str], sign: str, task: str) -> str:
    with tempfile.TemporaryFile() as task_file:
        task_file.write(task.encode("utf-8", "surrogatepass"))
        task_file.seek(0)
        # It is this program for the same person: their keys, and the cards where they stand.
        process = child_process.start_and_leave(
            child_process.python_module("softhouse", *command),
            task_file,
            environment={**os.environ, PERSON: ELSEWHERE},
            folder=Path.cwd(),
        )
    # Whoever waits for it spares the system a zombie; nothing else is lost without.
    threading.Thread(target=process.wait, name=f"run {process.pid}", daemon=True).start()
    assert process.stdout is not None
    with process.stdout as output:
        run, words = _listen(output, sign)
    if run is None:
        raise SofthouseError(_complaint(words, process.wait()))
    return run


def _listen(output: IO[bytes], sign: str) -> tuple[str | None, str]:
    """The run that begins, None where none does, and what the process said before."""
    words = ""
    for line in output:
        try:
            event = parse_event(line)
        except ValueError:
            words = (words + line.decode("utf-8", "replace"))[-MOST_SAID:]
        else:
            if event.kind == sign:
                return _run_of(event.data), words
    return None, words


def _run_of(beginning: EventData) -> str:
    """The id of the run that begins; empty where it is known."""
    return beginning.run if isinstance(beginning, RunStarted | RunForked) else ""


def _complaint(words: str, code: int) -> str:
    """What a process said last, without its sign; it has made it safe to be read."""
    words = words.strip().removeprefix(SIGN)
    return words or f"The run could not begin: its process ended with exit code {code}."
