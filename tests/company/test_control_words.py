"""What people say to roles is heard in the next call, kept in mind, and heard again in the same places."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from company.engine.fork.fork import Fork
from company.engine.resources import open_resources
from company.engine.run import Run
from company.errors import Interrupted
from company.remote.commands import GoOn, Pause, Say, Stop
from tests.support.houses import prompts
from tests.support.scripted_provider import Rule, ScriptedProvider
from tests.support.steering import FILES, PROGRAM, Hold, Steered, chain_of, steered
from warehouse.events.conversion import as_json
from warehouse.journal.journal import FILE_NAME, Event, read_events

TABS = "Use tabs, [not] spaces.\nPlease."
HEARD = "Use tabs, [not] spaces."


def hears(provider: ScriptedProvider) -> list[bool]:
    """Of every call, whether it was told."""
    return [HEARD in messages[-1] for messages in prompts(provider)]


async def say_it_during(first: Hold, run: Steered, role: str = "programmer") -> None:
    """Say it while the first call is on its way."""
    await first.asked.wait()
    run.ask(Say(role, TABS))
    await run.until("interjection")
    first.let_go()


async def test_the_role_reads_it_in_its_next_call_and_in_all_that_follow(tmp_path: Path) -> None:
    chain_of(tmp_path, work={"yields": FILES}, manual={}, credits={})
    first = Hold(PROGRAM)
    async with ScriptedProvider([first, "m", "c"]) as provider, steered(tmp_path, provider) as run:
        await say_it_during(first, run)
        await run.end()
    assert hears(provider) == [False, True, True]
    (said,) = [event for event in run.events if event.kind == "interjection"]
    assert said.where == "1.work"
    assert as_json(said.data) == {"role": "programmer", "text": TABS}


async def test_only_the_role_that_is_meant_hears_it(tmp_path: Path) -> None:
    talk = {"instructor": "cto", "assistant": "programmer", "turns": 2}
    chain_of(tmp_path, work={"yields": FILES, "talk": talk})
    first = Hold(PROGRAM)
    replies = [first, "Shorter.", PROGRAM]
    async with ScriptedProvider(replies) as provider, steered(tmp_path, provider) as run:
        await say_it_during(first, run, "cto")
        await run.end()
    assert hears(provider) == [False, True, False]


async def test_what_was_said_in_a_pause_is_heard_after_it(tmp_path: Path) -> None:
    chain_of(tmp_path, work={"yields": FILES}, manual={})
    first = Hold(PROGRAM)
    async with ScriptedProvider([first, "m"]) as provider, steered(tmp_path, provider) as run:
        await first.asked.wait()
        run.ask(Pause())
        await run.until("run.paused")
        first.let_go()
        await run.until("deliverable")
        run.ask(Say("programmer", TABS))
        await run.until("interjection")
        run.ask(GoOn())
        await run.end()
    assert hears(provider) == [False, True]


async def test_a_role_that_does_not_speak_again_is_noted(tmp_path: Path) -> None:
    chain_of(tmp_path, work={"yields": FILES})
    first = Hold(PROGRAM)
    async with ScriptedProvider([first]) as provider, steered(tmp_path, provider) as run:
        await say_it_during(first, run)
        await run.end()
    (note,) = [event for event in run.events if event.kind == "note"]
    assert as_json(note.data)["text"] == f"programmer did not speak again, and has not read: {TABS}"


@pytest.mark.parametrize("role", ["nobody", "human", ""])
async def test_who_is_no_model_cannot_be_told_anything(tmp_path: Path, role: str) -> None:
    chain_of(tmp_path, work={"yields": FILES})
    first = Hold(PROGRAM)
    async with ScriptedProvider([first]) as provider, steered(tmp_path, provider) as run:
        await first.asked.wait()
        run.ask(Say(role, TABS))
        (note,) = await run.until("note")
        first.let_go()
        await run.end()
    assert "was not done" in as_json(note.data)["text"]
    assert hears(provider) == [False]


async def test_parallel_branches_hear_it_each_in_its_own_next_call(tmp_path: Path) -> None:
    talk = {"talk": {"instructor": "cto", "assistant": "programmer", "turns": 2}}
    side_by_side = {"parallel": {"steps": ["one", "two"]}}
    chain_of(tmp_path, "work", side_by_side, work={"yields": FILES}, one=talk, two=talk)
    one, two = Hold("1"), Hold("2")
    rules = [
        Rule(["one better"], user="This is the reply.*\n1"),
        Rule(["two better"], user="This is the reply.*\n2"),
        Rule([one, "1, with tabs"], user="Do one|one better"),
        Rule([two, "2, with tabs"], user="Do two|two better"),
        Rule([PROGRAM], user="Do work"),
    ]
    async with ScriptedProvider(rules=rules) as provider, steered(tmp_path, provider) as run:
        await one.asked.wait()
        await two.asked.wait()
        run.ask(Say("programmer", TABS))
        await run.until("interjection")
        two.let_go()
        await run.until_there_are(_ended("2.parallel/two/turn-2"))
        one.let_go()
        ended = await run.end()
    told = sorted(call.user for call in provider.calls if HEARD in call.user)
    assert [text.partition("\n")[0] for text in told] == ["one better", "two better"]
    await recalled(ended)


def _ended(where: str) -> Callable[[Event], bool]:
    return lambda event: event.kind == "effect.ended" and event.where == where


async def recalled(run: Run) -> None:
    """The journal alone leads to the recorded end."""
    events = read_events(run.folder / FILE_NAME)
    async with open_resources("none") as resources:
        rehearsal = await Run.recorded(run.folder, resources, events).rehearse()
    assert rehearsal.unasked == []
    assert rehearsal.ending is not None
    assert rehearsal.ending.status == run.summary.status


async def test_a_stopped_run_hears_it_when_it_is_taken_up_again(tmp_path: Path) -> None:
    chain_of(tmp_path, work={"yields": FILES}, manual={})
    first = Hold(PROGRAM)
    async with ScriptedProvider([first, "m"]) as provider:
        async with steered(tmp_path, provider) as run:
            await first.asked.wait()
            run.ask(Pause())
            await run.until("run.paused")
            first.let_go()
            await run.until("deliverable")
            run.ask(Say("programmer", TABS))
            await run.until("interjection")
            run.ask(Stop())
            with pytest.raises(Interrupted):
                await run.end()
        async with open_resources("none") as resources:
            again = Run.reopen(run.folder, resources)
            await again.work()
    assert hears(provider) == [False, True]
    await recalled(again)


async def test_cut_off_anywhere_after_it_the_run_asks_only_what_is_not_recorded_and_in_the_same_words(
    tmp_path: Path,
) -> None:
    """The journal is cut as a kill at each of its writes leaves it; the product is further on."""
    chain_of(tmp_path, work={"yields": FILES}, manual={}, credits={"yields": FILES})
    first = Hold(PROGRAM)
    more = PROGRAM.replace("main", "more")
    rules = [
        Rule([first], user="Do work"),
        Rule(["m"], user="Do manual"),
        Rule([more], user="Do credits"),
    ]
    async with ScriptedProvider(rules=rules) as provider, open_resources("none") as resources:
        async with steered(tmp_path, provider) as run:
            await say_it_during(first, run)
            whole = await run.end()
        words = {call.body["seed"]: call.body["messages"] for call in provider.calls}
        lines = (run.folder / FILE_NAME).read_bytes().splitlines(keepends=True)
        said = next(event.seq for event in run.events if event.kind == "interjection")
        for cut in range(said + 1, len(lines)):
            folder = tmp_path / "cut" / str(cut)
            shutil.copytree(run.folder, folder)
            (folder / FILE_NAME).write_bytes(b"".join(lines[:cut]))
            paid = {
                event.where
                for event in run.events[:cut]
                if event.kind == "effect.ended" and as_json(event.data)["effect"] == "completion"
            }
            del provider.calls[:]
            again = Run.reopen(folder, resources)
            await again.work()
            assert len(provider.calls) == len(words) - len(paid), cut
            for call in provider.calls:
                assert call.body["messages"] == words[call.body["seed"]], cut
            assert again.product.files() == whole.product.files()
            await recalled(again)


async def test_a_fork_hears_what_its_shared_past_heard_and_pays_for_none_of_it(
    tmp_path: Path,
) -> None:
    chain_of(tmp_path, work={"yields": FILES}, manual={}, credits={})
    first = Hold(PROGRAM)
    replies: list[Any] = [first, "m", "c", "c again"]
    async with ScriptedProvider(replies) as provider:
        async with steered(tmp_path, provider) as run:
            await say_it_during(first, run)
            await run.end()
        async with open_resources("none") as resources:
            fork = Fork.plan(run.folder, "credits", {"seed": "7"}, overlay=tmp_path / "cards")
            forked = await fork.begin(resources, tmp_path / "products")
            await forked.work()
    assert hears(provider) == [False, True, True, True]
    await recalled(forked)


@pytest.mark.usefixtures("eyes")
async def test_pictures_stay_with_the_words(tmp_path: Path) -> None:
    chain_of(tmp_path, work={"yields": FILES}, look={"sees": ["images"]})
    picture = tmp_path / "a.png"
    picture.write_bytes(b"\x89PNG")
    first = Hold(PROGRAM)
    async with (
        ScriptedProvider([first, "seen"]) as provider,
        steered(tmp_path, provider, images=[picture]) as run,
    ):
        await say_it_during(first, run)
        ended = await run.end()
    parts = provider.calls[1].body["messages"][-1]["content"]
    assert [part["type"] for part in parts] == ["text", "image_url", "text"]
    assert HEARD in parts[-1]["text"]
    await recalled(ended)
