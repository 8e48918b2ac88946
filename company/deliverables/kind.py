"""What every kind of deliverable has: how it is asked for, read, told of and remembered.

A kind is a file of this folder and a field of `Yields`, both called like it; nothing else knows of it.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, ClassVar, Protocol, Self, cast

from phases.yields import FieldType, Yields
from warehouse.data.asked import AskedQuery
from warehouse.data.looked_up import LookedUp

Fields = dict[str, Any]


@dataclass(frozen=True)
class Delivery:
    """What a phase yielded; which attribute is filled depends on the kind."""

    kind: str
    fields: Fields = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    text: str = ""
    notes: tuple[str, ...] = ()
    """What the person should know of the reading: blocks left aside, names guessed."""
    aside: tuple[str, ...] = ()
    """Those of the notes that the role must know of too: what it may have meant to deliver."""


@dataclass(frozen=True)
class Lines:
    """Lines of a file whose `text` is given, from the `first` to the `last`, counted from 1."""

    path: str
    text: str
    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1


@dataclass(frozen=True)
class Bounds:
    """What a place in the chain leaves a deliverable free to be, beside what its card says."""

    suffixes: tuple[str, ...] = ()
    """Endings of the files of the product's language; none while it is not known."""
    paths: tuple[str, ...] = ()
    """The files that were dealt out to this place, if it was files."""
    choices: tuple[str, ...] = ()
    """The phases a director may choose."""
    passage: Lines | None = None
    """The lines in which a fault was seen."""
    unseen: tuple[str, ...] = ()
    """The files there are that the role is not shown whole."""
    files: Collection[str] = ()
    """The files there are; none where it does not matter which are named."""
    asked: Sequence[AskedQuery] = ()
    """The queries that databases have answered."""
    looked_up: Sequence[LookedUp] = ()
    """What roles were shown of the user's documents."""
    said: str = ""
    """What the customer wants, in words."""
    before: Collection[str] = ()
    """The files of the version before this one."""
    objections: tuple[str, ...] = ()
    """What the last check did not approve."""
    kept: frozenset[str] = frozenset()
    """The files that stay as the house made them."""


@dataclass(frozen=True)
class Origin:
    """The phase a deliverable comes from, and the loops around it, innermost last."""

    phase: str
    title: str
    loops: tuple[str, ...] = ()


class Memory(Protocol):
    """What a run remembers of deliverables, for the prompts and conditions to come."""

    decisions: dict[str, Fields]
    verdicts: dict[str, Fields]
    last_verdict: Fields | None
    reports: dict[str, str]
    asked: list[AskedQuery]


class DeliverableKind(ABC):
    """One kind of deliverable, as one phase yields it."""

    does: ClassVar[str]
    """What a phase does that yields this, as a director is told it."""
    makes_the_program: ClassVar[bool] = False
    """Whether a company that never gets one has delivered nothing."""

    @property
    def fields(self) -> Mapping[str, FieldType] | None:
        """The named facts it consists of, for models that can be held to them."""
        return None

    def within(self, bounds: Bounds) -> Self:
        """The same, held to what is possible in a place."""
        return self

    def after_showing(self, paths: Collection[str]) -> Self:
        """The same, for a role that was shown these files whole meanwhile."""
        return self

    @abstractmethod
    def instructions(self, example: str | None = None) -> str:
        """What ends the phase's prompt; empty where any text will do. Each word is paid for.

        `example` is the path a file is shown with: small models tend to write just that file.
        """

    @abstractmethod
    def read(self, reply: str, current: Mapping[str, str], accepted: bool = False) -> Delivery:
        """The deliverable in a reply, on top of the `current` files.

        What was `accepted` when it was recorded is not judged by what it would do to them. Raises Unreadable with the exact complaint to the role.
        """

    def changes_nothing(self, delivery: Delivery, current: Mapping[str, str]) -> bool:
        """Whether it leaves all as it is though it was to change something."""
        return False

    def may_write(self, path: str) -> bool:
        """Whether a file of that path may be part of it."""
        return True

    def answered(self, answer: str) -> Delivery | None:
        """The deliverable in a person's answer to a phase that asks; None where it is words only."""
        return None

    @abstractmethod
    def describe(self, delivery: Delivery) -> dict[str, Any]:
        """As the journal holds it; the files themselves are in the product."""

    @abstractmethod
    def apply(
        self, delivery: Delivery, origin: Origin, memory: Memory
    ) -> Mapping[str, str | bytes | None]:
        """Let the run remember it. Returns the files that are to be committed; None for one that goes."""

    cites: ClassVar[bool] = False
    """Whether it tells people what was found out, with citations of documents."""

    makes_more: ClassVar[bool] = False
    """Whether the house makes further files of it by rule."""

    def made(self, delivery: Delivery, question: str, titles: Mapping[str, str]) -> dict[str, str]:
        """Further files that the house makes of it by rule. They are recorded, since a later house may
        make others; `titles` are those of the roles, by name."""
        return {}


class Unreadable(Exception):
    """The reply goes back; `complaint` tells the role, in the second person, what to do.

    `usable` is what is to be taken if nothing better comes; `nothing` that the reply holds no
    attempt at a deliverable; `unseen` the files it would change that the role was not shown whole.
    """

    def __init__(
        self,
        complaint: str,
        *,
        usable: Delivery | None = None,
        nothing: bool = False,
        unseen: Collection[str] = (),
    ) -> None:
        super().__init__(complaint)
        self.complaint = complaint
        self.usable = usable
        self.nothing = nothing
        self.unseen = unseen


def deliverable_kind(yields: Yields) -> DeliverableKind:
    """What a phase yields: the class called like the kind, in the file called like it."""
    kind = yields.kind
    module = import_module(f"company.deliverables.{kind}")
    make = cast("Callable[[Any], DeliverableKind]", getattr(module, kind.capitalize()))
    return make(getattr(yields, kind))
