"""Effects: performed once in the life of a run, recalled ever after."""

from pathlib import Path

import pytest

from company.engine.effects import Effects
from company.errors import BudgetReached, Diverged, NotRecorded, ProviderError
from tests.support.whole_messages import WholeMessages
from warehouse.events import (
    AnswerResult,
    CompletionResult,
    DeliverableRejected,
    Note,
    RunStarted,
    TokensUsed,
)
from warehouse.events.conversion import as_json
from warehouse.events.effect import ANSWER, COMPLETION
from warehouse.journal.journal import SCHEMA, Journal, read_events


class World:
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    async def act(self) -> AnswerResult:
        self.asked += 1
        return AnswerResult(str(self.asked))


async def reply() -> CompletionResult:
    """What a model answers."""
    return CompletionResult(text="", finish_reason="stop", usage=TokensUsed(1, 1), cost=None)


@pytest.fixture
def world() -> World:
    return World()


def fresh(path: Path) -> Effects:
    journal = Journal.create(path / "journal.jsonl")
    journal.append(RunStarted(schema=SCHEMA))
    return Effects(journal)


def again(path: Path) -> Effects:
    journal, past = Journal.open(path / "journal.jsonl")
    return Effects(journal, past)


async def test_a_recorded_effect_is_not_performed_again(tmp_path: Path, world: World) -> None:
    effects = fresh(tmp_path)
    first = await effects.perform(ANSWER, "1.coding", {"question": "1"}, world.act)
    effects.journal.close()
    second = await again(tmp_path).perform(ANSWER, "1.coding", {"question": "1"}, world.act)
    assert first == second == AnswerResult("1")
    assert world.asked == 1


async def test_the_same_question_in_one_place_is_told_apart_by_its_ordinal(
    tmp_path: Path, world: World
) -> None:
    effects = fresh(tmp_path)
    answers = [await effects.perform(ANSWER, "1.coding", {}, world.act) for _ in range(3)]
    effects.journal.close()
    effects = again(tmp_path)
    recalled = [await effects.perform(ANSWER, "1.coding", {}, world.act) for _ in range(4)]
    assert [answer.text for answer in answers] == ["1", "2", "3"]
    assert [answer.text for answer in recalled] == ["1", "2", "3", "4"]


async def test_branches_may_interleave_differently_the_second_time(
    tmp_path: Path, world: World
) -> None:
    effects = fresh(tmp_path)
    left = await effects.perform(ANSWER, "1.left", {}, world.act)
    right = await effects.perform(ANSWER, "1.right", {}, world.act)
    effects.journal.close()
    effects = again(tmp_path)
    assert await effects.perform(ANSWER, "1.right", {}, world.act) == right
    assert await effects.perform(ANSWER, "1.left", {}, world.act) == left


async def test_a_changed_request_is_a_divergence_that_says_how_to_fork(
    tmp_path: Path, world: World
) -> None:
    effects = fresh(tmp_path)
    await effects.perform(ANSWER, "1.coding/turn-1", {"question": "old"}, world.act)
    effects.journal.close()
    with pytest.raises(Diverged, match=r"diverged at 1\.coding/turn-1.*softhouse fork RUN --at"):
        await again(tmp_path).perform(ANSWER, "1.coding/turn-1", {"question": "new"}, world.act)
    assert world.asked == 1


async def test_a_failed_effect_is_recorded_and_performed_again(
    tmp_path: Path, world: World
) -> None:
    async def fail() -> AnswerResult:
        raise OSError("the line is dead")

    effects = fresh(tmp_path)
    with pytest.raises(OSError, match="dead"):
        await effects.perform(ANSWER, "1.coding", {"question": "1"}, fail)
    effects.journal.close()
    result = await again(tmp_path).perform(ANSWER, "1.coding", {"question": "1"}, world.act)
    assert result == AnswerResult("1")
    kinds = [event.kind for event in read_events(tmp_path / "journal.jsonl")]
    assert kinds[1:] == ["effect.started", "effect.failed", "effect.started", "effect.ended"]


async def test_without_a_journal_nothing_is_performed(world: World) -> None:
    with pytest.raises(NotRecorded, match=r"Nothing is recorded at 1\.coding"):
        await Effects(None).perform(ANSWER, "1.coding", {}, world.act)
    assert world.asked == 0


async def test_once_stopped_nothing_begins_and_what_is_recorded_is_still_recalled(
    tmp_path: Path, world: World
) -> None:
    effects = fresh(tmp_path)
    await effects.perform(ANSWER, "1.coding", {}, world.act)
    effects.journal.close()
    effects = again(tmp_path)
    effects.stop(BudgetReached("enough"))
    assert await effects.perform(ANSWER, "1.coding", {}, world.act) == AnswerResult("1")
    with pytest.raises(BudgetReached, match="enough"):
        await effects.perform(ANSWER, "2.review", {}, world.act)
    assert world.asked == 1


async def test_what_a_failed_call_used_is_recorded(tmp_path: Path) -> None:
    used = {"prompt_tokens": 90, "completion_tokens": 10, "cost": 0.5}

    async def break_off() -> AnswerResult:
        raise ProviderError("broke off its answer", used=used)

    effects = fresh(tmp_path)
    with pytest.raises(ProviderError):
        await effects.perform(ANSWER, "1.coding", {}, break_off)
    (failed,) = [e for e in read_events(tmp_path / "journal.jsonl") if e.kind == "effect.failed"]
    assert as_json(failed.data)["used"] == used


async def test_recorded_results_nobody_asks_for_are_known(tmp_path: Path, world: World) -> None:
    effects = fresh(tmp_path)
    for where in ("1.coding", "2.review", "3.testing"):
        await effects.perform(ANSWER, where, {}, world.act)
    effects.journal.close()
    effects = again(tmp_path)
    await effects.perform(ANSWER, "2.review", {}, world.act)
    assert effects.unasked() == ["1.coding", "3.testing"]


async def test_events_that_follow_from_effects_are_emitted_once(tmp_path: Path) -> None:
    effects = fresh(tmp_path)
    effects.emit(Note("one"), "1.coding")
    effects.journal.close()
    effects = again(tmp_path)
    effects.emit(Note("one"), "1.coding")
    effects.emit(Note("two"), "1.coding")
    effects.journal.close()
    notes = [
        as_json(e.data)["text"] for e in read_events(tmp_path / "journal.jsonl") if e.kind == "note"
    ]
    assert notes == ["one", "two"]


async def test_a_long_talk_writes_each_message_once(tmp_path: Path) -> None:
    effects = fresh(tmp_path)
    messages: list[dict[str, str]] = []
    requests = []
    for turn in range(30):
        messages.append({"role": "user", "content": f"turn {turn} " + "x" * 1000})
        requests.append({"messages": list(messages)})
        await effects.perform(COMPLETION, f"1.talk/turn-{turn}", requests[-1], reply)
    effects.journal.close()
    path = tmp_path / "journal.jsonl"
    assert path.stat().st_size < 2 * 30 * 1000
    memory = WholeMessages()
    written = [as_json(e.data)["request"] for e in read_events(path) if e.kind == "effect.started"]
    assert [memory.expand(request) for request in written] == requests


async def test_messages_known_before_a_crash_are_still_only_named_after_it(
    tmp_path: Path,
) -> None:
    said = {"role": "user", "content": "once " + "hello " * 500}
    effects = fresh(tmp_path)
    await effects.perform(COMPLETION, "1.a", {"messages": [said]}, reply)
    effects.journal.close()
    effects = again(tmp_path)
    await effects.perform(COMPLETION, "1.b", {"messages": [said]}, reply)
    effects.journal.close()
    assert (tmp_path / "journal.jsonl").read_text().count("once hello") == 1


def test_a_reply_goes_back_with_the_words_of_the_past(tmp_path: Path) -> None:
    """Complaints may be worded better later: what was asked then is still what is asked."""
    effects = fresh(tmp_path)
    for words in ("It is empty.", "It is cut off."):
        effects.send_back(DeliverableRejected("coding", words), "1.coding/turn-1")
    effects.journal.close()
    recalled, better = again(tmp_path), DeliverableRejected("coding", "Better said.")
    assert [recalled.send_back(better, "1.coding/turn-1") for _ in range(3)] == [
        "It is empty.", "It is cut off.", "Better said.",
    ]  # fmt: skip
