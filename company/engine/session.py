"""One talk of a phase, with the state and the tools it is held on, and the commit that it becomes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from company.engine.context.sections import show
from company.engine.effects import Effects
from company.engine.knowledge import AskedKnowledge
from company.engine.model_calls import ModelCalls
from company.engine.place import Place
from company.engine.state import State
from company.engine.tool_use import ToolUse, named_calls
from company.engine.workspace.committer import Work
from company.spec import LOOKUP
from phases.phase import Phase, Section, Talk
from roles.role import Role
from warehouse.data.citations import faults
from warehouse.data.looked_up import passages_text, shown_again, shown_to
from warehouse.events import Passage

REASON_CHARACTERS = 1_000
"""How much of a complaint or failing check goes into a commit message as its reason."""
NAMED_FILES = 3
"""How many files a commit's subject names before it counts the rest."""
REASONS: tuple[Section, ...] = ("execution", "comments", "unimplemented", "share")
"""Those that say why something was written."""


@dataclass(frozen=True)
class Session:
    """One talk to be held: for what, where, on which state, by which voices and tools."""

    phase: Phase
    talk: Talk
    place: Place
    state: State
    model_calls: ModelCalls
    tools: ToolUse | None
    knowledge: AskedKnowledge | None = None
    """The user's documents, where there are some."""

    @property
    def texts(self) -> Mapping[str, str]:
        """The files that are text, as the role sees them change."""
        return self.tools.hands.texts if self.tools else self.state.texts

    @property
    def state_now(self) -> State:
        """The state with what the role has done so far."""
        return replace(self.state, files=self.tools.hands.files) if self.tools else self.state

    def changed(self, files: Mapping[str, str | bytes | None]) -> dict[str, bytes | None]:
        """What is different with the files that were delivered, and with those that tools removed;
        None for a file that is gone."""
        new: dict[str, bytes | None] = {
            path: data.encode() if isinstance(data, str) else data for path, data in files.items()
        }
        if self.tools is not None and self.tools.kind is not None:
            new = {**dict.fromkeys(self.tools.hands.removed), **new}
        return {path: data for path, data in new.items() if self.state.files.get(path) != data}

    async def open(self, effects: Effects, *, cites: bool) -> str:
        """Have what servers of tools offer the role. Returns what it is told beside its prompt: what databases
        hold of the task, and of the user's documents, which a role `cites` that answers in words."""
        told, task = list[str](), self.state.task.text
        if self.tools is not None:
            await self.tools.open(self.place.where, task)
            told.append(self.tools.about_databases)
        may_ask = self.tools is not None and LOOKUP in self.tools.tools
        if self.knowledge is not None and (may_ask or "task" in self.phase.sees):
            where = self.place.where
            told.append(
                await self.knowledge.introduced(effects, where, task, may_ask=may_ask, cites=cites)
            )
        return "\n\n".join(filter(None, told))

    def remember_shown_again(self, prompt: str) -> None:
        """Know what the role's prompt shows of what was looked up before, so that it may cite that."""
        if self.knowledge is not None and "passages" in self.phase.sees:
            again = shown_again(self.state.looked_up)
            self.knowledge.remember([each for each in again if passages_text([each]) in prompt])

    def wrong_citations(self, words: str) -> Sequence[str]:
        """What is wrong with what the role cites of the user's documents."""
        if self.knowledge is None:
            return ()
        return faults(words, self.shown(), self.knowledge.all.names)

    def shown(self) -> list[Passage]:
        """What the role was shown of the user's documents."""
        return shown_to(self.talk.assistant, self.state.looked_up)

    async def close(self) -> None:
        """End the sandbox of the role's hands and its servers of tools, if there are any."""
        if self.tools is not None:
            await self.tools.close()

    def work(self, role: Role, changed: Mapping[str, bytes | None]) -> Work:
        """What the role did, as a commit tells it."""
        return Work(
            role=role,
            phase=self.phase.name,
            where=f"{self.place.where}/commit",
            subject=_subject(self.phase, changed, self.state),
            body=_reason(self.phase, self.state),
            models=tuple(sorted(self.model_calls.spoke_with)),
            used=self.model_calls.meter,
            tools=named_calls(self.tools.called) if self.tools else "",
        )


def _subject(phase: Phase, changed: Mapping[str, bytes | None], state: State) -> str:
    verbs = {
        "remove" if data is None else "change" if path in state.files else "add"
        for path, data in changed.items()
    }
    verb = verbs.pop() if len(verbs) == 1 else "write"
    paths = sorted(changed)
    if len(paths) > NAMED_FILES:
        paths = [*paths[: NAMED_FILES - 1], f"{len(paths) - NAMED_FILES + 1} more"]
    return f"{phase.title}: {verb} {', '.join(paths)}"


def _reason(phase: Phase, state: State) -> str:
    sections = [section for section in REASONS if section in phase.sees]
    blocks = show(sections, state).blocks
    return "\n\n".join(blocks.values())[-REASON_CHARACTERS:]
