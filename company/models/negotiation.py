"""What one call gives up until a model takes it; what helped is remembered for the model."""

import re
from functools import partial

from company.models.concessions import Body, Concession, available, with_room
from company.models.failure import Failure

ROOM = "room for thoughts"
MOST_TRIES = 16
"""Of one call, so that no server keeps us asking."""

_REFUSES = re.compile(
    r"unsupported|not (supported|implemented|permitted|allowed)|n.t support|must alternate|unknown"
    r"|requires --",
    re.IGNORECASE,
)
_TAKES_NO_TOOLS = re.compile(r"support tool|support function", re.IGNORECASE)
"""OpenRouter has status 404 for a model that nobody serves with tools."""


class Negotiation:
    """What one call gives up until it is accepted; `accepted`, by name, is shared by all of a model."""

    def __init__(self, accepted: dict[str, Concession]) -> None:
        self._accepted = accepted
        self._trial: dict[str, Concession] = {}
        self._tried: set[str] = set()
        self.refusal: Failure | None = None
        """What the server said to the request as it is now without what is only tried."""

    def body(self, plain: Body) -> Body:
        """The request with everything given up that is known or tried."""
        for each in (self._accepted | self._trial).values():
            plain = each.change(plain)
        return plain

    def give_up_more(self, failure: Failure, plain: Body) -> bool:
        """Try the next concession; False where none is left, or none would help."""
        if not _is_refusal(failure):
            return False
        if self._trial and self._has_helped(failure):
            self.settle()
        elif self._trial:
            self._trial = {}
        else:
            self.refusal = None
        self.refusal = self.refusal or failure
        body = self.body(plain)
        offers = [o for o in available(body, failure.words) if o.change(body) != body]
        new = [o for o in offers if o.name not in self._tried]
        called = [o for o in new if o.signs.search(_told(failure))]
        if ((failure.status or 0) >= 500 and not called) or len(self._tried) >= MOST_TRIES:
            return False
        if new:
            self._try((called or new)[0])
        elif len(offers) > 1 and "all" not in self._tried:
            self._tried.add("all")
            self._try(*offers)
        else:
            return False
        return True

    def reason(self, failure: Failure) -> Failure:
        """What to tell a person: not what was said of something that was only tried."""
        return self.refusal or failure if _is_refusal(failure) else failure

    def make_room(self, plain: Body, most: int) -> bool:
        """Let replies of the model be longer, for its thoughts; False where they may be so already."""
        room = Concession(ROOM, re.compile("(?!)"), partial(with_room, most=most))
        body = self.body(plain)
        if ROOM in self._accepted or room.change(body) == body:
            return False
        self._accepted[ROOM] = room
        return True

    def settle(self) -> None:
        """Remember for the model what has helped."""
        for name, each in self._trial.items():
            self._accepted.pop(name, None)
            self._accepted[name] = each
        self._trial, self.refusal = {}, None

    def _try(self, *concessions: Concession) -> None:
        self._trial = {each.name: each for each in concessions}
        self._tried.update(self._trial)

    def _has_helped(self, failure: Failure) -> bool:
        """Whether the server now complains of something else, and not of what was changed."""
        if self.refusal is not None and _gist(failure) == _gist(self.refusal):
            return False
        return not any(each.signs.search(_told(failure)) for each in self._trial.values())


def _is_refusal(failure: Failure) -> bool:
    """Whether a server says that it does not take a request as it is."""
    if failure.kind != "status":
        return False
    if failure.status == 404 and _TAKES_NO_TOOLS.search(failure.words):
        return True
    if failure.cause:
        return False
    if failure.status in (400, 422):
        return True
    return failure.status in (500, 501) and bool(_REFUSES.search(failure.words))


def _told(failure: Failure) -> str:
    return f"{failure.words} {failure.param}"


def _gist(failure: Failure) -> str:
    """The words without numbers and names of requests."""
    return re.sub(r"\S*\d\S*", "", _told(failure))
