"""A page that is there to be opened in a browser: what it loads, shows and answers when it is clicked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

import msgspec

from warehouse.events import CommandResult, Sighting
from warehouse.sandbox.sandbox import Limits, usual_limits
from warehouse.sandbox.stacks.stack import Stack
from warehouse.sandbox.toolbox import witness_command
from warehouse.sandbox.witness.seen import Seen, judge_page, not_seen, titles
from warehouse.sandbox.witness.witness import Start

USE = witness_command("page")
SECONDS = 60.0
"""The most that all of it may take; a page that is well takes one or two."""
PLACES = ("index.html", "dist/index.html", "build/index.html", "public/index.html")
BUILT = ("dist/index.html", "build/index.html", "out/index.html")


class PageWitness:
    """Knows pages that no program of the product serves."""

    async def see(self, start: Start) -> Sighting | None:
        page = await _built(start) or page_of(start.files)
        # On the host nothing would stand between the page and the person's network.
        if (
            page is None
            or start.sandbox.name == "host"
            or not is_opened(page, start.argv, start.files)
        ):
            return None
        ran = await start.sandbox.exec([*USE, page], seconds=SECONDS)
        seen = _read(ran)
        holds, how = _judged(seen, ran)
        return Sighting(
            command=(),
            holds=holds,
            how=how,
            unseen=tuple(f"the page: {why}" for why in not_seen(seen)) if seen and holds else (),
            output="\n".join(seen.faults) if seen else ran.stderr.strip(),
            seconds=ran.seconds,
            pictures=await start.pictures(titles(seen)) if seen else (),
        )


def page_of(files: Mapping[str, bytes]) -> str | None:
    """The page that is opened first: by its name, else the only one that no other page names; None where
    there is none, or it is not clear which."""
    pages = [path for path in files if PurePosixPath(path).suffix in (".html", ".htm")]
    if named := next((place for place in PLACES if place in pages), None):
        return named
    first = [
        page
        for page in pages
        if not _is_named(page, [each for each in pages if each != page], files)
    ]
    return first[0] if len(first) == 1 else None


def _is_named(page: str, others: Iterable[str], files: Mapping[str, bytes]) -> bool:
    name = PurePosixPath(page).name.encode()
    return any(name in files[other] for other in others)


def may_serve_pages(stack: Stack, files: Mapping[str, bytes]) -> bool:
    """Whether it imports what serves: only there is room made for a browser beside it."""
    return bool(stack.long_running_imports(files))


def is_opened(page: str, argv: Sequence[str], files: Mapping[str, bytes]) -> bool:
    """Whether it stands by itself: nothing starts the product, or what would is a script of the page."""
    if not argv:
        return True
    main = PurePosixPath(argv[-1])
    return main.suffix in (".js", ".mjs") and main.name.encode() in files[page]


def browsing(limits: Limits) -> Limits:
    """The same with room for a browser: it has a hundred threads in ten processes, which wait for one another
    on a single core, and what it draws with takes 300 MB before anything is drawn."""
    return replace(
        limits,
        cpus=max(limits.cpus, 2.0),
        memory_mb=max(limits.memory_mb, 1024),
        processes=max(limits.processes, 256),
        disk_mb=max(limits.disk_mb, 256),
    )


def limits_for(stack: Stack, files: Mapping[str, bytes]) -> Limits:
    """Those of a sandbox in which a page may be opened."""
    limits = usual_limits(stack)
    is_page = page_of(files) is not None or may_serve_pages(stack, files)
    return browsing(limits) if is_page else limits


async def _built(start: Start) -> str | None:
    """The page that the project's own script has made."""
    if start.argv or "package.json" not in start.files:
        return None
    return next(iter(await start.sandbox.read(BUILT)), None)


def _read(ran: CommandResult) -> Seen | None:
    try:
        return msgspec.json.decode(ran.stdout, type=Seen)
    except msgspec.DecodeError:
        return None


def _judged(seen: Seen | None, ran: CommandResult) -> tuple[bool | None, str]:
    if ran.out_of_memory:
        return False, "used up the memory of the sandbox"
    return judge_page(seen or Seen(browser=True, lost="no report"))
