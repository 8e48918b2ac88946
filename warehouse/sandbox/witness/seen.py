"""What a browser saw of a page, and what is made of it."""

from collections.abc import Mapping

import msgspec

from warehouse.sandbox.witness.inside.places import AFTER, BEFORE

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
    followed: tuple[str, ...] = ()
    """The other pages that its links lead to."""


def judge_page(seen: Seen) -> tuple[bool | None, str]:
    """Whether the page holds, and how it was seen."""
    if why := why_unwatched(seen):
        return None, why
    fault = _fault(seen)
    if fault and seen.elsewhere:
        return None, f"{fault}; it needs the network ({seen.elsewhere[0]})"
    if fault:
        return False, fault
    count = len(seen.clicked)
    clicks = f" and answers {count} click{'s' if count > 1 else ''}" if count else ""
    others = len(seen.followed)
    links = (
        f", and so {'does' if others == 1 else 'do'} {others} that it leads to" if others else ""
    )
    return True, f"opens as a page{clicks}{links}"


def why_unwatched(seen: Seen) -> str:
    """Why nothing can be said of the page; empty where something can."""
    if not seen.browser:
        return "needs a browser, which this sandbox does not have"
    return "the page could not be watched to the end" if seen.lost else ""


def not_seen(seen: Seen) -> tuple[str, ...]:
    """What of a page that holds was not to be seen."""
    if why := why_unwatched(seen):
        return (why,)
    return tuple(f"needs the network for {host}" for host in seen.elsewhere)


def titles(seen: Seen) -> Mapping[str, str]:
    """The pictures that were taken, by where they lie."""
    if why_unwatched(seen):
        return {}
    return dict(list(TITLES.items())[: 1 + bool(seen.clicked)])


def _fault(seen: Seen) -> str:
    """What speaks against it; empty where nothing does."""
    if seen.frozen:
        return f"the page is frozen {seen.frozen}"
    if seen.faults:
        return f"the page breaks: {'; '.join(seen.faults[:SHOWN_FAULTS])}"
    return "the page is blank" if seen.blank else ""
