"""Stop, raise, answer: what is asked of one run is done to that run, and holds."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from company.cards.company_card import RunLimits
from company.engine.fork.spec_history import SpecHistory
from company.engine.resources import open_resources
from company.engine.run import Run
from company.errors import BudgetReached, Interrupted
from company.remote.commands import Answer, GoOn, Pause, Raise, Stop
from tests.support.houses import house
from tests.support.scripted_provider import Rule, ScriptedProvider
from tests.support.steering import FILES, PROGRAM, Hold, Steered, chain_of, steered
from warehouse.events.conversion import as_json
from warehouse.history.summary import SummaryFold
from warehouse.journal.journal import FILE_NAME, is_locked, read_events

ASKED = {"ask": {"who": "human"}, "prompt": "Which colour?"}


def asking_company(folder: Path) -> None:
    """A company that asks its person between two phases."""
    chain_of(folder, "work", "look", "manual", work={"yields": FILES}, manual={"sees": ["answers"]})
    card = "name: look\ntitle: Look\nask: {who: human}\nyields: {report: null}\nprompt: Which colour?\n"
    (folder / "cards/phases/look.yaml").write_text(card)
    manual = folder / "cards/phases/manual.yaml"
    manual.write_text(manual.read_text().replace("Do manual", "Do manual {{ answers }}"))


class Silent:
    """A person who is there and says nothing, until told to."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.speak = asyncio.Event()
        self.left = False

    async def answer(self, role: str, question: str) -> str:
        self.asked.set()
        try:
            await self.speak.wait()
        except asyncio.CancelledError:
            self.left = True
            raise
        return "red"


async def test_a_stopped_run_can_be_resumed_and_asks_for_nothing_twice(tmp_path: Path) -> None:
    chain_of(tmp_path, work={"yields": FILES}, manual={})
    second = Hold("m")
    replies: list[Any] = [PROGRAM, second, "m"]
    async with ScriptedProvider(replies) as provider:
        async with steered(tmp_path, provider) as run:
            await second.asked.wait()
            run.ask(Stop())
            run.ask(Stop())
            with pytest.raises(Interrupted) as stopped:
                await run.end()
        assert stopped.value.exit_code == 130
        assert as_json(run.events[-1].data) == {
            "status": "stopped",
            "exit_code": 130,
            "reason": "interrupted",
        }
        assert not is_locked(run.folder / FILE_NAME)
        async with open_resources("none") as resources:
            await Run.reopen(run.folder, resources).work()
    asked = [call.user for call in provider.calls]
    assert [text.split()[1] for text in asked] == ["work", "manual", "manual"]


async def test_one_of_two_runs_in_a_process_is_stopped_and_the_other_goes_on(
    tmp_path: Path,
) -> None:
    chain_of(tmp_path, work={"yields": FILES})
    one, two = Hold(PROGRAM), Hold(PROGRAM)
    rules = [Rule([one], model="one"), Rule([two], model="two")]
    async with ScriptedProvider(rules=rules) as provider, open_resources("none") as resources:
        runs = []
        for model in ("one", "two"):
            run = Steered()
            company = house(tmp_path, provider)
            company = type(company)(company.cards, f"url:{provider.url}#{model}")
            run.begin(company, tmp_path / "products", resources=resources)
            runs.append(run)
        await asyncio.gather(one.asked.wait(), two.asked.wait())
        runs[0].ask(Stop())
        ended = await asyncio.gather(runs[0].end(), return_exceptions=True)
        two.let_go()
        finished = await runs[1].end()
    assert [type(error) for error in ended] == [Interrupted]
    assert finished.summary.files == ["main.py"]


async def test_a_raised_limit_lets_a_run_go_on_that_would_have_stopped(tmp_path: Path) -> None:
    chain_of(tmp_path, work={"yields": FILES}, manual={})
    first = Hold(PROGRAM)
    async with (
        ScriptedProvider([first, "m"]) as provider,
        steered(tmp_path, provider, limits=RunLimits(calls=1)) as run,
    ):
        await first.asked.wait()
        run.ask(Raise(calls=2))
        (changed,) = await run.until("run.limits")
        first.let_go()
        ended = await run.end()
    assert as_json(changed.data)["limits"]["calls"] == 2
    assert ended.usage.calls == 2


async def test_more_time_is_given_to_the_call_that_is_waited_for(tmp_path: Path) -> None:
    chain_of(tmp_path, work={"yields": FILES})
    first = Hold(PROGRAM)
    async with (
        ScriptedProvider([first]) as provider,
        steered(tmp_path, provider, limits=RunLimits(seconds=3.0)) as run,
    ):
        await first.asked.wait()
        run.ask(Raise(seconds=60.0))
        await run.until("run.limits")
        await asyncio.sleep(3.0)  # the time that it was given first
        first.let_go()
        ended = await run.end()
    assert ended.summary.files == ["main.py"]


async def test_limits_that_were_set_hold_when_the_run_is_resumed(tmp_path: Path) -> None:
    chain_of(tmp_path, work={"yields": FILES}, manual={})
    first = Hold(PROGRAM)
    async with ScriptedProvider([first, "m"]) as provider:
        async with steered(tmp_path, provider) as run:
            await first.asked.wait()
            run.ask(Raise(calls=1, tokens=100_000))
            await run.until("run.limits")
            first.let_go()
            with pytest.raises(BudgetReached):
                await run.end()
        assert SpecHistory.of(read_events(run.folder / FILE_NAME)).spec.limits == RunLimits(
            calls=1, tokens=100_000
        )
        async with open_resources("none") as resources:
            with pytest.raises(BudgetReached):
                await Run.reopen(run.folder, resources).work()
    assert len(provider.calls) == 1


@pytest.mark.parametrize(
    "wrong", [Raise(calls=0), Raise(usd=-1.0), Raise(seconds=0.0), Raise(tokens=10**13)]
)
async def test_what_is_no_limit_is_refused_and_noted(tmp_path: Path, wrong: Raise) -> None:
    chain_of(tmp_path, work={"yields": FILES})
    first = Hold(PROGRAM)
    async with ScriptedProvider([first]) as provider, steered(tmp_path, provider) as run:
        await first.asked.wait()
        run.ask(wrong)
        (note,) = await run.until("note")
        first.let_go()
        await run.end()
    assert "cannot be limited so" in as_json(note.data)["text"]
    assert run.kinds("run.limits") == []


async def test_dollars_cannot_be_limited_where_no_price_is_known(tmp_path: Path) -> None:
    """Or the next call would end the run, and every one after it."""
    chain_of(tmp_path, work={"yields": FILES})
    first = Hold(PROGRAM)
    async with ScriptedProvider([first]) as provider, steered(tmp_path, provider) as run:
        await first.asked.wait()
        run.ask(Raise(usd=1.0))
        (note,) = await run.until("note")
        first.let_go()
        await run.end()
    assert "no price is known for url:" in as_json(note.data)["text"]
    assert run.kinds("run.limits") == []


async def test_a_question_is_answered_by_mail(tmp_path: Path) -> None:
    asking_company(tmp_path)
    person = Silent()
    async with (
        ScriptedProvider([PROGRAM, "m"]) as provider,
        steered(tmp_path, provider, person=person) as run,
    ):
        await person.asked.wait()
        run.ask(Answer("1.work", "for nobody"))
        await run.until("note")
        run.ask(Answer("2.look", "blue"))
        await run.end()
    assert person.left
    assert "blue" in provider.calls[-1].user


async def test_the_person_who_is_there_may_be_first(tmp_path: Path) -> None:
    asking_company(tmp_path)
    person = Silent()
    async with (
        ScriptedProvider([PROGRAM, "m"]) as provider,
        steered(tmp_path, provider, person=person) as run,
    ):
        await person.asked.wait()
        person.speak.set()
        await run.end()
    assert "red" in provider.calls[-1].user


async def test_a_question_can_be_answered_in_a_pause(tmp_path: Path) -> None:
    asking_company(tmp_path)
    person = Silent()
    async with (
        ScriptedProvider([PROGRAM, "m"]) as provider,
        steered(tmp_path, provider, person=person) as run,
    ):
        await person.asked.wait()
        run.ask(Pause())
        await run.until("run.paused")
        run.ask(Answer("2.look", "blue"))
        await run.until_there_are(lambda e: e.kind == "effect.ended" and e.where == "2.look")
        assert len(provider.calls) == 1
        run.ask(GoOn())
        ended = await run.end()
    assert SummaryFold(run.events).summary.paused is False
    assert ended.summary.status == "unverified"
