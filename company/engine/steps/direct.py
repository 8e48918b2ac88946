"""A directed step: the director looks at what was done and chooses what is done next."""

from dataclasses import dataclass, field, replace

from company.engine.chain import ChainRunner
from company.engine.place import DONE, Outcome, Place
from company.engine.state import State
from phases.steps.direct import DONE as NOTHING_MORE
from phases.steps.direct import NEXT, DirectStep


async def take(step: DirectStep, place: Place, state: State, walk: ChainRunner) -> None:
    """Follow the director to the end."""
    walk.events.started(place, step.name, "direct", max=step.max)
    walk.events.ended(place, await Direction(step, place, walk).follow(state))


@dataclass(frozen=True)
class Direction:
    """One directed step, from its first turn to its last."""

    step: DirectStep
    place: Place
    walk: ChainRunner
    progress: list[str] = field(default_factory=list)
    """What came of each choice, in words."""

    async def follow(self, state: State) -> Outcome:
        """Take turns until the director says that all is done, or says nothing usable."""
        for number in range(1, self.step.max + 1):
            turn = self.place.at(self.step.place(number))
            about = {"title": f"Turn {number}", "round": number, "max": self.step.max}
            self.walk.events.started(turn, self.step.name, "turn", **about)
            ending = await self._turn(turn, state)
            self.walk.events.ended(turn, ending or DONE)
            if ending is not None:
                return ending
        message = f"The director did not say that all is done in {self.step.max} turns."
        self.walk.events.note(self.place, message)
        return DONE

    async def _turn(self, turn: Place, state: State) -> Outcome | None:
        """One choice and what comes of it; how the step ends, if this was its last turn."""
        choice = await self._choose(turn, state)
        if isinstance(choice, Outcome):
            return choice
        if choice == NOTHING_MORE:
            return DONE
        times = 1 + sum(line.startswith(f"{choice}: ") for line in self.progress)
        outcome = await self.walk.phase(choice, replace(turn.at(choice), round=times), state)
        reason = f", {outcome.reason}" if outcome.reason else ""
        self.progress.append(f"{choice}: {outcome.outcome}{reason}")
        return None

    async def _choose(self, turn: Place, state: State) -> str | Outcome:
        """The director's word; where it said none that can be used, how it failed."""
        director = self.step.director
        place, table = turn.at(director), state.branch()
        table.decisions.pop(director, None)
        table.choices = self.walk.phases.outlook(self.step.choices, place, state)
        table.progress = tuple(self.progress)
        outcome = await self.walk.phase(director, place, table)
        choice = table.decisions.get(director, {}).get(NEXT)
        if choice not in (*self.step.choices, NOTHING_MORE):
            return Outcome("failed", f"The director did not choose. {outcome.reason}".strip())
        return str(choice)
