"""The dialogs that speak with a company at work: interject, budget, answer."""

import asyncio
import fcntl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.screen import Screen
from textual.widgets import Button, Input, TextArea

from company.cards.company_card import RunLimits
from company.deliverables.verdict import is_consent
from company.engine.resources import open_resources
from company.engine.signals.questions import AbsentPerson
from company.errors import BudgetReached
from company.remote.commands import Answer, Raise, Say
from tests.support.houses import house, prompts, write_cards
from tests.support.scripted_provider import ScriptedProvider
from tests.support.steering import FILES, PROGRAM, Hold, Steered, chain_of, steered
from tests.support.window_parts import PartApp, state_after
from tui.run_state.run_state import RunState
from tui.screens.form import Choice, FormScreen
from tui.screens.limits import BudgetScreen
from tui.screens.say import AnswerScreen, SayScreen
from tui.text.plain import PlainStatic
from warehouse.events.conversion import as_json
from warehouse.history.entries import Asking
from warehouse.journal.journal import FILE_NAME, read_events

SIZE = (80, 24)


class Dialog:
    """A dialog in a window of its own, and what it was dismissed with."""

    def __init__(self, screen: FormScreen[Any]) -> None:
        self.app = PartApp()
        self.screen = screen
        self.results: list[Any] = []

    async def __aenter__(self) -> "Dialog":
        self._running = self.app.run_test(size=SIZE)
        self.pilot = await self._running.__aenter__()
        self.app.push_screen(self.screen, self.results.append)
        await self.pilot.pause()
        return self

    async def __aexit__(self, *failure: Any) -> None:
        await self._running.__aexit__(*failure)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.app.workers.wait_for_complete()
        await self.pilot.pause()

    @property
    def said(self) -> str:
        """What stands below the fields."""
        return str(self.screen.query_one("#outcome", PlainStatic).render())

    def is_wholly_on_the_screen(self, *wanted: str) -> bool:
        screen: Screen[Any] = self.app.screen
        return all(
            screen.region.contains_region(screen.query_one(selector).region) for selector in wanted
        )


def state_of(run: Steered) -> RunState:
    return state_after(run.events)


def wait_until_nobody_works(journal: Path) -> None:
    """The journal's lock ends with the process that works on the run."""
    with journal.open() as file:
        fcntl.flock(file, fcntl.LOCK_SH)


def recorded_answer(run: Steered) -> str:
    answers = [e for e in run.events if as_json(e.data).get("effect") == "answer"]
    (ended,) = [e for e in answers if e.kind == "effect.ended"]
    return str(as_json(ended.data)["result"]["text"])


def asking(*questions: Asking) -> RunState:
    """A state in which people are asked."""
    state = state_after([])
    state.now._talks = {question.where: question for question in questions}
    return state


# Say.


async def test_what_is_said_to_a_role_is_in_its_next_prompt(tmp_path: Path) -> None:
    chain_of(tmp_path, work={"yields": FILES}, manual={})
    first = Hold(PROGRAM)
    async with (
        ScriptedProvider([first, "a manual"]) as provider,
        steered(tmp_path, provider) as run,
    ):
        await first.asked.wait()
        async with Dialog(SayScreen(run.folder, state_of(run))) as dialog:
            assert "It speaks now" in str(dialog.screen.query_one("#when", PlainStatic).render())
            await dialog.press(*"Use blue", "ctrl+s")
            assert dialog.results == [Say("programmer", "Use blue")]
        (told,) = await run.until("interjection")
        first.let_go()
        await run.end()
    assert as_json(told.data)["role"] == "programmer"
    assert any("Use blue" in text for text in prompts(provider)[-1])


async def test_the_role_is_chosen_with_the_keys_of_every_list(tmp_path: Path) -> None:
    chain_of(tmp_path, work={"yields": FILES})
    first = Hold(PROGRAM)
    async with ScriptedProvider([first]) as provider, steered(tmp_path, provider) as run:
        await first.asked.wait()
        names = [each.name for each in state_of(run).staff.colleagues]
        async with Dialog(SayScreen(run.folder, state_of(run))) as dialog:
            roles = dialog.screen.query_one(Choice)
            await dialog.press("shift+tab", "g")
            assert roles.highlighted == 0
            await dialog.press("j", "k", "j", "tab", "h", "i", "ctrl+s")
            assert dialog.results == [Say(names[1], "hi")]
        first.let_go()
        await run.end()


async def test_saying_nothing_says_so_and_stays(tmp_path: Path) -> None:
    state = state_after(read_events(await finished(tmp_path)))
    async with Dialog(SayScreen(tmp_path, state)) as dialog:
        await dialog.press("ctrl+s")
        assert "nothing to say" in dialog.said
        assert dialog.results == []
        await dialog.press("escape")
        assert dialog.results == [None]


async def test_a_run_that_nobody_works_on_hears_nothing_and_the_dialog_says_so(
    tmp_path: Path,
) -> None:
    journal = await finished(tmp_path)
    async with Dialog(SayScreen(journal.parent, state_after(read_events(journal)))) as dialog:
        await dialog.press("h", "i", "ctrl+s")
        assert "Nobody works on" in dialog.said
        assert dialog.results == []


async def test_people_are_not_among_those_who_can_be_told(tmp_path: Path) -> None:
    state = state_after(read_events(await finished(tmp_path)))
    for colleague in state.staff.colleagues:
        colleague.human = True
    async with Dialog(SayScreen(tmp_path, state)) as dialog:
        await dialog.press("h", "i", "ctrl+s")
        assert "no role" in dialog.said


# Budget.


async def test_a_limit_of_a_run_at_work_is_raised(tmp_path: Path) -> None:
    chain_of(tmp_path, work={"yields": FILES}, manual={})
    first = Hold(PROGRAM)
    async with (
        ScriptedProvider([first, "a manual"]) as provider,
        steered(tmp_path, provider, limits=RunLimits(calls=1)) as run,
    ):
        await first.asked.wait()
        async with Dialog(BudgetScreen(run.folder, state_of(run))) as dialog:
            calls = dialog.screen.query_one("#calls", Input)
            assert "0 used, of 1" in calls.placeholder
            calls.focus()
            await dialog.press("9", "ctrl+s")
            assert dialog.results == [Raise(calls=9)]
        await run.until("run.limits")
        first.let_go()
        ended = await run.end()
    assert ended.usage.calls == 2


@pytest.mark.parametrize(
    ("keys", "complaint"),
    [
        ([], "Give it more"),
        (list("many"), "a number above 0"),
        (["-", "3"], "a number above 0"),
        (["1"], "more"),
    ],
)
async def test_a_limit_that_makes_no_sense_is_refused_in_place(
    tmp_path: Path, keys: list[str], complaint: str
) -> None:
    async with Dialog(BudgetScreen(tmp_path, await interrupted(tmp_path))) as dialog:
        dialog.screen.query_one("#tokens").focus()
        await dialog.press(*keys, "ctrl+s")
        assert complaint in dialog.said
        assert dialog.results == []


async def test_every_limit_is_shown_with_what_is_used_of_it(tmp_path: Path) -> None:
    async with Dialog(BudgetScreen(tmp_path, await interrupted(tmp_path))) as dialog:
        fields = dialog.screen.query(Input)
        assert [field.id for field in fields] == ["usd", "tokens", "calls", "seconds"]
        assert all("used, no limit" in field.placeholder for field in fields)
        assert dialog.is_wholly_on_the_screen("#usd", "#seconds", "#do")
        assert "Resume" in str(dialog.screen.query_one("#do", Button).label)


async def test_a_run_that_was_handed_over_needs_no_more(tmp_path: Path) -> None:
    state = state_after(read_events(await finished(tmp_path)))
    async with Dialog(BudgetScreen(tmp_path, state)) as dialog:
        await dialog.press("5", "ctrl+s")
        assert "has ended" in dialog.said
        assert dialog.results == []


@pytest.mark.slow
async def test_a_run_that_stopped_at_its_limit_goes_on_with_a_higher_one(tmp_path: Path) -> None:
    chain_of(tmp_path, work={"yields": FILES}, manual={})
    provider = ScriptedProvider([PROGRAM, "a manual"])
    with provider.in_thread():
        async with steered(tmp_path, provider, limits=RunLimits(calls=1)) as run:
            with pytest.raises(BudgetReached):
                await run.end()
        async with Dialog(BudgetScreen(run.folder, state_of(run))) as dialog:
            dialog.screen.query_one("#calls").focus()
            await dialog.press("5", "ctrl+s")
            assert dialog.results == [Raise(calls=5)]
            assert dialog.app.begun == [run.folder]
        journal = run.folder / FILE_NAME
        await asyncio.to_thread(wait_until_nobody_works, journal)
    assert [e.kind for e in read_events(journal)][-1] == "run.ended"
    assert len(provider.calls) == 2


# Answer.


@asynccontextmanager
async def asked_a_person(folder: Path) -> AsyncIterator[Steered]:
    """A company that has asked a person who is elsewhere; it works to its end."""
    review = {
        "title": "Human review",
        "ask": {"who": "human"},
        "yields": {"verdict": {"approved": "bool", "comments": ["str"]}},
        "prompt": "What should be changed?",
    }
    chain_of(folder, "work", "review", work={"yields": FILES})
    write_cards(folder / "cards", "phases", review=review)
    run = Steered()
    async with (
        ScriptedProvider([PROGRAM]) as provider,
        open_resources("none", AbsentPerson()) as resources,
    ):
        run.begin(house(folder, provider), folder / "products", resources=resources)
        await run.until_there_are(lambda event: as_json(event.data).get("effect") == "answer")
        yield run
        await run.end()


async def test_a_persons_answer_reaches_the_company(tmp_path: Path) -> None:
    async with (
        asked_a_person(tmp_path) as run,
        Dialog(AnswerScreen(run.folder, state_of(run))) as dialog,
    ):
        assert "What should be changed?" in str(
            dialog.screen.query_one("#question", PlainStatic).render()
        )
        await dialog.press(*"Blue please", "ctrl+s")
        assert dialog.results == [Answer("2.review", "Blue please")]
    assert recorded_answer(run) == "Blue please"


@pytest.mark.parametrize("by", ["key", "mouse"])
async def test_a_person_agrees_with_one_key_or_a_click(tmp_path: Path, by: str) -> None:
    async with (
        asked_a_person(tmp_path) as run,
        Dialog(AnswerScreen(run.folder, state_of(run))) as dialog,
    ):
        if by == "key":
            await dialog.press("ctrl+g")
        else:
            await dialog.pilot.click("#approve")
            await dialog.press()
        assert dialog.results == [Answer("2.review", "approve")]
    assert is_consent(recorded_answer(run))


async def test_in_a_talk_there_is_nothing_to_agree_to(tmp_path: Path) -> None:
    talk = Asking(1, "", "1.a/turn-1", "programmer", "cto", "", "Write it.")
    async with Dialog(AnswerScreen(tmp_path, asking(talk))) as dialog:
        assert not dialog.screen.query_one("#approve").display
        await dialog.press("ctrl+g", "ctrl+s")
        assert "Write an answer" in dialog.said
        assert dialog.results == []


async def test_a_deliverable_is_approved_in_one_key(tmp_path: Path) -> None:
    where = "1.offer/turn-1/approval-1"
    talk = Asking(1, "", where, "human", "programmer", "", "Do you accept it?")
    async with Dialog(AnswerScreen(tmp_path, asking(talk))) as dialog:
        assert dialog.screen.query_one("#approve").display


async def test_of_several_questions_one_is_chosen(tmp_path: Path) -> None:
    questions = [
        Asking(n, "", f"{n}.a", f"role_{n}", "company", "", f"Question {n}?") for n in range(3)
    ]
    async with Dialog(AnswerScreen(tmp_path, asking(*questions))) as dialog:
        dialog.screen.query_one(Choice).focus()
        await dialog.press("j", "enter")
        assert "Question 1?" in str(dialog.screen.query_one("#question", PlainStatic).render())
        assert dialog.app.focused is dialog.screen.query_one(TextArea)
        await dialog.press("x", "ctrl+s")
        assert "Nobody works on" in dialog.said, "this one is a window without a company"


async def test_a_long_question_is_shown_in_full_and_scrolls_while_it_is_answered(
    tmp_path: Path,
) -> None:
    lines = "\n".join(f"line {number}" for number in range(200))
    asked = Asking(1, "", "1.a", "human", "company", "", lines)
    async with Dialog(AnswerScreen(tmp_path, asking(asked))) as dialog:
        assert dialog.is_wholly_on_the_screen("#frame", "#words", "#approve", "#do")
        box = dialog.screen.query_one("#frame")
        assert box.max_scroll_y > 150
        await dialog.press("ctrl+down", "ctrl+down")
        assert box.scroll_offset.y > 10
        assert dialog.app.focused is dialog.screen.query_one(TextArea)
        await dialog.press("ctrl+up", "ctrl+up")
        assert box.scroll_offset.y == 0


async def test_a_hostile_question_is_harmless(tmp_path: Path) -> None:
    hostile = "\x1b]52;c;x\x07[@click=app.quit]here[/] \u202e [/foo]"
    questions = [Asking(n, "", f"{n}.a", "\x1b[2J[red]", "company", "", hostile) for n in range(2)]
    async with Dialog(AnswerScreen(tmp_path, asking(*questions))) as dialog:
        text = "\n".join(dialog.app.shown)
        assert "[@click=app.quit]here[/]" in text
        assert not {"\x1b", "\x07", "\u202e"} & set(text)


async def test_without_a_question_there_is_nothing_to_answer(tmp_path: Path) -> None:
    async with Dialog(AnswerScreen(tmp_path, asking())) as dialog:
        assert "Nobody waits" in dialog.said
        await dialog.press("x", "ctrl+s")
        assert "Nobody waits" in dialog.said
        await dialog.press("escape")
        assert dialog.results == [None]


async def finished(folder: Path) -> Path:
    """The journal of a run that is over."""
    chain_of(folder, work={"yields": FILES})
    async with ScriptedProvider([PROGRAM]) as provider, steered(folder, provider) as run:
        ended = await run.end()
    return ended.folder / FILE_NAME


async def interrupted(folder: Path) -> RunState:
    """A run that ends in the middle."""
    return state_after(read_events(await finished(folder))[:-1])
