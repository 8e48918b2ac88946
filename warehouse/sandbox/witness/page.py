"""A page that is there to be opened in a browser: what it loads, shows and answers when it is clicked."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import PurePosixPath

import msgspec

from warehouse.events import CommandResult, Sighting
from warehouse.sandbox.sandbox import Limits, usual_limits
from warehouse.sandbox.stacks.stack import Stack
from warehouse.sandbox.toolbox import witness_command
from warehouse.sandbox.witness.inside.places import AFTER, BEFORE
from warehouse.sandbox.witness.witness import Start

USE = witness_command("page")
SECONDS = 60.0
"""The most that all of it may take; a page that is well takes one or two."""
PLACES = ("index.html", "dist/index.html", "build/index.html", "public/index.html")
TITLES = {BEFORE: "The page at first", AFTER: "The page after clicks"}
SHOWN_FAULTS = 3


class Seen(msgspec.Struct, frozen=True):
    """What `inside/page.py` reports."""

    browser: bool
    """Whether there is one."""
    lost: str = ""
    """Why the browser could not be spoken to any more; empty where it could."""
    faults: tuple[str, ...] = ()
    """Exceptions, errors on the console, and files of its own that could not be loaded."""
    elsewhere: tuple[str, ...] = ()
    """The hosts that it asked for something."""
    blank: bool = False
    frozen: str = ""
    """When it answered no more, though it was at work; empty where it always answered."""
    clicked: tuple[str, ...] = ()


class PageWitness:
    """Knows pages that no program of the product serves."""

    async def see(self, start: Start) -> Sighting | None:
        page = page_of(start.files)
        # On the host nothing would stand between the page and the person's network.
        if page is None or start.sandbox.name == "host" or not _is_opened(page, start):
            return None
        ran = await start.sandbox.exec([*USE, page], seconds=SECONDS)
        seen = _read(ran)
        holds, how = _judge(seen, ran)
        titles = dict(list(TITLES.items())[: 1 + bool(seen and seen.clicked)])
        return Sighting(
            command=(),
            holds=holds,
            how=how,
            unseen=_not_seen(seen) if seen and holds else (),
            output="\n".join(seen.faults) if seen else ran.stderr.strip(),
            seconds=ran.seconds,
            pictures=await start.pictures(titles) if seen and not seen.lost else (),
        )


def page_of(paths: Iterable[str]) -> str | None:
    """The page that is opened first; None where there is none, or it is not clear which."""
    pages = [path for path in paths if PurePosixPath(path).suffix in (".html", ".htm")]
    named = next((place for place in PLACES if place in pages), None)
    return named or (pages[0] if len(pages) == 1 else None)


def limits_for(stack: Stack, files: Mapping[str, bytes]) -> Limits:
    """Those of a sandbox in which a page may be opened: a browser has a hundred threads in ten
    processes, and what it draws with takes 300 MB before anything is drawn."""
    limits = usual_limits(stack)
    if page_of(files) is None:
        return limits
    return replace(
        limits,
        memory_mb=max(limits.memory_mb, 1024),
        processes=max(limits.processes, 256),
        disk_mb=max(limits.disk_mb, 256),
    )


def _is_opened(page: str, start: Start) -> bool:
    """Whether it stands by itself: nothing starts the product, or what would is a script of the page."""
    if not start.argv:
        return True
    main = PurePosixPath(start.argv[-1])
    return main.suffix in (".js", ".mjs") and main.name.encode() in start.files[page]


def _read(ran: CommandResult) -> Seen | None:
    try:
        return msgspec.json.decode(ran.stdout, type=Seen)
    except msgspec.DecodeError:
        return None


def _judge(seen: Seen | None, ran: CommandResult) -> tuple[bool | None, str]:
    if ran.out_of_memory:
        return False, "used up the memory of the sandbox"
    if seen is None or seen.lost:
        return None, "the page could not be watched to the end"
    if not seen.browser:
        return None, "needs a browser, which this sandbox does not have"
    fault = _fault(seen)
    if fault and seen.elsewhere:
        return None, f"{fault}; it needs the network ({seen.elsewhere[0]})"
    if fault:
        return False, fault
    clicks = f" and answers {len(seen.clicked)} clicks" if seen.clicked else ""
    return True, f"opens as a page{clicks}"


def _fault(seen: Seen) -> str:
    """What speaks against it; empty where nothing does."""
    if seen.frozen:
        return f"the page is frozen {seen.frozen}"
    if seen.faults:
        return f"the page breaks: {'; '.join(seen.faults[:SHOWN_FAULTS])}"
    return "the page is blank" if seen.blank else ""


def _not_seen(seen: Seen) -> tuple[str, ...]:
    return tuple(f"the page: needs the network for {host}" for host in seen.elsewhere)
