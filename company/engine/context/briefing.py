"""The brief of a talk: who sits at the table, what the assistant is told, and how it may answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from company.cards.gathering import REFLECTION, GatheredCards
from company.cards.prompts import Prompts
from company.deliverables.kind import Bounds, DeliverableKind, deliverable_kind
from company.deliverables.named_fields import json_schema
from company.engine.context.fault import passage_of_fault
from company.engine.context.sections import Shown, fit, show
from company.engine.conversation import Reflection, Seat
from company.engine.model_calls import Message, Sampling, picture_part, picture_parts
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
DESCRIPTION = 1_000
"""Tokens of a picture in words, at most."""
DESCRIBE = (
    "The customer gave this picture, {picture}, with the task below. Colleagues who cannot see it"
    " will work by your words alone. Describe it so that they can build what it shows: what it is,"
    " what stands where from top to bottom and from left to right, every text word for word, colours,"
    " sizes, and what can be clicked or filled in. Say only what is there, in at most 400 words.\n\n"
    "Task:\n{task}"
)
NOTE = "note"
"""The tool whose users are shown the notebook."""
NOTED_CHARACTERS = 2_000
"""Of the notebook, in a prompt: its newest lines."""
NOTEBOOK = "The company's notebook:\n"
ASKED: tuple[Section, ...] = ("task", "files")
"""What a colleague sees that is asked something."""
ASKED_TOKENS = 6_000
"""For what it sees, however large its window is."""
ANSWER_TOKENS = 800
QUESTION = (
    "{asker} works on the task below and asks you one question. Answer it shortly and definitely. You"
    " cannot ask back, and nothing that you write becomes a file.\n\nTask:\n{task}\n\n"
    "The program as it is:\n{files}\n\nThe question:\n{question}"
)
NO_TOOLS: Tools = MappingProxyType({})
PATIENCE_OF_A_PERSON = 32_768
"""Tokens; a person in a role gets prompts no longer than a small hosted model would."""


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


@dataclass(frozen=True)
class Briefing:
    """Writes the briefs of one company's phases."""

    cards: GatheredCards
    prompts: Prompts
    models: dict[str, str]
    """Role name → model id, for the roles a model speaks for."""
    window: Callable[[str], int]
    """Model id → context window in tokens."""
    sees: Callable[[str], bool]
    """Model id → whether it takes pictures."""
    structured: Callable[[str], bool]
    """Model id → whether it can be held to a JSON schema."""
    may_be_wider: Callable[[str], bool]
    """Model id → whether its window is only what its server has where nobody says otherwise."""
    sighted: Sequence[str] = ()
    """The roles that can put a picture into words."""
    keeps_pictures_from_the_blind: bool = True
    """Whether a role without eyes is given words for the pictures of the task; once nobody asked."""
    native_tools: frozenset[str] = frozenset()
    """The model ids that call tools in their own protocol."""

    def brief(
        self,
        phase: Phase,
        talk: Talk,
        state: State,
        round_number: int,
        most_tokens: int | None = None,
        tools: Tools = NO_TOOLS,
    ) -> Brief:
        """The brief for a phase whose assistant has these tools, with a prompt that leaves room for the reply in the assistant's
        window, or in `most_tokens` where the window is known to be smaller than it should be.

        Later rounds of a loop are answered more freely: what was tried before did not help.
        """
        assert phase.yields is not None
        kind = deliverable_kind(phase.yields).within(_bounds(state))
        assistant, instructor = self.seat(talk.assistant), self.seat(talk.instructor)
        window = self._window(assistant.role)
        window = min(window, most_tokens or window)
        sampling = self._sampling(phase, kind, assistant.role).freer(max(round_number - 1, 0))
        reply = min(sampling.max_tokens, window // 2)
        if most_tokens or not self._may_be_wider(assistant.role):
            sampling = replace(sampling, max_tokens=reply)
        how = kind.instructions(_file_in_question(phase, state))
        if tools:
            to_use = how_to_use(
                tools,
                writes_files=kind.makes_the_program and EDIT in tools,
                is_native=self.calls_natively(assistant.role),
            )
            how = f"{how}\n\n{to_use}"
        how = "\n\n".join(filter(None, (self._noted(assistant.role, state), how)))
        about = {
            **self.about(phase, assistant.role),
            "instructor": instructor.role.title,
            "assistant": assistant.role.title,
        }
        nothing = dict.fromkeys(map(str, phase.sees), "")
        told = (self._words_for(phase, assistant.role, state), _documents(assistant.role, state))
        how = "\n\n".join(filter(None, (*told, how)))
        frame = assistant.system + self.prompts.render(phase.prompt, {**nothing, **about}) + how
        seen = self._seen(phase, assistant.role, state)
        images = seen or self._images(phase, assistant.role, state)
        beside = self._beside_the_messages(assistant.role, tools)
        room = window - reply - most(estimate_tokens(frame)) - beside
        room -= estimate_prompt(
            [{"content": images if self.keeps_pictures_from_the_blind else seen}]
        )
        if assistant.role.tools:
            room //= 2  # the other half is for calls and what they come to
        shown = fit(show(phase.sees, state), state, room)
        body = self.prompts.render(phase.prompt, {**shown.blocks, **about})
        return Brief(
            instructor=instructor,
            assistant=assistant,
            prompt=f"{body}\n\n{how}".strip(),
            sampling=sampling,
            kind=kind.within(replace(_bounds(state), unseen=_unseen(state, shown))),
            room=window - sampling.max_tokens - beside,
            images=images,
            trimmed=shown.trimmed,
        )

    def consultation(
        self, colleague: str, asker: Role, question: str, state: State
    ) -> tuple[Seat, list[Message], Sampling]:
        """How a colleague is asked one question by a role at work on this state."""
        seat = self.seat(colleague)
        defaults, noted = self.cards.company.defaults, self._noted(seat.role, state)
        about = {"asker": asker.title, "question": question}
        frame = seat.system + noted + QUESTION.format(task="", files="", **about)
        window = self._window(seat.role)
        reply = min(defaults.max_reply_tokens, ANSWER_TOKENS, window // 2)
        room = min(window - reply - most(estimate_tokens(frame)), ASKED_TOKENS)
        blocks = fit(show(ASKED, state), state, room).blocks
        files = blocks["files"] or "Nothing is written yet."
        asked = QUESTION.format(task=blocks["task"], files=files, **about)
        messages = [
            {"role": "system", "content": seat.system},
            {"role": "user", "content": f"{noted}\n\n{asked}".strip()},
        ]
        temperature = seat.role.temperature
        if temperature is None:
            temperature = defaults.temperature
        return seat, messages, Sampling(reply, temperature)

    def notebook(self, state: State, characters: int) -> str:
        """The newest lines of the notebook that fit, each after who wrote it, and how many there are
        before them."""
        lines: list[str] = []
        for noted in reversed(state.notebook):
            role = self.cards.roles.get(noted.role)
            line = f"- {role.title if role else noted.role}: {noted.text}"
            characters -= len(line) + 1
            if characters < 0:
                break
            lines.append(line)
        more = len(state.notebook) - len(lines)
        return "\n".join([*([f"[… {more:,} earlier lines]"] if more else []), *reversed(lines)])

    def without_tool(self, name: str) -> "Briefing":
        """The same, for roles without that tool."""
        roles = {
            role.name: role.model_copy(
                update={"tools": [each for each in role.tools if each != name]}
            )
            for role in self.cards.roles.values()
        }
        return replace(self, cards=self.cards.model_copy(update={"roles": roles}))

    def question(self, phase: Phase, who: Role, state: State) -> str:
        """What a person is asked."""
        shown = show(phase.sees, state)
        return self.prompts.render(phase.prompt, {**shown.blocks, **self.about(phase, who)})

    def reflection(self, talk: Talk) -> Reflection | None:
        """Who concludes a talk without a conclusion, if the phase wants it."""
        card = self.cards.phases.get(REFLECTION)
        if not talk.reflect or card is None or card.talk is None:
            return None
        about = self.about(card, None)
        return Reflection(
            self.seat(card.talk.assistant),
            lambda talk: self.prompts.render(card.prompt, {"history": talk, **about}),
        )

    def seat(self, name: str) -> Seat:
        """A role with its system prompt."""
        role = self.cards.roles[name]
        return Seat(role, self.prompts.render(role.prompt, self.about(None, role)).strip())

    def about(self, phase: Phase | None, role: Role | None) -> dict[str, Any]:
        """What every template may use."""
        company = self.cards.company
        about: dict[str, Any] = {"company": {"name": company.title, "culture": company.culture}}
        if phase is not None:
            about["phase"] = {"name": phase.name, "title": phase.title}
        if role is not None:
            about["role"] = {"name": role.name, "title": role.title}
        return about

    def has_eyes(self, role: Role) -> bool:
        """Whether the role's model takes pictures."""
        model = self.models.get(role.name)
        return model is not None and self.sees(model)

    def undescribed(self, phase: Phase, role: Role, state: State) -> list[str]:
        """The pictures that the phase shows and the role cannot see, and nobody has described."""
        if not self._is_told_of_pictures(phase, role):
            return []
        return [name for name in state.task.images if name not in state.described]

    def describing(self, picture: str, state: State) -> tuple[Seat, list[Message], Sampling]:
        """Who puts a picture of the task into words, what that role is asked, and how."""
        seat = self.seat(self.sighted[0])
        text = DESCRIBE.format(picture=picture, task=state.task.text)
        shown = [{"type": "text", "text": text}, picture_part(picture)]
        messages: list[Message] = [
            {"role": "system", "content": seat.system},
            {"role": "user", "content": shown},
        ]
        defaults = self.cards.company.defaults
        temperature = seat.role.temperature
        if temperature is None:
            temperature = defaults.temperature
        return seat, messages, Sampling(min(DESCRIPTION, defaults.max_reply_tokens), temperature)

    def _is_told_of_pictures(self, phase: Phase, role: Role) -> bool:
        """Whether the role is shown the task's pictures in this phase, and only words can do it."""
        model = self.models.get(role.name)
        shows = "images" in phase.sees and self.keeps_pictures_from_the_blind
        return shows and model is not None and not self.sees(model)

    def _words_for(self, phase: Phase, role: Role, state: State) -> str:
        """What a role without eyes is told of the task's pictures."""
        if not self._is_told_of_pictures(phase, role):
            return ""
        described = ((name, state.described.get(name)) for name in state.task.images)
        return "\n\n".join(
            f"The customer's picture {name}, in the words of a colleague who sees it:\n{words}"
            for name, words in described
            if words
        )

    def _images(self, phase: Phase, role: Role, state: State) -> tuple[Message, ...]:
        """The task's pictures themselves."""
        if "images" not in phase.sees or self._is_told_of_pictures(phase, role):
            return ()
        return tuple(map(picture_part, state.task.images))

    def _seen(self, phase: Phase, role: Role, state: State) -> tuple[Message, ...]:
        """What the witnesses saw, for a role with eyes: beside the pictures of the task, each after
        its title."""
        model = self.models.get(role.name)
        pictures = state.execution.pictures if state.execution else ()
        if "execution" not in phase.sees or not pictures or model is None or not self.sees(model):
            return ()
        titled = [("As the task shows it", name) for name in state.task.images]
        titled += [(picture.title, picture.file) for picture in pictures]
        return tuple(picture_parts(titled))

    def _noted(self, role: Role, state: State) -> str:
        """The notebook, for a role that may write in it; empty where it is."""
        if NOTE not in role.tools or not state.notebook:
            return ""
        return NOTEBOOK + self.notebook(state, NOTED_CHARACTERS)

    def calls_natively(self, role: Role) -> bool:
        """Whether a role calls its tools in its model's own protocol."""
        return bool(role.tools) and self.models.get(role.name) in self.native_tools

    def _beside_the_messages(self, role: Role, tools: Tools) -> int:
        """Tokens of what a model is told apart from them: the tools in its own protocol."""
        if not self.calls_natively(role):
            return 0
        return most(sum(tool.tokens for tool in offered(tools)))

    def _window(self, role: Role) -> int:
        model = self.models.get(role.name)
        return self.window(model) if model else PATIENCE_OF_A_PERSON

    def _may_be_wider(self, role: Role) -> bool:
        model = self.models.get(role.name)
        return bool(model and self.may_be_wider(model))

    def _sampling(self, phase: Phase, kind: DeliverableKind, role: Role) -> Sampling:
        defaults = self.cards.company.defaults
        bound = phase.max_reply_tokens or defaults.max_reply_tokens
        temperature = next(
            t for t in (phase.temperature, role.temperature, defaults.temperature) if t is not None
        )
        return Sampling(bound, temperature, self._response_format(phase.name, kind, role))

    def _response_format(
        self, name: str, kind: DeliverableKind, role: Role
    ) -> dict[str, Any] | None:
        model = self.models.get(role.name)
        if not kind.fields or role.tools or model is None or not self.structured(model):
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
    )


def _unseen(state: State, shown: Shown) -> tuple[str, ...]:
    """The files that a role is not shown whole: those that are no UTF-8 text, and of those that its
    phase shows the ones that did not fit."""
    hidden = [path for path in state.files if path not in state.texts]
    return (*hidden, *shown.outlined)


def _file_in_question(phase: Phase, state: State) -> str | None:
    """The product's file that the occasion of the phase names first."""
    sections = [section for section in TELLING_SECTIONS if section in phase.sees]
    for block in show(sections, state).blocks.values():
        named = [path for path in state.texts if path in block]
        if named:
            return min(named, key=block.find)
    return None


def _documents(role: Role, state: State) -> str:
    """Which documents a role can read by its tools."""
    if READ not in role.tools or not state.task.documents:
        return ""
    named = ", ".join(f"{GIVEN}/{name}" for name in state.task.documents)
    return f"The customer gave documents, which your tools can read and search: {named}"
