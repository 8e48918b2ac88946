"""The office of a role in a talk: what it reaches besides the product, each time as an effect or an event.

Nothing here is recalled as a whole: it is walked again with the run, and does the same again.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace

from company.cards.problems import shown
from company.engine.context.briefing import Briefing
from company.engine.effects import Effects
from company.engine.model_calls import ModelCalls, PromptTooLong
from company.engine.state import State
from company.engine.workspace.hands import Hands
from company.tools.tool import BadCall
from roles.role import Role
from warehouse.events import LineNoted, PlanItem, PlanMade


@dataclass
class Desk:
    """A role's place in one talk, from which it reaches the office call by call."""

    role: Role
    state: State
    """The run's, or the branch's, as it is when the talk begins; what is noted joins it."""
    hands: Hands
    briefing: Briefing
    model_calls: ModelCalls
    effects: Effects
    hand_on: Callable[["Desk", str, Role, str], Awaitable[str]]
    """Has a colleague do some work, in a talk at a place."""
    plan: tuple[PlanItem, ...] = ()
    _reached: Counter[str] = field(default_factory=Counter)
    """How often colleagues were asked, and worked for the role."""

    @property
    def state_now(self) -> State:
        """The state with what the role has done so far."""
        return replace(self.state, files=self.hands.files)

    def take_over(self, colleague: Role, changed: Mapping[str, bytes | None]) -> str:
        """Have what a colleague changed in its branch. Returns what the role is told of it."""
        left_out = self.hands.take_over(changed)
        kept = sorted(path for path in changed if self.hands.may_write(path))
        told = [f"{colleague.title} is done. Files changed: {', '.join(kept) or 'none'}."]
        return "\n".join([*told, *([f"Not kept: {'; '.join(left_out)}."] if left_out else [])])

    def below(self, where: str, what: str) -> str:
        """A place of its own for each time a colleague is reached in a call."""
        self._reached[what] += 1
        return f"{where}/{what}-{self._reached[what]}"

    def office(self, where: str) -> "CallOffice":
        """The office as a call in that place reaches it."""
        return CallOffice(self, where)


@dataclass(frozen=True)
class CallOffice:
    """The office, for one call of a tool."""

    desk: Desk
    where: str

    def notebook(self, characters: int) -> str:
        """The newest lines that fit, each after who wrote it."""
        return self.desk.briefing.notebook(self.desk.state, characters)

    def write(self, line: str) -> int:
        """Add a line to the notebook. Returns how many there are."""
        noted, notebook = LineNoted(self.desk.role.name, line), self.desk.state.notebook
        self.desk.effects.emit(noted, self.where)
        notebook.append(noted)
        return len(notebook)

    @property
    def plan(self) -> tuple[PlanItem, ...]:
        """The role's plan for this talk."""
        return self.desk.plan

    def make_plan(self, items: tuple[PlanItem, ...]) -> None:
        """Let this be the plan."""
        self.desk.plan = items
        self.desk.effects.emit(PlanMade(self.desk.role.name, items), self.where)

    async def ask(self, colleague: str, question: str) -> str:
        """What a colleague answers. Raises BadCall where there is no such colleague."""
        desk, asked = self.desk, self._colleague(colleague)
        seat, messages, sampling = desk.briefing.consultation(
            asked.name, desk.role, question, desk.state_now
        )
        try:
            reply = await desk.model_calls.say(
                desk.below(self.where, "ask"), seat.role, desk.role.name, messages, sampling
            )
        except PromptTooLong as refusal:
            raise BadCall(f"{asked.title} could not be asked: {refusal}") from None
        return f"{asked.title} answers:\n{reply.text.strip()}"

    async def delegate(self, colleague: str, work: str) -> str:
        """What a colleague did. Raises BadCall where it did nothing, or there is no such colleague."""
        return await self.desk.hand_on(
            self.desk, self.desk.below(self.where, "delegate"), self._colleague(colleague), work
        )

    def _colleague(self, name: str) -> Role:
        desk = self.desk
        others = [role for role in desk.briefing.cards.roles.values() if role != desk.role]
        named = ", ".join(f"{role.name} ({role.title})" for role in others) or "none"
        for role in others:
            if name in (role.name, role.title):
                return role
        if name in (desk.role.name, desk.role.title):
            raise BadCall(f"That is yourself. Your colleagues: {named}.")
        raise BadCall(f"There is no {shown(name)} here. Your colleagues: {named}.")
