"""A product before the witnesses, in one open sandbox for many products."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support.sandboxes import make_backend
from warehouse.events import Picture, Sighting
from warehouse.sandbox.stacks.cards import detect_stack, usual_stack
from warehouse.sandbox.witness.page import limits_for
from warehouse.sandbox.witness.registry import witnessed
from warehouse.sandbox.witness.witness import Start

SECONDS = 20.0
PAGE_LIMITS = limits_for(usual_stack(), {"index.html": b""})
See = Callable[[Mapping[str, str]], Awaitable[Sighting]]
CLEAR = ("python3", "-c", "import shutil, os\nfor name in os.listdir():\n    "
         "(shutil.rmtree if os.path.isdir(name) else os.remove)(name)")  # fmt: skip


@asynccontextmanager
async def witnesses(kind: str, cache: Path, seconds: float = SECONDS) -> AsyncIterator[See]:
    """What they make of the files of a product; `pictures` of it are kept nowhere."""
    backend = await make_backend(kind, cache)

    async def see(files: Mapping[str, str]) -> Sighting:
        content = {path: text.encode() for path, text in files.items()}
        stack = detect_stack(files)
        assert stack
        main = stack.main_file(files)
        await sandbox.exec(CLEAR)
        await sandbox.write(content)
        argv = stack.start_by(main).command if main else ()
        start = Start(sandbox, stack, content, argv, seconds, _kept)
        sighting = await witnessed(start)
        assert sighting
        return sighting

    try:
        async with await backend.open({}, limits=PAGE_LIMITS) as sandbox:
            yield see
    finally:
        await backend.close()


def _kept(title: str, content: bytes) -> Picture:
    return Picture(f"seen-{len(content):024x}.png", title, len(content))
