"""Performing one phase: who talks, what they see, and what becomes of the deliverable."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from company.chain_runner import DONE, Outcome, Place
from company.company_cards import CompanyCards
from company.conversation import Conversation, NoConclusion, Seat
from company.deliverables.unreadable import Unreadable
from company.delivery import Delivery, read_delivery
from company.effects import Effects
from company.errors import NothingDelivered
from company.inspection import Inspection
from company.keeper import Keeper, Work
from company.person import verdict_of
from company.prompts import Prompts
from company.sights import Shown, fit, show
from company.speech import ATTACHMENT, Manner, Message, Speech
from company.state import State
from company.tokens import estimate_tokens
from company.verification import verify
from phases.phase import Ask, Phase, Talk
from phases.yields import Yields
from roles.role import Role
from warehouse.sandbox.sandbox import SandboxBackend

REFLECTION = "reflection"
REASON_CHARACTERS = 1_000
"""How much of a complaint or failing check goes into a commit message as its reason."""
NOTHING_TO_DO = {
    "execution": "no check failed",
    "comments": "there are no comments",
    "unimplemented": "everything is implemented",
}
"""Sights that are the occasion of a phase: without them there is nothing to do."""


@dataclass(frozen=True)
class PhaseRunner:
    """Performs the phases of one run."""

    cards: CompanyCards
    effects: Effects
    speech: Speech
    keeper: Keeper
    prompts: Prompts
    backend: SandboxBackend | None
    window: Callable[[str], int]
    """Model id → context window in tokens."""
    structured: Callable[[str], bool]
    """Model id → whether it can be held to a JSON schema."""

    async def perform(self, name: str, place: Place, state: State) -> Outcome:
        """Perform the phase. Raises NothingDelivered where the first program does not come."""
        phase = self.cards.phases[name]
        if phase.run is not None:
            return await self._run(place, state)
        idle = self._idle(phase, state)
        if idle is not None:
            return Outcome("skipped", idle)
        if phase.ask is not None:
            await self._ask(phase, phase.ask, place, state)
            return DONE
        assert phase.talk is not None
        try:
            delivery, speech = await self._talk(phase, phase.talk, place, state)
        except NoConclusion as failure:
            return self._failed(phase, place, state, str(failure))
        await self._accept(phase, place, state, delivery, speech)
        return DONE

    def _idle(self, phase: Phase, state: State) -> str | None:
        """Why there is nothing for this phase to do, if so."""
        shown = show([s for s in phase.sees if s in NOTHING_TO_DO], state, Inspection(state))
        for sight, block in shown.blocks.items():
            if not block:
                return NOTHING_TO_DO[sight]
        return None

    async def _run(self, place: Place, state: State) -> Outcome:
        execution = await verify(self.effects, place.where, state, self.backend)
        if execution is not state.execution:
            state.execution = execution
            self.effects.emit("execution", place.where, execution.as_data())
        return DONE if execution.ran else Outcome("skipped", execution.reason)

    async def _ask(self, phase: Phase, ask: Ask, place: Place, state: State) -> None:
        who = self.cards.roles[ask.who]
        shown = show(phase.sees, state, Inspection(state))
        question = self.prompts.render(phase.prompt, {**shown.blocks, **self._about(phase, who)})
        answer = await self.speech.ask(place.where, who, "company", question)
        state.answers[phase.title] = answer
        if phase.yields is not None and phase.yields.verdict is not None:
            self._judge(phase, place, state, verdict_of(answer))

    async def _talk(
        self, phase: Phase, talk: Talk, place: Place, state: State
    ) -> tuple[Delivery, Speech]:
        from company.deliverables.instructions import instructions

        assert phase.yields is not None
        yields = _for_stack(phase.yields, Inspection(state))
        speech = self.speech.for_phase()
        assistant, instructor = self._seat(talk.assistant), self._seat(talk.instructor)
        manner = self._manner(phase, assistant.role)
        how = instructions(yields)
        prompt = self._prompt(phase, how, place, state, assistant, instructor, manner)

        def read(reply: str) -> Delivery:
            delivery = read_delivery(reply, yields, state.texts)
            if delivery.changes_nothing(state.texts):
                raise Unreadable(_nothing_changed(delivery, state))
            return delivery

        def rejected(where: str, complaint: str) -> None:
            data = {"phase": phase.name, "complaint": complaint}
            self.effects.emit("deliverable.rejected", where, data)

        def reflection(transcript: str) -> str:
            card = self.cards.phases[REFLECTION]
            asked = f"{prompt}\n\n{transcript}"
            return self.prompts.render(card.prompt, {"history": asked, **self._about(card, None)})

        reflects = talk.reflect and REFLECTION in self.cards.phases
        conversation = Conversation(
            speech=speech,
            talk=talk,
            instructor=instructor,
            assistant=assistant,
            manner=manner,
            read=read,
            rejected=rejected,
            counselor=self._counselor() if reflects else None,
            reflection=reflection if reflects else None,
        )
        images = _images(state) if "images" in phase.sees else ()
        return await conversation.hold(place.where, prompt, images), speech

    async def _accept(
        self, phase: Phase, place: Place, state: State, delivery: Delivery, speech: Speech
    ) -> None:
        assert phase.talk is not None
        for note in delivery.notes:
            self.effects.emit("note", place.where, {"text": note})
        data = {"phase": phase.name, "kind": delivery.kind, **delivery.as_data()}
        self.effects.emit("deliverable", place.where, data)
        match delivery.kind:
            case "decision":
                state.decisions[phase.name] = delivery.fields
            case "verdict":
                self._judge(phase, place, state, delivery.fields)
            case "report":
                state.reports[phase.title] = delivery.text
            case "files" | "document":
                await self._commit(phase, place, state, delivery.files, speech)

    def _judge(self, phase: Phase, place: Place, state: State, verdict: dict[str, Any]) -> None:
        state.last_verdict = verdict
        for name in (phase.name, *place.loops):
            state.verdicts[name] = verdict

    async def _commit(
        self, phase: Phase, place: Place, state: State, files: dict[str, str], speech: Speech
    ) -> None:
        assert phase.talk is not None
        new: dict[str, bytes] = {path: text.encode() for path, text in files.items()}
        changed = {path: data for path, data in new.items() if state.files.get(path) != data}
        if not changed:
            return
        work = Work(
            role=self.cards.roles[phase.talk.assistant],
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
        self.effects.emit("note", place.where, {"text": f"{phase.title} failed. {why}"})
        if phase.yields is not None and phase.yields.kind == "files" and not state.files:
            raise NothingDelivered(f"{phase.title} delivered no program. {why}")
        return Outcome("failed", why)

    def _prompt(
        self,
        phase: Phase,
        how: str,
        place: Place,
        state: State,
        assistant: Seat,
        instructor: Seat,
        manner: Manner,
    ) -> str:
        inspection = Inspection(state)
        about = {
            **self._about(phase, assistant.role),
            "instructor": instructor.role.title,
            "assistant": assistant.role.title,
        }
        shown = show(phase.sees, state, inspection)
        frame = self.prompts.render(phase.prompt, {**dict.fromkeys(phase.sees, ""), **about}) + how
        room = self._room(assistant.role, manner) - estimate_tokens(assistant.system + frame)
        shown = fit(shown, state, inspection, room)
        self._say_what_was_trimmed(place, shown)
        body = self.prompts.render(phase.prompt, {**shown.blocks, **about})
        return f"{body.strip()}\n\n{how}"

    def _say_what_was_trimmed(self, place: Place, shown: Shown) -> None:
        if shown.trimmed:
            text = f"The prompt did not fit the model's window: {'; '.join(shown.trimmed)}."
            self.effects.emit("note", place.where, {"text": text})

    def _room(self, role: Role, manner: Manner) -> int:
        return self.window(self.speech.models[role.name]) - manner.max_tokens

    def _manner(self, phase: Phase, role: Role) -> Manner:
        from company.deliverables.schema import json_schema

        assert phase.yields is not None
        defaults = self.cards.company.defaults
        model = self.speech.models[role.name]
        bound = phase.max_reply_tokens or defaults.max_reply_tokens
        fields = phase.yields.decision or phase.yields.verdict or phase.yields.report
        response_format = None
        if fields and self.structured(model):
            response_format = {
                "type": "json_schema",
                "json_schema": {"name": phase.name, "strict": True, "schema": json_schema(fields)},
            }
        temperature = next(
            t for t in (phase.temperature, role.temperature, defaults.temperature) if t is not None
        )
        return Manner(min(bound, self.window(model) // 2), temperature, response_format)

    def _seat(self, name: str) -> Seat:
        role = self.cards.roles[name]
        return Seat(role, self.prompts.render(role.prompt, self._about(None, role)).strip())

    def _counselor(self) -> Seat | None:
        talk = self.cards.phases[REFLECTION].talk
        return self._seat(talk.assistant) if talk else None

    def _about(self, phase: Phase | None, role: Role | None) -> dict[str, Any]:
        company = self.cards.company
        about: dict[str, Any] = {"company": {"name": company.title, "culture": company.culture}}
        if phase is not None:
            about["phase"] = {"name": phase.name, "title": phase.title}
        if role is not None:
            about["role"] = {"name": role.name, "title": role.title}
        return about


def _for_stack(yields: Yields, inspection: Inspection) -> Yields:
    """The same with the globs of this product's language only, where there are some."""
    if yields.files is None or not yields.files.only or inspection.stack is None:
        return yields
    suffixes = inspection.stack.suffixes
    only = [glob for glob in yields.files.only if glob.endswith(suffixes)]
    if not only:
        return yields
    return yields.model_copy(update={"files": yields.files.model_copy(update={"only": only})})


def _nothing_changed(delivery: Delivery, state: State) -> str:
    given, others = ", ".join(delivery.files), ", ".join(state.texts.keys() - delivery.files)
    elsewhere = f", or the fault is in {others}" if others else ""
    return (
        f"Your reply leaves {given} exactly as before, so nothing is mended. "
        f"Either something in it must differ{elsewhere}. Reply with the file that changes."
    )


def _images(state: State) -> tuple[Message, ...]:
    return tuple(
        {"type": "image_url", "image_url": {"url": ATTACHMENT + name}} for name in state.task.images
    )


def _subject(phase: Phase, changed: dict[str, bytes], state: State) -> str:
    verbs = {"change" if path in state.files else "add" for path in changed}
    verb = verbs.pop() if len(verbs) == 1 else "write"
    paths = sorted(changed)
    named = (
        ", ".join(paths) if len(paths) <= 3 else f"{', '.join(paths[:2])} and {len(paths) - 2} more"
    )
    return f"{phase.title}: {verb} {named}"


def _reason(phase: Phase, state: State) -> str:
    sights = [s for s in phase.sees if s in NOTHING_TO_DO]
    blocks = show(sights, state, Inspection(state)).blocks
    return "\n\n".join(blocks.values())[-REASON_CHARACTERS:]
