"""The office of a role in a talk: what it reaches besides the product, each time as an effect or an event.

Nothing here is recalled as a whole: it is walked again with the run, and does the same again.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace

from company.engine.context.consultation import consultation
from company.engine.context.notebook import notebook
from company.engine.context.voices import Voices
from company.engine.delegation import Delegate
from company.engine.effects import Effects
from company.engine.interventions import Silence
from company.engine.model_calls import ModelCalls, PromptTooLong
from company.engine.state import State
from company.engine.workspace.hands import Hands
from company.tools.tool import BadCall
from roles.role import Role
from warehouse.events import LineNoted, PlanItem, PlanMade

ANSWERS = "{who} answers:\n{answer}"


@dataclass
class Desk:
    """A role's place in one talk, from which it reaches the office call by call."""

    role: Role
    state: State
    """The run's, or the branch's, as it is when the talk begins; what is noted joins it."""
    hands: Hands
    voices: Voices
    model_calls: ModelCalls
    effects: Effects
    hand_on: Callable[["Desk", str, Sequence[Delegate]], Awaitable[str]]
    """Has colleagues do their parts, in talks below the place of a call."""
    plan: tuple[PlanItem, ...] = ()
    _reached: Counter[str] = field(default_factory=Counter)
    """How often colleagues were asked, and worked for the role."""

    @property
    def state_now(self) -> State:
        """The state with what the role has done so far."""
        return replace(self.state, files=self.hands.files)

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
        return notebook(self.desk.voices, self.desk.state, characters)

    def write(self, line: str) -> int:
        """Add a line to the notebook. Returns how many there are."""
        line_noted, lines = LineNoted(self.desk.role.name, line), self.desk.state.notebook
        self.desk.effects.emit(line_noted, self.where)
        lines.append(line_noted)
        return len(lines)

    @property
    def plan(self) -> tuple[PlanItem, ...]:
        """The role's plan for this talk."""
        return self.desk.plan

    def make_plan(self, items: tuple[PlanItem, ...]) -> None:
        """Let this be the plan."""
        self.desk.plan = items
        self.desk.effects.emit(PlanMade(self.desk.role.name, items), self.where)

    @property
    def colleagues(self) -> dict[str, str]:
        """All roles of the company but this one: their titles, by name."""
        roles = self.desk.voices.cards.roles.values()
        return {role.name: role.title for role in roles if role.name != self.desk.role.name}

    async def ask(self, colleague: str, question: str) -> str:
        """What a colleague answers: a model, or the person who speaks for it."""
        desk, where = self.desk, self.desk.below(self.where, "ask")
        asked = desk.voices.cards.roles[colleague]
        if desk.model_calls.is_person(asked):
            words = f"The {desk.role.title} asks you: {question}"
            answer = await desk.model_calls.ask(where, asked, desk.role.name, words)
            return ANSWERS.format(who=asked.title, answer=answer.strip())
        seat, messages, sampling = consultation(
            desk.voices, colleague, desk.role, question, desk.state_now
        )
        try:
            reply = await desk.model_calls.say(where, seat.role, desk.role.name, messages, sampling)
        except PromptTooLong as refusal:
            raise BadCall(f"{asked.title} could not be asked: {refusal}") from None
        except Silence:
            raise BadCall(f"{asked.title} does not answer.") from None
        return ANSWERS.format(who=asked.title, answer=reply.text.strip())

    async def delegate(self, parts: Sequence[tuple[str, str]]) -> str:
        """What colleagues did. Raises BadCall where nothing came of it, or one of them is a person."""
        desk = self.desk
        delegates = [Delegate(desk.voices.cards.roles[name], work) for name, work in parts]
        for each in delegates:
            if desk.model_calls.is_person(each.role):
                raise BadCall(f"{each.role.title} is a person, who can only be asked.")
        return await desk.hand_on(desk, self.where, delegates)
