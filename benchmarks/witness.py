"""What witnesses cost: a page with a few controls and a window with a button, seen, used and photographed in
an open sandbox, against a browser that only photographs the same page, and an X server on which the same
window only opens and closes. One of each in turn, medians, in bubblewrap. Bounds: a page 2 s, a window 4 s.

Then a batch of `solo` companies that write the page, against the same batch without witnesses: it is to take no
longer than the witnesses say they took.
"""

import asyncio
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from unittest.mock import AsyncMock, patch

from company.company import Company
from company.engine.resources import open_resources
from company.engine.workspace import verification
from tests.support.scripted_company import file_block
from tests.support.scripted_provider import ScriptedProvider
from warehouse.events import Picture, SandboxEnded, Sighting
from warehouse.journal.journal import FILE_NAME, read_events
from warehouse.sandbox.bubblewrap.backend import BubblewrapBackend
from warehouse.sandbox.sandbox import SandboxBackend
from warehouse.sandbox.stacks.cards import detect_stack
from warehouse.sandbox.witness.inside.browser import find_browser
from warehouse.sandbox.witness.page import limits_for
from warehouse.sandbox.witness.registry import witnessed
from warehouse.sandbox.witness.witness import Start

REPEATS = 7
RUNS, AT_ONCE = 12, 2
SECONDS = 20.0
PAGE = {
    "index.html": '<link rel="stylesheet" href="style.css"><h1>Counter</h1><p id="count">0</p>'
    '<button id="more">More</button><button id="less">Less</button><input placeholder="name">'
    '<a href="#top">Top</a><script src="script.js"></script>',
    "style.css": "h1 { color: teal }",
    "script.js": "const count = document.getElementById('count');\n"
    "document.getElementById('more').onclick = () => { count.textContent++; };\n"
    "document.getElementById('less').onclick = () => { count.textContent--; };\n",
}
WINDOW = """\
import tkinter as tk

root = tk.Tk()
root.geometry("320x240")
n = tk.IntVar()
tk.Label(root, textvariable=n).pack()
tk.Button(root, text="Add", command=lambda: n.set(n.get() + 1)).pack(fill="both", expand=True)
{}
root.mainloop()
"""
CLOSES_ITSELF = "root.after_idle(root.destroy)"
Way = Callable[[], Awaitable[object]]


async def medians(ways: Mapping[str, Way]) -> dict[str, float]:
    """Seconds that each takes, tried in turn so that all meet the same machine."""
    took: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(REPEATS):
        for way, go in ways.items():
            begun = time.perf_counter()
            await go()
            took[way].append(time.perf_counter() - begun)
    return {way: statistics.median(times) for way, times in took.items()}


async def seen(
    backend: SandboxBackend, files: Mapping[str, str]
) -> tuple[Way, Callable[[], Awaitable[object]]]:
    """What has the witnesses look at a product in an open sandbox, and what closes that."""
    content = {path: text.encode() for path, text in files.items()}
    stack = detect_stack(files)
    assert stack
    main = stack.main_file(files)
    argv = stack.start_by(main).command if main else ()
    sandbox = await backend.open(content, stack=stack, limits=limits_for(stack, content))

    async def see() -> None:
        sighting = await witnessed(Start(sandbox, stack, content, argv, SECONDS, _kept))
        assert isinstance(sighting, Sighting)
        assert sighting.holds, sighting

    return see, sandbox.stop


def _kept(title: str, content: bytes) -> Picture:
    return Picture("seen.png", title, len(content))


def photographed(browser: str, folder: Path) -> None:
    """Have a browser photograph the page, and do nothing else."""
    options = (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={folder / 'profile'}",
    )
    picture = folder / "page.png"
    _run(browser, *options, f"--screenshot={picture}", f"file://{folder / 'index.html'}")
    assert picture.stat().st_size


def opened(program: Path) -> None:
    """Start an X server, and on it the program, which closes its window by itself."""
    ready, tells = os.pipe()
    server = subprocess.Popen(
        [
            "Xvfb",
            "-displayfd",
            str(tells),
            "-screen",
            "0",
            "1024x768x24",
            "-nolisten",
            "tcp",
            "-ac",
        ],
        pass_fds=[tells],
        stderr=subprocess.DEVNULL,
    )
    os.close(tells)
    try:
        with os.fdopen(ready) as told:
            display = f":{told.readline().strip()}"
        _run(sys.executable, str(program), env={**os.environ, "DISPLAY": display})
    finally:
        server.kill()
        server.wait()


def _run(*argv: str, env: Mapping[str, str] | None = None) -> None:
    subprocess.run(argv, check=True, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


async def compare(what: str, bound: float, ours: Way, bare: Callable[[], None], name: str) -> None:
    took = await medians({"ours": ours, "bare": lambda: asyncio.to_thread(bare)})
    ratio = took["ours"] / took["bare"]
    print(
        f"{what}: {took['ours']:.2f} s = {ratio:.1f} × {name} of {took['bare']:.2f} s (bound {bound:.0f} s)"
    )


async def batch(*, is_witnessed: bool) -> tuple[float, float]:
    """Seconds that so many `solo` companies take, some at once, and of these the witnesses."""
    reply = "\n".join(file_block(path, text) for path, text in PAGE.items())
    turn = asyncio.Semaphore(AT_ONCE)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if not is_witnessed:
            stack.enter_context(
                patch.object(verification, "witnessed", AsyncMock(return_value=None))
            )
        provider = await stack.enter_async_context(ScriptedProvider([lambda _: reply]))
        resources = await stack.enter_async_context(open_resources("bubblewrap"))
        house = Company.load("solo", model=f"url:{provider.url}#scripted")

        async def one(number: int) -> float:
            async with turn:
                run = await house.work(
                    f"Counter {number}", products=folder, sandbox="bubblewrap", resources=resources
                )
            ended = (event.data for event in read_events(run.folder / FILE_NAME))
            results = [each.result for each in ended if isinstance(each, SandboxEnded)]
            return sum(result.sighting.seconds for result in results if result.sighting)

        begun = time.perf_counter()
        seen = await asyncio.gather(*map(one, range(RUNS)))
        return time.perf_counter() - begun, sum(seen)


async def compare_batches() -> None:
    bare, _ = await batch(is_witnessed=False)
    ours, witnesses = await batch(is_witnessed=True)
    share = (ours - bare) * AT_ONCE / witnesses
    print(
        f"{RUNS} solo companies, {AT_ONCE} at once: {ours:.1f} s, {bare:.1f} s without witnesses, which took"
        f" {witnesses:.1f} s: {share:.2f} of that more (bound 1)"
    )


async def main() -> None:
    backend = BubblewrapBackend()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        for path, text in PAGE.items():
            (folder / path).write_text(text)
        program = folder / "window.py"
        program.write_text(WINDOW.format(CLOSES_ITSELF))
        if browser := find_browser():
            see, stop = await seen(backend, PAGE)
            await compare("A page", 2, see, lambda: photographed(browser, folder), "a bare browser")
            await stop()
            await compare_batches()
        if shutil.which("Xvfb"):
            see, stop = await seen(backend, {"main.py": WINDOW.format("")})
            await compare("A window", 4, see, lambda: opened(program), "a bare X server with it")
            await stop()
    await backend.close()


if __name__ == "__main__":
    asyncio.run(main())
