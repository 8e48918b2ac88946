"""The answers of a recorded run, given again instead of asking a model."""

import asyncio
import hashlib
import json
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from msgspec import structs

from company.errors import ProviderError
from company.models.model_id import parse_model_id
from company.models.recorded_run import is_recorded, journal_of
from company.models.request import ModelRequest
from warehouse.events import CompletionEnded, CompletionResult
from warehouse.history.entries import Said
from warehouse.history.transcript import TranscriptFold, words_of
from warehouse.journal.journal import Event, read_events

Place = str
Question = str
"""A digest of the messages that were answered."""


@dataclass(frozen=True, slots=True)
class RecordedAnswer:
    """One recorded completion: where it was given, to what, and the result as recorded."""

    where: Place
    question: Question
    result: CompletionResult


class Answers:
    """The answers of one run, each given once."""

    def __init__(self, answers: Iterable[RecordedAnswer]) -> None:
        self._left = dict(enumerate(answers))
        self._waiting: dict[tuple[Place | None, Question | None], deque[int]] = {}
        for number, answer in self._left.items():
            for key in _keys(answer.where, answer.question):
                self._waiting.setdefault(key, deque()).append(number)

    def take(self, where: Place, question: Question) -> RecordedAnswer | None:
        """The first answer that is left: to the question in this place, else to the question, else
        in this place. None where there is none of them."""
        for key in _keys(where, question):
            numbers = self._waiting.get(key, deque())
            while numbers:
                answer = self._left.pop(numbers.popleft(), None)
                if answer is not None:
                    return answer
        return None


class RecordedAnswers:
    """Answers for any number of recorded runs and of runs that are given them."""

    def __init__(self) -> None:
        self._recorded: dict[str, list[RecordedAnswer]] = {}
        self._answers: dict[tuple[str, str], Answers] = {}
        self._past: dict[str, list[RecordedAnswer]] = {}

    def recall(self, run: str, past: Iterable[Event]) -> None:
        """Take note of what a run was given before it was taken up again: it is not given twice."""
        self._past[run] = list(answers_in(past))

    async def complete(
        self, request: ModelRequest, on_words: Callable[[str], None] | None = None
    ) -> CompletionResult:
        """The recorded answer, with the tokens it took then, at no cost and in no time.

        Every run that asks is given each answer once. Raises ProviderError where none is left that
        fits, RunNotFound or JournalError where the recorded run cannot be read.
        """
        source = parse_model_id(request.model).model
        if source not in self._recorded:
            self._recorded[source] = await asyncio.to_thread(read_answers, source)
        key = source, request.run
        if key not in self._answers:
            self._answers[key] = self._left_for(request.run, source)
        answer = self._answers[key].take(request.where, question_of(request.messages))
        if answer is None:
            raise ProviderError(_nothing_recorded(source, request))
        if on_words and answer.result.text:
            on_words(answer.result.text)
        return structs.replace(answer.result, model=request.model, cost=0.0, seconds=0.0)

    def _left_for(self, run: str, source: str) -> Answers:
        left = Answers(self._recorded[source])
        for answer in self._past.get(run, ()):
            model = answer.result.model
            if is_recorded(model) and parse_model_id(model).model == source:
                left.take(answer.where, answer.question)
        return left


def read_answers(run: str) -> list[RecordedAnswer]:
    """Every completion of a run, in recorded order. Raises RunNotFound or JournalError."""
    return list(answers_in(read_events(journal_of(run))))


def answers_in(events: Iterable[Event]) -> Iterable[RecordedAnswer]:
    """The completions of a journal."""
    fold = TranscriptFold()
    for event in events:
        entry = fold.add(event)
        if isinstance(entry, Said) and isinstance(event.data, CompletionEnded):
            yield RecordedAnswer(event.where, question_of(entry.prompt), event.data.result)


def question_of(messages: Iterable[Any]) -> Question:
    """What makes two prompts the same: who says what. Images count, but not what they show."""
    turns = [(m["role"], words_of(m["content"], m.get("tool_calls", ()))) for m in messages]
    return hashlib.blake2b(json.dumps(turns).encode(), digest_size=16).hexdigest()


def _keys(where: Place, question: Question) -> tuple[tuple[Place | None, Question | None], ...]:
    return (where, question), (None, question), (where, None)


def _nothing_recorded(source: str, request: ModelRequest) -> str:
    at = f" at {request.where}" if request.where else ""
    return (
        f"The recorded run {source} holds no answer to what is asked{at}: this run goes another way "
        "than the recorded one did. To go on from here with a model that can answer: "
        f"softhouse fork {request.run or 'RUN'} --at {request.where or 'STEP'} --set model=PROVIDER:MODEL"
    )
