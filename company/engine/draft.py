"""The deliverable of one talk while it is made: read, sent back, and shown to the person who must accept it."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import unified_diff
from itertools import islice, starmap

from company.deliverables.kind import DeliverableKind, Delivery, Unreadable
from company.deliverables.verdict import is_consent
from company.engine.context.sections import fenced
from company.engine.conversation import NoConclusion
from company.engine.effects import Effects
from company.engine.model_calls import ModelCalls
from company.models.tokens import estimate_tokens, most
from roles.role import Role
from warehouse.errors import PathRejected
from warehouse.events import DeliverableRejected
from warehouse.product.room import OF_A_NEW_PROGRAM, Room

SHOWN_LINES = 80
"""Lines of fields, texts and differences that a person is shown; the rest is counted."""
QUESTION = (
    "{title}: the {assistant} has delivered this.\n\n{showing}\n\n"
    'Do you accept it? (Enter or "ok" if so; anything else goes back to the {assistant}.)'
)


@dataclass(frozen=True)
class Approval:
    """One person's say over the deliverable of one phase."""

    model_calls: ModelCalls
    who: Role
    assistant: Role
    title: str
    """The phase's."""
    files: Mapping[str, str]
    """The product's, before."""

    async def objection(self, where: str, delivery: Delivery) -> str | None:
        """What the person wants changed; None for consent."""
        question = QUESTION.format(
            title=self.title,
            assistant=self.assistant.title,
            showing=showing(delivery, self.files),
        )
        answer = await self.model_calls.ask(where, self.who, self.assistant.name, question)
        return None if is_consent(answer) else answer.strip()


def showing(delivery: Delivery, before: Mapping[str, str]) -> str:
    """A deliverable as a person is shown it, shortly."""
    lines = list(_files(delivery, before) if delivery.files else _words(delivery))
    more = len(lines) - SHOWN_LINES
    return "\n".join([*lines[:SHOWN_LINES], *([f"… and {more} more lines"] if more > 0 else [])])


def _words(delivery: Delivery) -> Iterator[str]:
    if not delivery.fields:
        yield from delivery.text.splitlines()
    for name, value in delivery.fields.items():
        if isinstance(value, list):
            yield f"{name}:"
            yield from (f"  - {item}" for item in value)
        else:
            yield f"{name}: {value}"


def _files(delivery: Delivery, before: Mapping[str, str]) -> Iterator[str]:
    """First which files there are, then what is different in each."""
    changed = {path: text for path, text in delivery.files.items() if before.get(path) != text}
    for path, text in changed.items():
        yield f"{path} ({'changed' if path in before else 'new'}, {len(text.splitlines())} lines)"
    for path, text in changed.items():
        yield ""
        difference = unified_diff(
            before.get(path, "").splitlines(), text.splitlines(), lineterm="", n=1
        )
        yield f"--- {path}"
        yield from islice(difference, 2, None)


CHANGED_NOTHING = "the reply leaves every file as it was"
"""Such a reply does not go back: asked again in the same talk, the embedded model repeated it; a new
round, with a new look at the fault, sometimes helps."""

LEFT_ASIDE = (
    "Kept as you wrote it: {kept}. But this was left aside:\n{aside}\n"
    "Send what of it belongs to a file as that file, and nothing else; if nothing does, reply OK."
)
BELOW = "Below is all of {files}: it may be written anew as well."


@dataclass
class Draft:
    """What one talk is held for. What was sent back is the ground that the next reply builds on."""

    kind: DeliverableKind
    phase: str
    effects: Effects
    product: Mapping[str, str]
    """The files that are text, before."""
    place: str = ""
    """Where the talk is held."""
    approval: Approval | None = None
    room: Room = OF_A_NEW_PROGRAM
    """What the product has room for."""
    room_to_show: int = 0
    """Tokens of files that a reply may go back with."""
    by_hand: Callable[[], Mapping[str, str]] = dict
    """The files that the role has written with tools until now, which are part of the delivery."""
    wrong_citations: Callable[[str], Sequence[str]] = lambda _: ()
    """What is wrong with what a text cites of the user's documents."""
    _sent_back: dict[str, str] = field(default_factory=dict)
    _missed: Collection[str] = ()
    """Files that the last reply would change unseen."""
    _shown: Collection[str] = ()
    """Files that the last reply was shown."""
    _usable: Delivery | None = None
    """What was read while something else was left aside, which went back."""

    def read(self, reply: str) -> Delivery:
        """The deliverable in a reply.

        Raises Unreadable with the complaint to the role, also where only a part was left aside;
        NoConclusion where it changes nothing.
        """
        ground = self._ground()
        delivery = self._read(reply, ground)
        if delivery is self._usable:
            return delivery
        by_hand = self.by_hand()
        idle = not by_hand and self.kind.changes_nothing(delivery, ground)
        delivery = replace(delivery, files={**by_hand, **self._sent_back, **delivery.files})
        if delivery.aside and not (self._usable and self._usable.aside == delivery.aside):
            self._usable, self._sent_back = None if idle else delivery, delivery.files
            kept, aside = ", ".join(sorted(delivery.files)), "\n".join(delivery.aside)
            raise Unreadable(LEFT_ASIDE.format(kept=kept, aside=aside), usable=self._usable)
        if idle and self._usable is None:
            raise NoConclusion(CHANGED_NOTHING)
        return delivery

    def _read(self, reply: str, ground: Mapping[str, str]) -> Delivery:
        try:
            kind, accepted = (
                self.kind.after_showing(self._shown),
                self.effects.accepted_already(self.place),
            )
            delivery = kind.read(reply, ground, accepted)
            self._check(delivery, ground)
            if kind.cites and not accepted:
                self._check_citations(delivery.text)
            return delivery
        except Unreadable as unreadable:
            if unreadable.nothing and self.by_hand():
                return Delivery("files")
            if unreadable.nothing and self._usable is not None:
                return self._usable
            self._missed = unreadable.unseen
            usable = self._usable or unreadable.usable
            raise Unreadable(
                unreadable.complaint, usable=usable, nothing=unreadable.nothing
            ) from None

    def _check_citations(self, words: str) -> None:
        """Raises Unreadable where something is cited that the role was not shown."""
        if wrong := self.wrong_citations(words):
            raise Unreadable("\n".join(wrong))

    def _ground(self) -> dict[str, str]:
        return {**self.product, **self._sent_back}

    def _check(self, delivery: Delivery, ground: Mapping[str, str]) -> None:
        """Raises Unreadable where there would be what the product has no room for."""
        files = {**ground, **delivery.files} if delivery.files else {}
        sizes = {path: len(text.encode(errors="replace")) for path, text in files.items()}
        try:
            self.room.check(sizes, ground)
        except PathRejected as error:
            raise Unreadable(f"Your reply cannot be used: {error}. Nothing was changed.") from None

    def sent_back(self, where: str, complaint: str) -> str:
        """Record that a reply goes back, and why. Returns the words it goes back with, and the files.

        The role sees only its last attempt then: what it was shown before that is shown again.
        """
        offers = self._offers()
        rejection = DeliverableRejected(self.phase, complaint + _below(offers[0]))
        words = self.effects.send_back(rejection, where)
        # The words of the past tell what was shown then, which may be less.
        shown = next(offer for offer in offers if words.endswith(_below(offer)))
        self._missed, self._shown = (), tuple(shown)
        return "\n\n".join([words, *starmap(fenced, shown.items())])

    def _offers(self) -> list[dict[str, str]]:
        """What there is room to show of what was missed and what was shown before; the best first."""
        ground = self._ground()
        wanted = ({*self._missed, *self._shown}, set(self._missed), set[str]())
        offers = [
            {path: ground[path] for path in sorted(paths) if path in ground} for paths in wanted
        ]
        return [offer for offer in offers if self._fits(offer)]

    def _fits(self, offer: Mapping[str, str]) -> bool:
        return not offer or most(sum(map(estimate_tokens, offer.values()))) <= self.room_to_show

    def rejected(self, where: str, complaint: str) -> None:
        """Record that a reply is not accepted, and why. No request holds these words, nor any files."""
        self.effects.send_back(DeliverableRejected(self.phase, complaint), where)
        self._missed = self._shown = ()

    async def objection(self, where: str, delivery: Delivery) -> str | None:
        """What the person who must accept it wants changed; None for consent, or without such one."""
        objection = await self.approval.objection(where, delivery) if self.approval else None
        if objection is not None:
            self._sent_back, self._usable = delivery.files, None
        return objection


def _below(files: Collection[str]) -> str:
    """What is said of files that are shown with a complaint."""
    return f"\n{BELOW.format(files=', '.join(files))}" if files else ""
