"""The window: opening a long run, keys while much happens, CPU at work and at rest, memory.

In a real terminal, against an empty Textual app in one, or a bare read of the same lines. DESIGN:
100,000 events open in at most 1 s; a key is answered in at most 50 ms and less than 60 % of a core
is used while 500 events a second arrive; at rest at most 1 %; an hour of replay grows no memory.
"""

import asyncio
import itertools
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.journal import turn
from tests.support.command_line import ROOT
from tests.support.journals import told
from tests.support.terminal import Terminal, in_terminal, program_in_terminal
from warehouse.events import RunEnded, RunResumed
from warehouse.journal.journal import FILE_NAME, Journal, parse_event
from warehouse.runs.folders import DEMOS

EVENTS = 100_000
A_SECOND = 500
"""Events that arrive."""
KEYS = 60
WATCHED = 20.0
"""Seconds in which the CPU is watched."""
ROUNDS = 15
"""Replays of a run of four minutes that make an hour."""
PLAYED = "■ end"
"""What the window shows at the end of a replay."""
SIZE = (160, 48)
RUN = "20261122-000000-long-run-abcd"
FOCUS = re.compile(rb"\x1b\[[\d;]*38;2;125;183;255[\d;]*m\xe2\x95[\xad\xb0]")
"""A corner of a frame in the first colour of the theme `night`: the pane that has the focus."""
EMPTY = """
from textual.app import App
from textual.widgets import Static
class Part(Static, can_focus=True):
    DEFAULT_CSS = "Part { border: round #555555; height: 1fr; } Part:focus { border: round #7db7ff; }"
class Empty(App):
    BINDINGS = [("4", "go('b')", "b"), ("2", "go('a')", "a")]
    def compose(self):
        yield Part("ready", id="a")
        yield Part("", id="b")
    def action_go(self, part):
        self.query_one(f"#{part}").focus()
Empty().run()
"""


def in_a_process_of_its_own(function: str, path: Path) -> None:
    """Call a function of this module, and keep nothing of what it needs."""
    subprocess.run([sys.executable, "-c", _call(function, path)], cwd=ROOT, check=True)


def _call(function: str, path: Path) -> str:
    return f"import pathlib, benchmarks.window as w; w.{function}(pathlib.Path({str(path)!r}))"


def write_long_run(products: Path) -> None:
    """A run of `EVENTS` events, like those of the embedded model."""
    folder = products / RUN
    folder.mkdir(parents=True)
    with (DEMOS / "demo" / FILE_NAME).open("rb") as demo:
        first = parse_event(demo.readline())
    journal = Journal.create(folder / FILE_NAME)
    journal.append(first.data)
    steps = itertools.chain.from_iterable(map(turn, itertools.count(1)))
    for step in itertools.islice(steps, EVENTS - 2):
        journal.append(*told(step))
    journal.append(RunEnded("verified", 0, "tests passed"))
    journal.close()


def keep_writing(folder: Path) -> None:
    """Let a run go on, by so many events a second, until we are ended."""
    journal, _ = Journal.open(folder / FILE_NAME)
    journal.append(RunResumed())
    steps = itertools.chain.from_iterable(map(turn, itertools.count(100_000)))
    begun = time.monotonic()
    for number, step in enumerate(steps):
        time.sleep(max(begun + number / A_SECOND - time.monotonic(), 0))
        journal.append(*told(step))


@contextmanager
def going_on(folder: Path) -> Iterator[None]:
    """Another process writes to a run's journal."""
    code = _call("keep_writing", folder)
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT) as process:
        try:
            yield
        finally:
            process.kill()


@contextmanager
def empty_app(folder: Path) -> Iterator[Terminal]:
    """The baseline: a Textual app in which nothing happens."""
    command = [sys.executable, "-c", EMPTY]
    with program_in_terminal(command, cwd=folder, env={}, size=SIZE) as terminal:
        terminal.wait_for("ready")
        yield terminal


@contextmanager
def window(folder: Path, *arguments: str) -> Iterator[Terminal]:
    """The window on a run."""
    with in_terminal(*arguments, "--products", str(folder), cwd=folder, size=SIZE) as terminal:
        terminal.wait_for("Conversation")
        terminal.settle()
        yield terminal


async def opening(folder: Path) -> None:
    """Prints how long it takes from choosing the long run until it is on the screen."""
    from tui.app import Window
    from tui.screens.run import RunScreen

    lines = (folder / FILE_NAME).read_bytes().splitlines()
    begun = time.perf_counter()
    for line in lines:
        json.loads(line)
    bare = time.perf_counter() - begun
    del lines
    app = Window(folder.parent / "none")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        painted = asyncio.Event()
        begun = time.perf_counter()
        app.open_run(folder)
        while not isinstance(app.screen, RunScreen) or len(app.screen.state.events) < EVENTS:  # noqa: ASYNC110  # it sets no event of ours
            await asyncio.sleep(0)
        app.screen.call_after_refresh(painted.set)
        await painted.wait()
        ours = time.perf_counter() - begun
    print(
        f"opening a run of {EVENTS:,} events: {ours:.2f} s (bound 1 s) = {ours / bare:.1f} × a bare"
        f" json.loads loop over its lines of {bare:.2f} s"
    )


def answering(folder: Path) -> None:
    """Prints how fast a key is answered, and what share of a core is used, while much happens."""
    with empty_app(folder) as terminal:
        bare = _answers(terminal)
    with going_on(folder / RUN), window(folder, "watch", RUN, "--theme", "night") as terminal:
        share = _share(terminal)
        terminal.press("2")
        ours = _answers(terminal)
    print(
        f"a key while {A_SECOND} events a second arrive: {ours:.0f} ms (bound 50)"
        f" = {ours / bare:.1f} × an empty app at rest of {bare:.0f} ms"
    )
    print(f"CPU meanwhile: {share:.0%} of a core (bound 60 %)")


def _answers(terminal: Terminal) -> float:
    """The median of milliseconds in which the focus goes from one pane to another."""
    times = []
    for number in range(KEYS):
        times.append(terminal.answer_time("42"[number % 2], FOCUS))
        terminal.listen(0.2)
    return statistics.median(times) * 1000


def resting(folder: Path) -> None:
    """Prints the CPU that is used while nobody does anything."""
    shares = {}
    for name, opened in {
        "an empty app": empty_app(folder),
        "a run": window(folder, "watch", "demo-waterfall"),
        "the list of runs": in_terminal("watch", "--products", str(folder), cwd=folder, size=SIZE),
    }.items():
        with opened as terminal:
            terminal.listen(3.0)
            shares[name] = _share(terminal)
    bare = shares.pop("an empty app")
    for name, share in shares.items():
        print(f"CPU at rest on {name}: {share:.1%} (bound 1 %; an empty app {bare:.1%})")


def _share(terminal: Terminal) -> float:
    """What a program uses of one core while nobody touches it."""
    used = cpu_seconds(terminal.pid)
    terminal.listen(WATCHED)
    return (cpu_seconds(terminal.pid) - used) / WATCHED


def replaying(folder: Path) -> None:
    """Prints how memory grows while a run is replayed again and again."""
    sizes = []
    with window(folder, "replay", "demo-waterfall", "--speed", "max") as terminal:
        terminal.wait_for(PLAYED)
        for _ in range(2 * ROUNDS):
            terminal.press("0")
            assert PLAYED not in terminal.text
            terminal.press(" ")
            terminal.wait_for(PLAYED)
            sizes.append(resident_megabytes(terminal.pid))
    warm, end = sizes[ROUNDS - 1], sizes[-1]
    print(
        f"memory after two hours of replay: {end:.0f} MB, {end - warm:+.1f} MB in the second one"
        f" = {end / warm:.2f} × what it was after the first (bound about 1)"
    )


def cpu_seconds(pid: int) -> float:
    """What a process has used until now."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_megabytes(pid: int) -> float:
    """The memory a process holds."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        in_a_process_of_its_own("write_long_run", Path(folder))
        asyncio.run(opening(Path(folder) / RUN))
        answering(Path(folder))
        resting(Path(folder))
        replaying(Path(folder))


if __name__ == "__main__":
    main()
