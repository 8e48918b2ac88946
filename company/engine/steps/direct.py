"""A directed step: the director looks at what was done and chooses what is done next."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from company.engine.chain import ChainRunner
from company.engine.place import DONE, Outcome, Place, StepEvents
from company.engine.state import State
from phases.steps.direct import DONE as NOTHING_MORE
from phases.steps.direct import NEXT, DirectStep


async def take(step: DirectStep, place: Place, state: State, walk: ChainRunner) -> None:
    """Follow the director to the end."""
    walk.events.started(place, step.name, "direct", max=step.max)
    direction = Direction(step, place, walk.events, walk.phase, walk.phases.outlook)
    walk.events.ended(place, await direction.follow(state))


class Direction:
    """One directed step, from its first turn to its last."""

    def __init__(
        self,
        step: DirectStep,
        place: Place,
        events: StepEvents,
        take: Callable[[str, Place, State], Awaitable[Outcome]],
        outlook: Callable[[Sequence[str], Place, State], dict[str, str]],
    ) -> None:
        """`take` takes a phase by its name; `outlook` says of phases what each would do."""
        self._step = step
        self._place = place
        self._events = events
        self._take = take
        self._outlook = outlook
        self._progress: list[str] = []

    async def follow(self, state: State) -> Outcome:
        """Take turns until the director says that all is done, or says nothing usable."""
        for number in range(1, self._step.max + 1):
            turn = self._place.at(f"turn-{number}")
            about = {"title": f"Turn {number}", "round": number, "max": self._step.max}
            self._events.started(turn, self._step.name, "turn", **about)
            ending = await self._turn(turn, state)
            self._events.ended(turn, ending or DONE)
            if ending is not None:
                return ending
        message = f"The director did not say that all is done in {self._step.max} turns."
        self._events.note(self._place, message)
        return DONE

    async def _turn(self, turn: Place, state: State) -> Outcome | None:
        """One choice and what comes of it; how the step ends, if this was its last turn."""
        choice = await self._choose(turn, state)
        if isinstance(choice, Outcome):
            return choice
        if choice == NOTHING_MORE:
            return DONE
        times = 1 + sum(line.startswith(f"{choice}: ") for line in self._progress)
        outcome = await self._take(choice, replace(turn.at(choice), round=times), state)
        reason = f", {outcome.reason}" if outcome.reason else ""
        self._progress.append(f"{choice}: {outcome.outcome}{reason}")
        return None

    async def _choose(self, turn: Place, state: State) -> str | Outcome:
        """The director's word; where it said none that can be used, how it failed."""
        director = self._step.director
        place, table = turn.at(director), state.branch()
        table.decisions.pop(director, None)
        table.choices = self._outlook(self._step.choices, place, state)
        table.progress = tuple(self._progress)
        outcome = await self._take(director, place, table)
        choice = table.decisions.get(director, {}).get(NEXT)
        if choice not in (*self._step.choices, NOTHING_MORE):
            return Outcome("failed", f"The director did not choose. {outcome.reason}".strip())
        return str(choice)
