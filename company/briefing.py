"""The brief of a talk: who sits at the table, what the assistant is told, and how it may answer."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from company.cards.company_cards import CompanyCards
from company.conversation import Seat
from company.inspection import Inspection
from company.prompts import Prompts
from company.shares import files_of
from company.sights import fit, show
from company.speech import ATTACHMENT, Manner, Message
from company.state import State
from company.tokens import estimate_tokens, most
from phases.steps.direct import DONE, NEXT
from phases.phase import Phase, Sight, Talk
from phases.yields import Yields
from roles.role import Role

TELLING_SIGHTS: tuple[Sight, ...] = ("history", "comments", "unimplemented", "execution")
"""Sights that may say which file is at fault, the most deliberate first."""
REFLECTION = "reflection"
PATIENCE_OF_A_PERSON = 32_768
"""Tokens; a person in a role gets prompts no longer than a small hosted model would."""


@dataclass(frozen=True)
class Brief:
    """Everything a conversation needs to begin."""

    instructor: Seat
    assistant: Seat
    prompt: str
    manner: Manner
    yields: Yields
    images: tuple[Message, ...] = ()
    trimmed: tuple[str, ...] = ()
    """What had to be left out of the prompt, in words."""


@dataclass(frozen=True)
class Briefing:
    """Writes the briefs of one company's phases."""

    cards: CompanyCards
    prompts: Prompts
    models: dict[str, str]
    """Role name → model id, for the roles a model speaks for."""
    window: Callable[[str], int]
    """Model id → context window in tokens."""
    structured: Callable[[str], bool]
    """Model id → whether it can be held to a JSON schema."""

    def brief(
        self,
        phase: Phase,
        talk: Talk,
        state: State,
        round_number: int,
        most_tokens: int | None = None,
    ) -> Brief:
        """The brief for a phase, with a prompt that leaves room for the reply in the assistant's
        window, or in `most_tokens` where the window is known to be smaller than it should be.

        Later rounds of a loop are answered more freely: what was tried before did not help.
        """
        from company.deliverables.instructions import instructions

        assert phase.yields is not None
        inspection = state.inspection
        yields = _among(
            state.choices, _for_share(state.share, _for_stack(phase.yields, inspection))
        )
        assistant, instructor = self.seat(talk.assistant), self.seat(talk.instructor)
        window = self._window(assistant.role)
        window = min(window, most_tokens or window)
        manner = self._manner(phase, yields, assistant.role, window).freer(max(round_number - 1, 0))
        how = instructions(yields, _file_in_question(phase, state, inspection))
        about = {
            **self.about(phase, assistant.role),
            "instructor": instructor.role.title,
            "assistant": assistant.role.title,
        }
        nothing = dict.fromkeys(map(str, phase.sees), "")
        frame = assistant.system + self.prompts.render(phase.prompt, {**nothing, **about}) + how
        room = window - manner.max_tokens - most(estimate_tokens(frame))
        shown = fit(show(phase.sees, state, inspection), state, inspection, room)
        body = self.prompts.render(phase.prompt, {**shown.blocks, **about})
        return Brief(
            instructor=instructor,
            assistant=assistant,
            prompt=f"{body}\n\n{how}".strip(),
            manner=manner,
            yields=yields,
            images=_images(state) if "images" in phase.sees else (),
            trimmed=shown.trimmed,
        )

    def question(self, phase: Phase, who: Role, state: State) -> str:
        """What a person is asked."""
        shown = show(phase.sees, state, state.inspection)
        return self.prompts.render(phase.prompt, {**shown.blocks, **self.about(phase, who)})

    def reflection(self, talk: Talk) -> tuple[Seat, Callable[[str], str]] | None:
        """Who concludes a talk without a conclusion, and with what prompt, if the phase wants it."""
        card = self.cards.phases.get(REFLECTION)
        if not talk.reflect or card is None or card.talk is None:
            return None
        about = self.about(card, None)
        return self.seat(card.talk.assistant), lambda transcript: self.prompts.render(
            card.prompt, {"history": transcript, **about}
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

    def _window(self, role: Role) -> int:
        model = self.models.get(role.name)
        return self.window(model) if model else PATIENCE_OF_A_PERSON

    def _manner(self, phase: Phase, yields: Yields, role: Role, window: int) -> Manner:
        defaults = self.cards.company.defaults
        bound = phase.max_reply_tokens or defaults.max_reply_tokens
        temperature = next(
            t for t in (phase.temperature, role.temperature, defaults.temperature) if t is not None
        )
        bound = min(bound, window // 2)
        return Manner(bound, temperature, self._response_format(phase.name, yields, role))

    def _response_format(self, name: str, yields: Yields, role: Role) -> dict[str, Any] | None:
        from company.deliverables.schema import json_schema

        model = self.models.get(role.name)
        fields = yields.decision or yields.verdict or yields.report
        if not fields or model is None or not self.structured(model):
            return None
        schema = {"name": name, "strict": True, "schema": json_schema(fields)}
        return {"type": "json_schema", "json_schema": schema}


def _for_stack(yields: Yields, inspection: Inspection) -> Yields:
    """The same with the globs of this product's language only, where there are some."""
    if yields.files is None or not yields.files.only or inspection.stack is None:
        return yields
    only = [glob for glob in yields.files.only if glob.endswith(inspection.stack.suffixes)]
    if not only:
        return yields
    return yields.model_copy(update={"files": yields.files.model_copy(update={"only": only})})


def _for_share(share: Sequence[str], yields: Yields) -> Yields:
    """The same, where files were dealt out, for the files of this share only."""
    paths = files_of(share)
    if yields.files is None or yields.files.only or paths is None:
        return yields
    return yields.model_copy(update={"files": yields.files.model_copy(update={"only": paths})})


def _among(choices: Iterable[str], yields: Yields) -> Yields:
    """The same, where a director chooses, with its word held to the choices."""
    words = [*choices, DONE]
    if len(words) == 1 or yields.decision is None or NEXT not in yields.decision:
        return yields
    decision: dict[str, Any] = {**yields.decision, NEXT: {"one_of": words}}
    return yields.model_copy(update={"decision": decision})


def _file_in_question(phase: Phase, state: State, inspection: Inspection) -> str | None:
    """The product's file that the occasion of the phase names first."""
    sights = [sight for sight in TELLING_SIGHTS if sight in phase.sees]
    for block in show(sights, state, inspection).blocks.values():
        named = [path for path in inspection.texts if path in block]
        if named:
            return min(named, key=block.find)
    return None


def _images(state: State) -> tuple[Message, ...]:
    return tuple(
        {"type": "image_url", "image_url": {"url": ATTACHMENT + name}} for name in state.task.images
    )
