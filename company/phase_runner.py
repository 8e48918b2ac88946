"""Performing one phase: running the product, asking a person, or a talk and what becomes of it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from company.approval import Approval
from company.briefing import Brief, Briefing
from company.conversation import Conversation, NoConclusion
from company.delivery import Delivery, Draft
from company.effects import Effects
from company.errors import Diverged, NothingDelivered
from company.keeper import Keeper, Work
from company.person import verdict_of
from company.sights import show
from company.speech import PromptTooLong, Speech
from company.state import State
from company.steps import DONE, Outcome, Place
from company.verification import Workbench, verify
from phases.phase import Ask, Phase, Sight, Talk
from warehouse.events import DeliverableAccepted, DeliverableRejected, Note

REASON_CHARACTERS = 1_000
"""How much of a complaint or failing check goes into a commit message as its reason."""
CHANGED_NOTHING = "the reply leaves every file as it was"
"""Such a reply does not go back: asked again in the same talk, the embedded model repeated it; a new
round, with a new look at the fault, sometimes helps."""
SHORTER_PROMPTS = 3
"""How often a prompt that the model refused as too long is made shorter."""
NAMED_FILES = 3
"""How many files a commit's subject names before it counts the rest."""
NOTHING_TO_DO: dict[Sight, str] = {
    "execution": "no check failed",
    "comments": "there are no comments",
    "unimplemented": "everything is implemented",
    "share": "nothing was dealt out",
    "versions": "there are no versions to merge",
    "choices": "there is nothing to choose from",
}
"""Sights that are the occasion of a phase: without them there is nothing to do."""
REASONS: tuple[Sight, ...] = ("execution", "comments", "unimplemented", "share")
"""Those that say why something was written."""
DOES = {
    "decision": "decides", "verdict": "judges the program", "files": "writes files",
    "document": "writes a document", "report": "finds something out",
}  # fmt: skip
"""What a phase does that yields this, as a director is told it."""


@dataclass(frozen=True)
class PhaseRunner:
    """Performs the phases of one run, or of one era of it."""

    phases: dict[str, Phase]
    briefing: Briefing
    effects: Effects
    speech: Speech
    keeper: Keeper
    workbench: Workbench
    begins: Callable[[str], Awaitable[None]]
    """Told the place of each phase in which something will be done, before anything is."""

    def outlook(self, names: Sequence[str], state: State) -> dict[str, str]:
        """Of each phase what it would do, and why there is nothing to do for it where that is so."""
        known = [phase for phase in map(self.phases.get, names) if phase is not None]
        return {phase.name: _prospect(phase, state) for phase in known}

    async def perform(self, name: str, place: Place, state: State) -> Outcome:
        """Perform the phase.

        Raises NothingDelivered where the first program does not come, Diverged where this era knew
        no such phase, though a step began here.
        """
        phase = self.phases.get(name)
        if phase is None:
            raise Diverged.at(place.where, f"the phase {name} was not in the company then")
        idle = _nothing_to_do(phase, state)
        if idle is not None:
            return Outcome("skipped", idle)
        await self.begins(place.where)
        if phase.run is not None:
            return await self._run(place, state)
        if phase.ask is not None:
            return await self._ask(phase, phase.ask, place, state)
        assert phase.talk is not None
        return await self._talk(phase, phase.talk, place, state)

    async def _run(self, place: Place, state: State) -> Outcome:
        execution = await verify(self.effects, place.where, state, self.workbench)
        if execution is not state.execution:
            state.execution = execution
            self.effects.emit(execution.as_event(), place.where)
        return DONE if execution.ran else Outcome("skipped", execution.reason)

    async def _ask(self, phase: Phase, ask: Ask, place: Place, state: State) -> Outcome:
        who = self.briefing.seat(ask.who).role
        question = self.briefing.question(phase, who, state)
        answer = await self.speech.ask(place.where, who, "company", question)
        state.answers[phase.title] = answer
        if phase.yields is not None and phase.yields.verdict is not None:
            _remember_verdict(phase, place, state, verdict_of(answer))
        return DONE

    async def _talk(self, phase: Phase, talk: Talk, place: Place, state: State) -> Outcome:
        speech = self.speech.for_phase()
        try:
            delivery = await self._hold(phase, talk, place, state, speech)
        except NoConclusion as failure:
            return self._failed(phase, place, state, str(failure))
        await self._accept(phase, talk, place, state, delivery, speech)
        return DONE

    async def _hold(
        self, phase: Phase, talk: Talk, place: Place, state: State, speech: Speech
    ) -> Delivery:
        """Hold the talk; where the model finds the prompt too long, again with half as much."""
        where, window = place.where, None
        for attempt in range(1, SHORTER_PROMPTS + 2):
            brief = self.briefing.brief(phase, talk, state, place.round, window)
            if brief.trimmed:
                words = f"The prompt did not fit the model's window: {'; '.join(brief.trimmed)}."
                self.effects.emit(Note(words), where)
            conversation = self._conversation(phase, talk, brief, speech, state)
            try:
                return await conversation.hold(where, brief.prompt, brief.images)
            except PromptTooLong as refusal:
                self.effects.emit(Note(str(refusal)), where)
                where, window = f"{place.where}/shorter-{attempt}", refusal.tokens // 2
        raise NoConclusion(
            "Even a much shorter prompt was too long for the model: choose one with a larger "
            "context window (softhouse fork RUN --at STEP --set model=ID)."
        )

    def _conversation(
        self, phase: Phase, talk: Talk, brief: Brief, speech: Speech, state: State
    ) -> Conversation[Delivery]:
        draft = Draft(brief.yields, state.texts)

        def read(reply: str) -> Delivery:
            delivery = draft.read(reply)
            if delivery is None:
                raise NoConclusion(CHANGED_NOTHING)
            return delivery

        def rejected(where: str, complaint: str) -> None:
            self.effects.emit(DeliverableRejected(phase.name, complaint), where)

        approval = self._approval(phase, brief, speech, state)

        async def object_to(where: str, delivery: Delivery) -> str | None:
            objection = await approval.objection(where, delivery) if approval else None
            if objection is not None:
                draft.send_back(delivery)
            return objection

        counselor, reflection = self.briefing.reflection(talk) or (None, None)
        return Conversation(
            speech=speech,
            talk=talk,
            instructor=brief.instructor,
            assistant=brief.assistant,
            manner=brief.manner,
            read=read,
            rejected=rejected,
            object_to=object_to if approval else None,
            counselor=counselor,
            reflection=reflection,
        )

    def _approval(
        self, phase: Phase, brief: Brief, speech: Speech, state: State
    ) -> Approval | None:
        if phase.approve is None:
            return None
        who = self.briefing.seat(phase.approve).role
        return Approval(speech, who, brief.assistant.role, phase.title, state.texts)

    async def _accept(
        self,
        phase: Phase,
        talk: Talk,
        place: Place,
        state: State,
        delivery: Delivery,
        speech: Speech,
    ) -> None:
        for note in delivery.notes:
            self.effects.emit(Note(note), place.where)
        accepted = DeliverableAccepted(phase.name, delivery.kind, **delivery.as_data())
        self.effects.emit(accepted, place.where)
        match delivery.kind:
            case "decision":
                state.decisions[phase.name] = delivery.fields
            case "verdict":
                _remember_verdict(phase, place, state, delivery.fields)
            case "report":
                state.reports[phase.title] = delivery.text
            case "files" | "document":
                await self._commit(phase, talk, place, state, delivery.files, speech)

    async def _commit(
        self,
        phase: Phase,
        talk: Talk,
        place: Place,
        state: State,
        files: dict[str, str],
        speech: Speech,
    ) -> None:
        new: dict[str, bytes] = {path: text.encode() for path, text in files.items()}
        changed = {path: data for path, data in new.items() if state.files.get(path) != data}
        if not changed:
            return
        work = Work(
            role=self.briefing.seat(talk.assistant).role,
            phase=phase.name,
            where=f"{place.where}/commit",
            subject=_subject(phase, changed, state),
            body=_reason(phase, state),
            models=tuple(sorted(speech.spoke_with)),
            used=speech.meter,
        )
        await self.keeper.commit(changed, work)
        state.files |= changed

    def _failed(self, phase: Phase, place: Place, state: State, why: str) -> Outcome:
        if (
            phase.yields is not None
            and phase.yields.kind == "files"
            and not (state.files or state.share)
        ):
            # Where the program was dealt out, the others may still have written theirs.
            raise NothingDelivered(f"{phase.title} delivered no program. {why}")
        return Outcome("failed", why)


def _prospect(phase: Phase, state: State) -> str:
    does = DOES[phase.yields.kind] if phase.yields else "runs and tests the program"
    if phase.ask is not None:
        does = "asks a person"
    idle = _nothing_to_do(phase, state)
    return f"{phase.title}, {does}" + (f" (nothing to do now: {idle})" if idle else "")


def _nothing_to_do(phase: Phase, state: State) -> str | None:
    """Why there is nothing for this phase to do, if so."""
    inspection = state.inspection
    for sight, reason in NOTHING_TO_DO.items():
        if sight in phase.sees and not show([sight], state, inspection).blocks[sight]:
            return reason
    return None


def _remember_verdict(phase: Phase, place: Place, state: State, verdict: dict[str, Any]) -> None:
    state.last_verdict = verdict
    for name in (phase.name, *place.loops):
        state.verdicts[name] = verdict


def _subject(phase: Phase, changed: dict[str, bytes], state: State) -> str:
    verbs = {"change" if path in state.files else "add" for path in changed}
    verb = verbs.pop() if len(verbs) == 1 else "write"
    paths = sorted(changed)
    if len(paths) > NAMED_FILES:
        paths = [*paths[: NAMED_FILES - 1], f"{len(paths) - NAMED_FILES + 1} more"]
    return f"{phase.title}: {verb} {', '.join(paths)}"


def _reason(phase: Phase, state: State) -> str:
    sights = [sight for sight in REASONS if sight in phase.sees]
    blocks = show(sights, state, state.inspection).blocks
    return "\n\n".join(blocks.values())[-REASON_CHARACTERS:]
