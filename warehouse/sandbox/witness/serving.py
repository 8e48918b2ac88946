"""What is made of a program that took connections, by what it answered."""

import msgspec

from warehouse.sandbox.stacks.stack import OutcomeRule
from warehouse.sandbox.witness.seen import Seen, judge_page, not_seen, why_unwatched

SHOWN_ANSWERS = 4
NOT_FOUND, FAILED = 404, 500


class Answer(msgspec.Struct, frozen=True):
    """The answer to one request."""

    route: str
    status: int
    kind: str = ""
    """Its media type."""
    page: bool = False
    """Whether it is one that a browser can show."""
    empty: bool = False
    """Whether it is called a page, and holds nothing."""
    traced: bool = False
    """Whether a line of the product's sources stands in it, as tracebacks name them."""


class Served(msgspec.Struct, frozen=True):
    """As `inside/server.py` reports it."""

    port: int
    reached: bool
    """Whether a connection to it could be made, however it went on."""
    answers: tuple[Answer, ...]
    cut: str
    """The route on which it, having answered others, answered nothing."""
    mute: bool
    """Whether it answered the first request, and not the same once more."""
    busy: bool
    """Whether it was still at work when it had not answered for long."""
    stderr: str
    """What it had said when the last answer was in."""
    page: Seen | None = None
    """What a browser saw of the first page that it served."""
    page_route: str = ""

    @property
    def unseen(self) -> tuple[str, ...]:
        """What of its page was not to be seen."""
        if self.page is None:
            return ()
        return tuple(f"the page {self.page_route}: {why}" for why in not_seen(self.page))


def judge_served(
    served: Served, outcome: OutcomeRule, *, ended: int, cut_off: bool
) -> tuple[bool | None, str]:
    """Whether it serves, and how it was seen. `ended` is the exit code with which it ended meanwhile,
    `cut_off` whether it looked for something that is not in the sandbox's network."""
    fault = _fault(served, outcome, ended)
    if fault and cut_off:
        return None, f"{fault}: needs the network, which this sandbox does not have"
    if fault:
        return False, fault
    if not served.reached:
        return None, f"listens on port {served.port} and takes no connection"
    if not served.answers:
        return True, f"takes connections on port {served.port}"
    if all(answer.status == NOT_FOUND for answer in served.answers):
        return None, f"serves on port {served.port}, but none of the paths that were asked for"
    told = list(dict.fromkeys(f"{each.route} {each.status}" for each in served.answers))
    how = f"serves on port {served.port}: {', '.join(told[:SHOWN_ANSWERS])}"
    if served.page is None or why_unwatched(served.page):
        return True, how
    holds, seen = judge_page(served.page)
    return holds, f"{how}; {served.page_route} {seen}" if holds else seen


def _fault(served: Served, outcome: OutcomeRule, ended: int) -> str:
    """What went wrong while it was asked; empty where nothing did."""
    for answer in served.answers:
        if answer.status >= FAILED:
            return f"GET {answer.route} is answered with {answer.status}"
        if answer.traced:
            return f"GET {answer.route} is answered with a traceback"
    shown = [answer for answer in served.answers if answer.status < NOT_FOUND]
    if shown and all(answer.empty for answer in shown):
        return f"GET {shown[0].route} is answered with an empty page"
    if served.cut:
        return f"GET {served.cut} is not answered"
    if served.busy:
        return f"is busy with a request on port {served.port} and does not answer"
    if served.mute and not ended:
        return "answers its first request, and the same once more it does not"
    if ended:
        return f"ended with exit code {ended} when it was asked on port {served.port}"
    return (
        "complains of a fault of its own when it is asked" if outcome.broke(served.stderr) else ""
    )
