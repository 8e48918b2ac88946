"""The engine in one page: what a run is made of, as each part sees the next.

    Run ─▶ ChainRunner ─▶ Step ─▶ Phases ─▶ Phase ─▶ Conversation ─▶ Deliverable ─▶ product
                                               └──▶ Effects ─▶ Model, Sandbox, Tool, git, a person

`assembly.py` puts the real classes together; `tests/company/test_engine_map.py` holds them to this page.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from company.tools.tool import Office, Tool
from warehouse.sandbox.sandbox import Sandbox

if TYPE_CHECKING:
    from company.deliverables.kind import Delivery
    from company.engine.chain import ChainRunner
    from company.engine.place import Outcome, Place
    from company.engine.state import State
    from company.models.request import ModelRequest
    from warehouse.events import CompletionResult, EventData, UsedInVain
    from warehouse.events.effect import EffectKind

__all__ = [
    "Deliverable", "Effects", "Model", "Office", "Phase", "Phases", "Sandbox", "Step", "Tool", "Upkeep",
]  # fmt: skip

Result = TypeVar("Result")
S = TypeVar("S", contravariant=True)


class Effects(Protocol):
    """The one door to the outside world: perform, or recall what was performed."""

    async def perform(
        self,
        effect: "EffectKind[Result]",
        where: str,
        request: dict[str, Any],
        act: Callable[[], Awaitable[Result]],
        *,
        about: Mapping[str, Any] | None = None,
    ) -> Result:
        """The result of `act`, performed once in the life of the run; `request` is its identity."""

    def emit(self, data: "EventData", where: str) -> None:
        """Record what follows from effects, once."""


class Model(Protocol):
    """Whoever completes conversations."""

    async def complete(
        self,
        request: "ModelRequest",
        on_words: Callable[[str], None] | None = None,
        on_retry: Callable[[str], None] | None = None,
        *,
        within: Callable[[], float | None] | None = None,
        afford: Callable[["UsedInVain"], None] | None = None,
    ) -> "CompletionResult":
        """The whole answer. Raises ProviderError where none comes."""


class Deliverable(Protocol):
    """What a conversation is held for."""

    def read(self, reply: str) -> "Delivery":
        """What a reply delivers. Raises Unreadable with the exact complaint to the role."""

    def sent_back(self, where: str, complaint: str) -> str:
        """Told where and why, each time a reply goes back. Returns the words it goes back with."""

    def rejected(self, where: str, complaint: str) -> None:
        """The same of a reply that is not accepted, and does not go back with these words."""

    async def objection(self, where: str, delivery: "Delivery") -> str | None:
        """What a person wants changed; None for consent."""


class Phase(Protocol):
    """Performs one phase: a talk, a question to a person, or running the product."""

    async def perform(self, name: str, place: "Place", state: "State") -> "Outcome":
        """Perform the phase called `name` in this place, on this state."""


class Phases(Phase, Protocol):
    """All phases of a run, each by the spec that held when it began, and what conditions know."""

    def title(self, name: str) -> str:
        """What people call a phase."""

    def outlook(self, names: Sequence[str], place: "Place", state: "State") -> dict[str, str]:
        """Of each phase what it would do here."""

    def holds(self, condition: str, place: "Place", state: "State") -> bool:
        """Whether a condition of the chain holds."""


class Upkeep(Protocol):
    """What the house itself does to the product between phases."""

    async def undo_what_did_not_help(self, place: "Place", before: "State", state: "State") -> None:
        """Take back what a loop that was to mend something left no better."""

    async def commit_what_holds(
        self, place: "Place", disputed: Sequence[str], state: "State", subject: str = ""
    ) -> None:
        """Settle the paths that branches changed differently."""

    async def mark(self, name: str) -> None:
        """Mark the end of a top-level step."""


class Step(Protocol[S]):
    """Takes steps of one kind: the files of `company/engine/steps/` are such objects."""

    async def take(self, step: S, place: "Place", state: "State", walk: "ChainRunner") -> None:
        """Take the step; `walk` takes those inside of it."""
