"""The brief of a talk: who sits at the table, what the assistant is told, and how it may answer."""

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, get_args

from company.cards.gathering import REFLECTION
from company.deliverables.kind import Bounds, DeliverableKind, deliverable_kind
from company.deliverables.named_fields import json_schema
from company.engine.context.fault import passage_of_fault
from company.engine.context.notebook import noted
from company.engine.context.pictures import Pictures
from company.engine.context.sections import Shown, fit, in_view, show
from company.engine.context.voices import Voices
from company.engine.conversation import Reflection, Seat
from company.engine.model_calls import Message, Sampling
from company.engine.shares import files_of
from company.engine.state import State
from company.engine.tool_protocol import EDIT, how_to_use, offered
from company.engine.workspace.attachments import GIVEN
from company.models.tokens import estimate_prompt, estimate_tokens, most
from company.spec import READ
from company.tools.registry import Tools
from phases.phase import Phase, Section, Talk
from roles.role import Role

TELLING_SECTIONS: tuple[Section, ...] = ("history", "comments", "unimplemented", "execution")
"""Sections that may say which file is at fault, the most deliberate first."""
UNSEEN: dict[str, str] = dict.fromkeys(get_args(Section), "")
"""What a prompt says of the sections that its phase does not see."""
NO_TOOLS: Tools = MappingProxyType({})


@dataclass(frozen=True)
class Brief:
    """Everything a conversation needs to begin."""

    instructor: Seat
    assistant: Seat
    prompt: str
    sampling: Sampling
    kind: DeliverableKind
    """The deliverable, held to what is possible in this place."""
    room: int
    """Tokens of the whole talk that fit the assistant's window, the reply left out."""
    images: tuple[Message, ...] = ()
    trimmed: tuple[str, ...] = ()
    """What had to be left out of the prompt, in words."""

    @property
    def room_to_show(self) -> int:
        """Tokens of files that may be shown besides, when a reply goes back: half of what is left."""
        return (self.room - most(estimate_tokens(self.prompt))) // 2


@dataclass(frozen=True)
class Briefing:
    """Writes the briefs of one company's phases."""

    voices: Voices
    pictures: Pictures

    def brief(
        self,
        phase: Phase,
        talk: Talk,
        state: State,
        round_number: int,
        most_tokens: int | None = None,
        tools: Tools = NO_TOOLS,
        told_besides: str = "",
    ) -> Brief:
        """The brief for a phase whose assistant has these tools and is told this of databases and documents, with a prompt that leaves room for
        the reply in the assistant's window, or in `most_tokens` where the window is known to be smaller than it should be.

        Later rounds of a loop are answered more freely: what was tried before did not help.
        """
        assert phase.yields is not None
        kind = deliverable_kind(phase.yields).within(_bounds(state))
        voices, prompts = self.voices, self.voices.prompts
        assistant, instructor = voices.seat(talk.assistant), voices.seat(talk.instructor)
        window = voices.window(assistant.role)
        window = min(window, most_tokens or window)
        sampling = self._sampling(phase, kind, assistant.role, tools).freer(
            max(round_number - 1, 0)
        )
        reply = min(sampling.max_tokens, window // 2)
        if most_tokens or not voices.may_be_wider(assistant.role):
            sampling = replace(sampling, max_tokens=reply)
        how = kind.instructions(_file_in_question(phase, state))
        if tools:
            to_use = how_to_use(
                tools,
                writes_files=kind.makes_the_program and EDIT in tools,
                is_native=voices.calls_natively(assistant.role),
            )
            how = f"{how}\n\n{to_use}"
        about = {
            **voices.about(phase, assistant.role),
            "instructor": instructor.role.title,
            "assistant": assistant.role.title,
        }
        told = (
            self.pictures.in_words(phase, assistant.role, state),
            _documents(assistant.role, state),
            noted(voices, assistant.role, state),
        )
        how = "\n\n".join(filter(None, (*told, how)))
        frame = assistant.system + prompts.render(phase.prompt, {**UNSEEN, **about}) + how
        frame += told_besides
        seen = self.pictures.of_the_product(phase, assistant.role, state)
        images = seen or self.pictures.of_the_task(phase, assistant.role, state)
        beside = self._beside_the_messages(assistant.role, tools)
        room = window - reply - most(estimate_tokens(frame)) - beside
        # Runs of before a role's eyes were asked for counted the task's pictures nowhere.
        counted = images if self.pictures.are_kept_from_the_blind else seen
        room -= estimate_prompt([{"content": counted}])
        if assistant.role.tools:
            room //= 2  # the other half is for calls and what they come to
        shown = fit(show(phase.sees, state), state, room)
        body = prompts.render(phase.prompt, {**UNSEEN, **shown.blocks, **about})
        # What phases and questions have in common comes first: what a model has read is not read again.
        prompt = "\n\n".join(filter(None, (told_besides, f"{body}\n\n{how}".strip())))
        return Brief(
            instructor=instructor,
            assistant=assistant,
            prompt=prompt,
            sampling=sampling,
            kind=kind.within(replace(_bounds(state), unseen=_unseen(state, shown))),
            room=window - sampling.max_tokens - beside,
            images=images,
            trimmed=shown.trimmed,
        )

    def without_tool(self, name: str) -> "Briefing":
        """The same, for roles without that tool."""
        voices = self.voices.without_tool(name)
        return Briefing(voices, replace(self.pictures, voices=voices))

    def question(self, phase: Phase, who: Role, state: State) -> str:
        """What a person is asked."""
        shown = show(phase.sees, state)
        about = self.voices.about(phase, who)
        return self.voices.prompts.render(phase.prompt, {**shown.blocks, **about})

    def reflection(self, talk: Talk) -> Reflection | None:
        """Who concludes a talk without a conclusion, if the phase wants it."""
        card = self.voices.cards.phases.get(REFLECTION)
        if not talk.reflect or card is None or card.talk is None:
            return None
        about = self.voices.about(card, None)
        return Reflection(
            self.voices.seat(card.talk.assistant),
            lambda talk: self.voices.prompts.render(card.prompt, {"history": talk, **about}),
        )

    def _beside_the_messages(self, role: Role, tools: Tools) -> int:
        """Tokens of what a model is told apart from them: the tools in its own protocol."""
        if not self.voices.calls_natively(role):
            return 0
        return most(sum(tool.tokens for tool in offered(tools)))

    def _sampling(self, phase: Phase, kind: DeliverableKind, role: Role, tools: Tools) -> Sampling:
        defaults = self.voices.cards.company.defaults
        bound = phase.max_reply_tokens or defaults.max_reply_tokens
        temperature = phase.temperature
        if temperature is None:
            temperature = self.voices.temperature(role)
        return Sampling(bound, temperature, self._response_format(phase.name, kind, role, tools))

    def _response_format(
        self, name: str, kind: DeliverableKind, role: Role, tools: Tools
    ) -> dict[str, Any] | None:
        if not kind.fields or tools or not self.voices.keeps_schemas(role):
            return None
        schema = {"name": name, "strict": True, "schema": json_schema(kind.fields)}
        return {"type": "json_schema", "json_schema": schema}


def _bounds(state: State) -> Bounds:
    stack = state.inspection.stack
    return Bounds(
        suffixes=stack.suffixes if stack else (),
        paths=tuple(files_of(state.share) or ()),
        choices=tuple(state.choices),
        passage=passage_of_fault(state),
        files=state.texts,
        asked=state.asked,
        said="\n".join((state.task.text, *state.done_before)),
        looked_up=state.looked_up,
        before=state.brought_in or (),
        objections=state.objections,
        kept=state.kept,
    )


def _unseen(state: State, shown: Shown) -> tuple[str, ...]:
    """The files that a role is not shown whole: those that are no UTF-8 text, of those that its phase
    shows the ones that did not fit, and of a large program all others."""
    whole = in_view(state)
    hidden = [path for path in state.files if path not in whole and path not in state.kept]
    return (*hidden, *shown.outlined)


def _file_in_question(phase: Phase, state: State) -> str | None:
    """The product's file that the occasion of the phase names first."""
    sections = [section for section in TELLING_SECTIONS if section in phase.sees]
    for block in show(sections, state).blocks.values():
        named = [path for path in state.texts if path in block]
        if named:
            return min(named, key=block.find)
    return next(iter(state.excerpt.whole), None) if state.excerpt else None


def _documents(role: Role, state: State) -> str:
    """Which documents a role can read by its tools."""
    if READ not in role.tools or not state.task.documents:
        return ""
    named = ", ".join(f"{GIVEN}/{name}" for name in state.task.documents)
    return f"The customer gave documents, which your tools can read and search: {named}"
