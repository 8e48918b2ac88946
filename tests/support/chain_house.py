"""A chain runner whose phases do what a test says."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from company.engine.chain import ChainRunner
from company.engine.effects import Effects
from company.engine.place import DONE, Outcome, Place
from company.engine.state import State
from company.spec import Task
from phases.chain import Chain
from warehouse.events import RunStarted
from warehouse.events.conversion import as_json
from warehouse.journal.journal import SCHEMA, Journal, read_events

Act = Callable[[State], Any]


class House:
    """A chain runner whose phases change files as the test says."""

    def __init__(self, folder: Path, acts: dict[str, Act] | None = None) -> None:
        self.acts = acts or {}
        self.performed: list[str] = []
        self.ended: list[str] = []
        self.disputed: list[tuple[str, list[str]]] = []
        self.unsettled: list[tuple[str, dict[str, bytes], dict[str, bytes]]] = []
        self.journal = Journal.create(folder / "journal.jsonl")
        self.journal.append(RunStarted(schema=SCHEMA))
        self.state = State(Task("t"))

    async def walk(
        self,
        *steps: object,
        chains: dict[str, list[object]] | None = None,
        effects: Effects | None = None,
    ) -> None:
        others = {
            name: Chain.model_validate({"name": name, "steps": inner})
            for name, inner in (chains or {}).items()
        }
        runner = ChainRunner(
            effects=effects or Effects(self.journal),
            chains=others,
            phases=self,
            upkeep=self,
        )
        chain = Chain.model_validate({"name": "chain", "steps": list(steps)})
        await runner.walk(chain, self.state, Place())

    def title(self, name: str) -> str:
        return name.title()

    def outlook(self, names: Sequence[str], place: Place, state: State) -> dict[str, str]:
        return dict.fromkeys(names, "")

    def holds(self, condition: str, place: Place, state: State) -> bool:
        return condition.encode() in state.files.values()

    async def perform(self, name: str, place: Place, state: State) -> Outcome:
        self.performed.append(place.where)
        act = self.acts.get(name)
        result = act(state) if act else None
        return result if isinstance(result, Outcome) else DONE

    async def undo_what_did_not_help(self, place: Place, before: State, state: State) -> None:
        self.unsettled.append((place.where, before.files, dict(state.files)))

    async def commit_what_holds(
        self, place: Place, disputed: Sequence[str], state: State, subject: str = ""
    ) -> None:
        self.disputed.append((place.where, list(disputed)))

    async def mark(self, name: str) -> None:
        self.ended.append(name)

    def events(self, kind: str) -> list[tuple[str, dict[str, Any]]]:
        path = self.journal.path
        return [(e.where, as_json(e.data)) for e in read_events(path) if e.kind == kind]


def writes(*contents: bytes) -> Act:
    """A phase that writes the next of `contents` each time."""
    left = list(contents)

    def act(state: State) -> None:
        if left:
            state.files["file"] = left.pop(0)

    return act
