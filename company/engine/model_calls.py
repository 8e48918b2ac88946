"""How a role says something: a model completion, or a person's answer, as a recorded effect."""

import asyncio
import base64
import mimetypes
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

from company.engine.budget import NOTHING, Budget, Estimate
from company.engine.effects import Effects
from company.engine.interventions import Interventions
from company.engine.signals.questions import Questions
from company.engine.signals.signals import HEARD, Signals, with_signals
from company.engine.workspace.attachments import attached
from company.engine.workspace.editing import Editing, is_done
from company.errors import CallCancelled, NobodyThere, Unanswered
from company.models.call import OutOfTime
from company.models.faults import ContextOverflow
from company.models.model_id import parse_model_id
from company.models.offered_tools import OfferedTool
from company.models.prices import cost_of, require_price
from company.models.request import ModelRequest
from company.models.tokens import estimate_prompt, most
from roles.role import Role
from warehouse.events import (
    AnswerResult,
    CallRetried,
    CompletionResult,
    Note,
    TokensUsed,
    ToolCall,
    UsedInVain,
    WordsStreamed,
)
from warehouse.events.effect import ANSWER, COMPLETION
from warehouse.history.usage import NOTHING_USED, Usage, usage_in_vain, usage_of

if TYPE_CHECKING:
    from company.engine.resources import Resources

Message = dict[str, Any]

WORDS_EVERY_SECONDS = 0.25
"""Streamed text reaches the journal at most this often; faster replies leave no trace of streaming."""
WARMER, WARMEST = 0.3, 1.0
"""How much the sampling temperature rises each time the same is asked again, and how far."""
ATTACHMENT = "attachment:"
CUT = {"length": "it grew too long", "repetition": "it went round in circles"}
"""Finish reasons of replies that were cut off, in words."""
OVERFLOW = "overflow"
"""The recorded finish reason of a call whose prompt the model refused as too long."""


def picture_part(name: str) -> Message:
    """An attachment of the run, as part of a message; what it holds is put in when that is sent."""
    return {"type": "image_url", "image_url": {"url": ATTACHMENT + name}}


def picture_parts(titled: Iterable[tuple[str, str]]) -> list[Message]:
    """Pictures, each after its title."""
    return [
        part
        for title, name in titled
        for part in ({"type": "text", "text": f"{title}:"}, picture_part(name))
    ]


class PromptTooLong(Exception):
    """A prompt does not fit the model's window, whatever was estimated; a shorter one may.

    `tokens` is the estimate of what prompt and reply would have come to.
    """

    def __init__(self, model: str, tokens: int) -> None:
        super().__init__(f"The prompt was longer than {model} takes.")
        self.tokens = tokens


@dataclass(frozen=True)
class Sampling:
    """How a reply is asked for."""

    max_tokens: int
    temperature: float
    response_format: dict[str, Any] | None = None

    def freer(self, times: int) -> "Sampling":
        """For asking the same once more, for the `times`-th time."""
        warmer = min(self.temperature + times * WARMER, WARMEST)
        return replace(self, temperature=round(max(warmer, self.temperature), 3))


@dataclass(frozen=True)
class Reply:
    """What was said. `cut` says why the reply ended before its end, if it did."""

    text: str
    cut: str = ""
    calls: tuple[ToolCall, ...] = ()
    """Tools that were called in the model's own protocol."""


@dataclass
class ModelCalls:
    """The voices of one run: who answers with which model, on whose money."""

    effects: Effects
    budget: Budget
    resources: "Resources"
    models: dict[str, str]
    """Role name → model id."""
    seed: int
    folder: Path
    """The run's, called like the run; its pictures are there."""
    human_roles: frozenset[str] = frozenset()
    signals: Signals = field(default_factory=Signals)
    questions: Questions = field(default_factory=Questions)
    interventions: Interventions | None = None
    """What is done to these voices from outside."""
    meter: Usage = NOTHING_USED
    """What was used through this object; each phase has its own."""
    spoke_with: set[str] = field(default_factory=set)
    """The models that were asked through this object."""

    def for_phase(self) -> "ModelCalls":
        """The same voices with a meter of their own."""
        return replace(self, meter=NOTHING_USED, spoke_with=set())

    def is_person(self, role: Role) -> bool:
        """Whether a person speaks for the role."""
        return role.human or role.name in self.human_roles

    def count(self, others: "ModelCalls") -> None:
        """Take what was used through other voices for used through these too."""
        self.meter += others.meter
        self.spoke_with |= others.spoke_with

    async def say(
        self,
        where: str,
        speaker: Role,
        listener: str,
        messages: list[Message],
        sampling: Sampling,
        tools: Sequence[OfferedTool] = (),
        editing: Editing | None = None,
    ) -> Reply:
        """What `speaker` says to `listener` after `messages`; `tools` may be called in the model's own
        protocol, and a person may be `editing` files instead.

        Raises PromptTooLong where the model refused them as too long, BudgetReached before a call
        that a limit forbids, ProviderError when it fails, Silence where an intervention keeps it from
        everybody.
        """
        model = self.models.get(speaker.name, "")
        given = speaker, listener, messages, sampling, tools, editing
        if self.interventions is None or self.is_person(speaker):
            return await self._say(where, model, *given)
        speech = self.interventions.on_call(where, speaker.name)
        given = speaker, listener, speech.told(messages), sampling, tools, editing
        reply = await self._say(where, speech.model or model, *given, altered=speech.altering)
        return replace(reply, text=speech.heard(reply.text))

    async def _say(
        self,
        where: str,
        model: str,
        speaker: Role,
        listener: str,
        messages: list[Message],
        sampling: Sampling,
        tools: Sequence[OfferedTool],
        editing: Editing | None,
        *,
        altered: tuple[str, ...] = (),
    ) -> Reply:
        if self.is_person(speaker):
            question = str(messages[-1]["content"])
            return Reply(await self.ask(where, speaker, listener, question, editing=editing))
        await self.effects.ready(where)
        signals = self.signals.at(where, speaker.name)
        messages = with_signals(messages, signals)
        request: dict[str, Any] = {
            "model": model,
            "messages": messages,
            "max_tokens": sampling.max_tokens,
            "temperature": sampling.temperature,
            "seed": self._seed_at(where),
        }
        if sampling.response_format is not None:
            request["response_format"] = sampling.response_format
        if tools:
            # By their names alone: what is told of a tool may be said better in a later softhouse.
            request["tools"] = [tool.name for tool in tools]
        if altered:
            request["altered"] = altered
        about: dict[str, Any] = {"speaker": speaker.name, "listener": listener, "model": model}
        if signals:
            about[HEARD] = tuple(one.number for one in signals)
        result = await self.effects.perform(
            COMPLETION, where, request, lambda: self._complete(where, request, tools), about=about
        )
        self.meter += usage_of(result)
        self.spoke_with.add(model)
        if result.finish_reason == OVERFLOW:
            raise PromptTooLong(model, most(_tokens_of(messages, tools)) + sampling.max_tokens)
        return Reply(result.text, CUT.get(result.finish_reason, ""), result.calls)

    def _seed_at(self, where: str) -> int:
        """A seed of its own for every place, so that asking again is not asking the same."""
        return (self.seed + crc32(where.encode())) % 2**31

    async def ask(
        self,
        where: str,
        speaker: Role,
        listener: str,
        question: str,
        *,
        absent: str | None = None,
        editing: Editing | None = None,
    ) -> str:
        """What the person in the role of `speaker` answers; `absent` where nobody is there.

        Raises NobodyThere where nobody is, and nothing is given in their stead.
        """
        person = self.resources.person

        async def act() -> AnswerResult:
            try:
                if person is None:
                    raise NobodyThere(
                        f"{speaker.title} is a person in this company, and nobody is there to "
                        "answer. Run it in a terminal, then resume."
                    )
                if editing is not None:
                    self.effects.accompany(Note(await asyncio.to_thread(editing.offer)), where)
                here = person.answer(speaker.title, question)
                text = await self.questions.ask(where, here)
                return await self._answered(text, editing, where)
            except NobodyThere:
                if absent is None:
                    raise
                return AnswerResult(absent)

        about = {"speaker": speaker.name, "listener": listener}
        request = {"question": question}
        answer = await self.effects.perform(ANSWER, where, request, act, about=about)
        if editing is not None and is_done(answer.text):
            editing.written = dict(answer.files)
        return answer.text

    async def _answered(self, text: str, editing: Editing | None, where: str) -> AnswerResult:
        """An answer with the files that were edited, where it says that they were."""
        if editing is None or not is_done(text):
            return AnswerResult(text)
        files, left = await asyncio.to_thread(editing.changed)
        if left:
            self.effects.accompany(
                Note(f"Left aside of what was edited: {'; '.join(left)}."), where
            )
        return AnswerResult(text, files)

    async def _complete(
        self, where: str, request: dict[str, Any], tools: Sequence[OfferedTool]
    ) -> CompletionResult:
        async with self.budget.admit(self._most(request, tools)) as reservation:
            messages = self._with_images(request["messages"])
            asked = {**request, "messages": messages, "tools": tools}
            asked.pop("altered", None)
            sent = ModelRequest(**asked, run=self.folder.name, where=where)
            words = WordStream(partial(self.effects.accompany, where=where))

            def start_over(text: str) -> None:
                words.void()
                self.effects.accompany(CallRetried(text), where)

            try:
                completion = await self.resources.models.complete(
                    sent,
                    words,
                    start_over,
                    within=self.budget.seconds_left,
                    afford=reservation.afford,
                )
            except ContextOverflow as refusal:
                completion = _refused(sent, refusal)
            except (Unanswered, CallCancelled) as error:
                self.budget.count(usage_in_vain(error.used))
                raise
            except OutOfTime as late:
                self.budget.count(usage_in_vain(late.used))
                raise self.budget.out_of_time(late.used) from None
            self.budget.count(usage_of(completion))
        return completion

    def _most(self, request: dict[str, Any], tools: Sequence[OfferedTool]) -> Estimate:
        """What the call may use at most, as far as a limit asks."""
        model, budget = request["model"], self.budget
        if not budget.limits_tokens and not budget.limits_money:
            return NOTHING
        prompt_tokens = most(_tokens_of(request["messages"], tools))
        reply_tokens = request["max_tokens"]
        if not budget.limits_money:
            return Estimate(prompt_tokens + reply_tokens)
        require_price(model)
        price = cost_of(parse_model_id(model), TokensUsed(prompt_tokens, reply_tokens))
        assert price is not None
        return Estimate(prompt_tokens + reply_tokens, price)

    def _with_images(self, messages: list[Message]) -> list[Message]:
        return [{**message, "content": self._inline(message["content"])} for message in messages]

    def _inline(self, content: Any) -> Any:
        if isinstance(content, str):
            return content
        return [self._inline_part(part) for part in content]

    def _inline_part(self, part: dict[str, Any]) -> dict[str, Any]:
        if part["type"] != "image_url":
            return part
        name = part["image_url"]["url"].removeprefix(ATTACHMENT)
        kind = mimetypes.guess_type(name)[0] or "image/png"
        data = base64.b64encode(attached(self.folder, name)).decode()
        return {"type": "image_url", "image_url": {"url": f"data:{kind};base64,{data}"}}


def _tokens_of(messages: list[Message], tools: Sequence[OfferedTool]) -> int:
    return estimate_prompt(messages) + sum(tool.tokens for tool in tools)


def _refused(request: ModelRequest, refusal: ContextOverflow) -> CompletionResult:
    """A prompt that is too long is a fact to be recorded, so that it is not sent again."""
    used = refusal.used or UsedInVain(cost=0.0)
    return CompletionResult(
        text="",
        model=request.model,
        finish_reason=OVERFLOW,
        usage=TokensUsed(used.prompt_tokens, used.completion_tokens),
        cost=used.cost,
    )


class WordStream:
    """Passes streamed text on in pieces that a person can follow and a journal can hold."""

    def __init__(self, write: Callable[[WordsStreamed], object]) -> None:
        self._write = write
        self.void()

    def __call__(self, text: str) -> None:
        self._waiting += text
        if time.monotonic() - self._last >= WORDS_EVERY_SECONDS:
            self._write(WordsStreamed(self._waiting))
            self.void()

    def void(self) -> None:
        """Forget what waits to be written: the attempt it belongs to has failed."""
        self._waiting = ""
        self._last = time.monotonic()
