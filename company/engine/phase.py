"""Performing one phase: running the product, asking a person, or a talk and what becomes of it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from company.deliverables.kind import DeliverableKind, Delivery, Origin, deliverable_kind
from company.engine.context.briefing import Brief, Briefing
from company.engine.context.sections import show
from company.engine.conversation import Conversation, NoConclusion
from company.engine.databases import AskedDatabases, Databases
from company.engine.delegation import DELEGATE, Delegate, delegated, differing, merge
from company.engine.draft import Approval, Draft
from company.engine.effects import Effects
from company.engine.interventions import Interventions, Silence
from company.engine.knowledge import AskedKnowledge, Knowledge
from company.engine.model_calls import ModelCalls, PromptTooLong
from company.engine.office import Desk
from company.engine.place import DONE, Outcome, Place, side_by_side
from company.engine.prospects import is_decisive, nothing_to_do, prospect
from company.engine.schema_copy import copy_schemas
from company.engine.session import Session
from company.engine.state import State
from company.engine.survey import survey
from company.engine.tool_allowance import Allowance
from company.engine.tool_approval import ToolApproval
from company.engine.tool_servers import Asked, ToolServers
from company.engine.tool_use import ToolUse
from company.engine.workspace.committer import Committer
from company.engine.workspace.editing import Editing
from company.engine.workspace.hands import Hands
from company.engine.workspace.verification import verify
from company.engine.workspace.workbench import Workbench
from company.errors import Diverged, NothingDelivered
from company.mcp.settings import wanted_of
from company.options import ToolRule
from company.spec import QUERY
from company.tools.registry import tools_named
from company.tools.tool import BadCall
from phases.phase import Ask, CallLimits, Phase, Talk, ToolLimits
from warehouse.data.citations import cited
from warehouse.events import DeliverableAccepted, Note, ToolResult
from warehouse.events.effect import TOOL

SHORTER_PROMPTS = 3
"""How often a prompt that the model refused as too long is made shorter."""
PICTURES = "pictures"
"""Below the place of a phase: where pictures are put into words for it."""


@dataclass(frozen=True)
class PhaseRunner:
    """Performs the phases of one run, or of one spec of its history."""

    phases: dict[str, Phase]
    briefing: Briefing
    effects: Effects
    model_calls: ModelCalls
    committer: Committer
    workbench: Workbench
    begins: Callable[[str], Awaitable[None]]
    """Told the place of each phase in which something will be done, before anything is."""
    tool_rules: Mapping[str, ToolRule]
    """Tool → whether its calls may be made."""
    servers: Asked
    """The servers of tools that the company asks for."""
    databases: Databases
    knowledge: Knowledge
    interventions: Interventions | None = None

    def outlook(self, names: Sequence[str], state: State) -> dict[str, str]:
        """Of each phase what it would do, and why there is nothing to do for it where that is so."""
        known = [phase for phase in map(self.phases.get, names) if phase is not None]
        return {phase.name: prospect(phase, state) for phase in known}

    async def perform(self, name: str, place: Place, state: State) -> Outcome:
        """Perform the phase.

        Raises NothingDelivered where the first program does not come, Diverged where this spec knew
        no such phase, though a step began here.
        """
        phase = self.phases.get(name)
        if phase is None:
            raise Diverged.at(place.where, f"the phase {name} was not in the company then")
        idle = nothing_to_do(phase, state)
        if idle is not None:
            return Outcome("skipped", idle)
        await self.begins(place.where)
        state.excerpt = None
        if phase.run == "copy":
            return await self._copy(place, state)
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

    async def _copy(self, place: Place, state: State) -> Outcome:
        given = self.effects, self.committer, self.databases, self.model_calls.seed
        await copy_schemas(*given, place.where, state)
        return DONE

    async def _ask(self, phase: Phase, ask: Ask, place: Place, state: State) -> Outcome:
        who = self.briefing.voices.seat(ask.who).role
        question = self.briefing.question(phase, who, state)
        answer = await self.model_calls.ask(place.where, who, "company", question)
        state.answers[phase.title] = answer
        if phase.yields is not None:
            kind = deliverable_kind(phase.yields)
            delivery = kind.answered(answer)
            if delivery is not None:
                kind.apply(delivery, _origin(phase, place), state)
        return DONE

    async def _talk(self, phase: Phase, talk: Talk, place: Place, state: State) -> Outcome:
        if self.interventions is not None:
            blocks = show(self.interventions.sections, state).blocks
            phase = self.interventions.on_phase(place.where, phase, blocks)
        session = self._session(phase, talk, place, state)
        try:
            await self._put_pictures_into_words(session)
            kind, delivery = await self._hold(session)
        except NoConclusion as failure:
            return self._failed(phase, state, str(failure))
        finally:
            await session.close()
        state.queries += session.tools.queries if session.tools else 0
        files = self._accept(session, kind, delivery)
        files = {**files, **await self._made(session, kind, delivery)}
        state.undelivered.pop(phase.title, None)
        await self._commit(session, files)
        return DONE

    def _session(self, phase: Phase, talk: Talk, place: Place, state: State) -> Session:
        model_calls = self.model_calls.for_phase()
        knowledge = None
        if self.knowledge.folders:
            knowledge = AskedKnowledge(self.knowledge, talk.assistant, state.looked_up)
        tools = self._tools(talk, place, state, model_calls, knowledge)
        return Session(phase, talk, place, state, model_calls, tools, knowledge)

    def _tools(
        self,
        talk: Talk,
        place: Place,
        state: State,
        model_calls: ModelCalls,
        knowledge: AskedKnowledge | None,
    ) -> ToolUse | None:
        role, limits = self.briefing.voices.seat(talk.assistant).role, talk.tools or ToolLimits()
        if role.human or not role.tools:
            return None
        names = [each for each in role.tools if limits.only is None or each in limits.only]
        hands = Hands(state.files, self.workbench, state.task.documents, state.baseline, state.room)
        effects = self.effects
        hand_on = partial(self._hand_on, place, limits.delegate)
        desk = Desk(role, state, hands, self.briefing.voices, model_calls, effects, hand_on)
        return ToolUse(
            role.name,
            tools_named(
                names,
                with_databases=bool(self.databases.sources),
                with_knowledge=knowledge is not None,
            ),
            Allowance(limits, lambda: model_calls.meter.tokens),
            hands,
            effects,
            ToolApproval(model_calls, role, self.tool_rules),
            ToolServers(role.name, wanted_of(names), self.servers, self.workbench.backend, effects),
            self.briefing.voices.calls_natively(role),
            sees=self.briefing.voices.has_eyes(role),
            mockups=state.task.images,
            office=desk.office,
            databases=AskedDatabases(self.databases, state.asked, hands)
            if self.databases.sources and QUERY in role.tools
            else None,
            knowledge=knowledge,
        )

    async def _hand_on(
        self,
        around: Place,
        limits: CallLimits,
        desk: Desk,
        where: str,
        delegates: Sequence[Delegate],
    ) -> str:
        """Have colleagues do parts of a role's work side by side, each on a branch of its own.

        Returns what the role is told. Raises BadCall where nothing came of it.
        """
        runner = replace(self, briefing=self.briefing.without_tool(DELEGATE))
        base = desk.state_now.branch()
        places = [replace(around, where=desk.below(where, DELEGATE)) for _ in delegates]
        work = [
            partial(runner._do_part, each, desk, limits, place, base)
            for each, place in zip(delegates, places, strict=True)
        ]
        await side_by_side(self.effects, work)
        state, told = merge(base, delegates)
        desk.state.notebook += state.notebook[len(base.notebook) :]
        left_out = desk.hands.take_over(differing(base.files, state.files))
        told += [f"Not kept: {'; '.join(left_out)}."] if left_out else []
        if all(each.failure for each in delegates):
            raise BadCall("\n".join(told))
        return "\n".join(told)

    async def _do_part(
        self, delegate: Delegate, desk: Desk, limits: CallLimits, place: Place, base: State
    ) -> None:
        is_large = desk.state.excerpt is not None
        phase, talk = delegated(desk.role, delegate.role, limits, of_a_large_program=is_large)
        branch = delegate.begin(base)
        session = self._session(phase, talk, place, branch)
        try:
            _, delivery = await self._hold(session)
            branch.apply(session.changed(delivery.files))
        except NoConclusion as failure:
            delegate.failure = str(failure)
        finally:
            await session.close()
            desk.model_calls.count(session.model_calls)

    async def _put_pictures_into_words(self, session: Session) -> None:
        """Have what the assistant would see and cannot described by a colleague with eyes."""
        assistant, state = self.briefing.voices.seat(session.talk.assistant).role, session.state
        for picture in self.briefing.pictures.undescribed(session.phase, assistant, state):
            seat, messages, sampling = self.briefing.pictures.describing(picture, state)
            where = f"{session.place.where}/{PICTURES}"
            try:
                reply = await session.model_calls.say(
                    where, seat.role, assistant.name, messages, sampling
                )
            except (PromptTooLong, Silence) as refusal:
                raise NoConclusion(f"{picture} could not be described. {refusal}") from None
            state.described[picture] = reply.text

    async def _hold(self, session: Session) -> tuple[DeliverableKind, Delivery]:
        """Hold the talk; where the model finds the prompt too long, again with half as much."""
        yields = session.phase.yields
        cites = yields is not None and deliverable_kind(yields).cites
        told_besides = await session.open(self.effects, cites=cites)
        place, tools = session.place, session.tools.tools if session.tools else {}
        where, window = place.where, None
        session.state.excerpt = await survey(
            self.effects, place.where, session.phase, session.state_now
        )
        for attempt in range(1, SHORTER_PROMPTS + 2):
            shown = session.state_now
            brief = self.briefing.brief(
                session.phase, session.talk, shown, place.round, window, tools, told_besides
            )
            session.remember_shown_again(brief.prompt)
            if brief.trimmed:
                words = f"The prompt did not fit the model's window: {'; '.join(brief.trimmed)}."
                self.effects.emit(Note(words), where)
            conversation = self._conversation(session, brief)
            try:
                delivery = await conversation.hold(where, brief.prompt, brief.images)
            except PromptTooLong as refusal:
                self.effects.emit(Note(str(refusal)), where)
                where, window = f"{place.where}/shorter-{attempt}", refusal.tokens // 2
            else:
                if conversation.editing is not None:
                    conversation.editing.clear()
                return brief.kind, delivery
        raise NoConclusion(
            "Even a much shorter prompt was too long for the model: choose one with a larger "
            "context window (softhouse fork RUN --at STEP --set model=ID)."
        )

    def _conversation(self, session: Session, brief: Brief) -> Conversation:
        approval = self._approval(session, brief)
        draft = Draft(
            brief.kind,
            session.phase.name,
            self.effects,
            session.texts,
            session.place.where,
            approval,
            session.state_now.room,
            brief.room_to_show,
            wrong_citations=session.wrong_citations,
        )
        if session.tools is not None and brief.kind.makes_the_program:
            session.tools.write_as(brief.kind)
            draft.by_hand = session.tools.hands.written
        editing = self._editing(session, brief)
        if editing is not None:
            draft.by_hand = lambda: editing.written
        return Conversation(
            model_calls=session.model_calls,
            talk=session.talk,
            instructor=brief.instructor,
            assistant=brief.assistant,
            sampling=brief.sampling,
            deliverable=draft,
            reflection=self.briefing.reflection(session.talk),
            tools=session.tools,
            room=brief.room,
            editing=editing,
        )

    def _editing(self, session: Session, brief: Brief) -> Editing | None:
        """The files for a person who is to deliver some."""
        is_person = session.model_calls.is_person(brief.assistant.role)
        if not is_person or session.tools is not None or not brief.kind.makes_the_program:
            return None
        run, place = session.model_calls.folder, session.place.where
        return Editing(run, place, session.state.files, brief.kind.may_write)

    def _approval(self, session: Session, brief: Brief) -> Approval | None:
        phase = session.phase
        if phase.approve is None:
            return None
        who = self.briefing.voices.seat(phase.approve).role
        assistant, texts = brief.assistant.role, session.state.texts
        return Approval(session.model_calls, who, assistant, phase.title, texts)

    def _accept(
        self, session: Session, kind: DeliverableKind, delivery: Delivery
    ) -> Mapping[str, str | bytes | None]:
        """Record and remember what was delivered. Returns the files to be committed."""
        phase, place = session.phase, session.place
        for note in delivery.notes:
            self.effects.emit(Note(note), place.where)
        accepted = DeliverableAccepted(phase.name, delivery.kind, **kind.describe(delivery))
        self.effects.emit(accepted, place.where)
        if kind.cites:
            session.state.citations = len(cited(delivery.text, session.shown()))
        return kind.apply(delivery, _origin(phase, place), session.state)

    async def _made(
        self, session: Session, kind: DeliverableKind, delivery: Delivery
    ) -> dict[str, str]:
        """What the house makes of it by rule, as recorded."""
        if not kind.makes_more:
            return {}
        cards, role = self.briefing.voices.cards, session.talk.assistant

        async def act() -> ToolResult:
            titles = {name: each.title for name, each in cards.roles.items()}
            made = kind.made(delivery, session.state.task.text, titles)
            return ToolResult(
                "The report was made of the sentences and the rows.", True, 0.0, dict(made)
            )

        request = {"tool": delivery.kind, "arguments": {"text": delivery.text}}
        where, about = f"{session.place.where}/{delivery.kind}", {"speaker": role}
        result = await self.effects.perform(TOOL, where, request, act, about=about)
        return {path: text for path, text in result.changed.items() if text is not None}

    async def _commit(self, session: Session, files: Mapping[str, str | bytes | None]) -> None:
        changed = session.changed(files)
        if not changed:
            return
        role = self.briefing.voices.seat(session.talk.assistant).role
        await self.committer.commit(changed, session.work(role, changed))
        session.state.apply(changed)

    def _failed(self, phase: Phase, state: State, why: str) -> Outcome:
        kind = deliverable_kind(phase.yields) if phase.yields else None
        nothing = not (state.files.keys() - state.kept or state.share)
        if kind and kind.makes_the_program and nothing:
            # Where the program was dealt out, the others may still have written theirs.
            raise NothingDelivered(f"{phase.title} delivered no program. {why}")
        if is_decisive(phase):
            state.undelivered[phase.title] = why
        return Outcome("failed", why)


def _origin(phase: Phase, place: Place) -> Origin:
    return Origin(phase.name, phase.title, place.loops)
