"""Calls of tools that a person allows one by one, by the rules of the run."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from company.company import Company
from company.engine.resources import open_resources
from company.engine.run import Run
from company.engine.signals.questions import AbsentPerson
from company.engine.tool_approval import NOBODY
from company.errors import ConfigurationError, ProviderError
from company.remote.commands import Answer
from company.run_options import RunRequest, arguments, read_options
from tests.support.hands import DONE, PROGRAM, call, company_with_hands
from tests.support.houses import only_journal, prompts, work, write_cards
from tests.support.scripted_company import file_block
from tests.support.scripted_provider import Reply, ScriptedProvider
from tests.support.steering import steered
from warehouse.history.entries import Said, ToolCalled
from warehouse.history.format.lines import lines_of
from warehouse.history.transcript import transcript

LIST = call("list")
ASK = {"list": "ask"}


class Follower:
    """A person who answers one after the other, and remembers what was asked."""

    def __init__(self, *answers: str) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []

    async def answer(self, role: str, question: str) -> str:
        assert role == "Person"
        self.asked.append(question)
        return self._answers.pop(0)


async def told(
    folder: Path, *replies: Any, rules: Mapping[str, str], person: Follower | None = None
) -> list[str]:
    """What the maker was told after each of the replies but the last."""
    company_with_hands(folder / "cards")
    async with ScriptedProvider([*replies]) as provider:
        await work(folder, provider, approve=rules, person=person)
    return [each[-1] for each in prompts(provider)[1:]]


def calls(folder: Path) -> list[tuple[str, bool]]:
    entries = transcript(only_journal(folder))
    return [(each.tool, each.ok) for each in entries if isinstance(each, ToolCalled)]


async def test_a_person_is_shown_the_call_and_allows_it(tmp_path: Path) -> None:
    person = Follower("ok")
    (answer,) = await told(
        tmp_path, PROGRAM + call("list", only="*.py"), DONE, rules=ASK, person=person
    )
    (question,) = person.asked
    assert question.startswith("The Maker wants to use list:\n\nonly: *.py\n\nMay it?")
    assert answer.endswith("main.py (4 lines)")
    assert calls(tmp_path) == [("edit", True), ("list", True)]


async def test_a_refusal_is_told_in_the_person_s_words_and_nothing_is_done(tmp_path: Path) -> None:
    person = Follower("Leave main.py alone", "use 'total'\nnot 'sum'")
    answers = await told(
        tmp_path,
        PROGRAM + call("edit", path="main.py", search="print(double(21))", replace="print(1)"),
        file_block("other.py", "x = 1\ny = 2") + LIST,
        file_block("last.py", "1"),
        rules={"edit": "ask"},
        person=Follower("ok", *person._answers),
    )
    assert "did not allow this call. They say: Leave main.py alone" in answers[0]
    assert answers[1].endswith(
        "They say: use 'total'\nnot 'sum'\n\nlist comes to:\nmain.py (4 lines)"
    )
    assert calls(tmp_path) == [("edit", True), ("edit", False), ("edit", False), ("list", True)]


async def test_what_is_written_beside_a_call_is_shown_whole(tmp_path: Path) -> None:
    person = Follower("ok")
    await told(tmp_path, PROGRAM + LIST, DONE, rules={"edit": "ask"}, person=person)
    (question,) = person.asked
    assert "path: main.py\ntext:\n  def double(n):\n      return n + n\n" in question


async def test_a_tool_may_be_allowed_for_the_rest_of_a_talk(tmp_path: Path) -> None:
    person = Follower("Always", "no")
    answers = await told(
        tmp_path, PROGRAM + LIST + LIST, LIST + call("search", pattern="n"), DONE,
        rules={"*": "ask", "edit": "always"}, person=person,
    )  # fmt: skip
    assert [each.split(":")[0] for each in person.asked] == [
        "The Maker wants to use list",
        "The Maker wants to use search",
    ]
    assert answers[1].count("main.py (4 lines)") == 1
    assert "They say: no" in answers[1]


async def test_what_is_never_allowed_is_told_and_nobody_is_asked(tmp_path: Path) -> None:
    (answer,) = await told(
        tmp_path, PROGRAM + LIST, DONE, rules={"list": "never"}, person=Follower()
    )
    assert answer.endswith("Nothing was done: list is not to be used in this run.")
    (refused,) = [
        e for e in transcript(only_journal(tmp_path)) if isinstance(e, ToolCalled) and not e.ok
    ]
    assert ", not made)" in lines_of(refused)[0]


async def test_where_nobody_is_there_the_call_is_not_made(tmp_path: Path) -> None:
    (answer,) = await told(tmp_path, PROGRAM + LIST, DONE, rules=ASK)
    assert answer.endswith(f"They say: {NOBODY}")
    assert calls(tmp_path) == [("edit", True), ("list", False)]


async def test_a_run_taken_up_again_asks_nothing_twice(tmp_path: Path) -> None:
    company_with_hands(tmp_path / "cards")
    first, second = Follower("no"), Follower("ok")
    async with ScriptedProvider([PROGRAM + LIST, Reply(fault="leaky"), LIST, DONE]) as provider:
        with pytest.raises(ProviderError):
            await work(tmp_path, provider, approve=ASK, person=first)
        async with open_resources("none", second) as resources:
            (folder,) = (tmp_path / "products").iterdir()
            await Run.reopen(folder, resources).work()
    assert (len(first.asked), len(second.asked)) == (1, 1)
    assert calls(tmp_path) == [("edit", True), ("list", False), ("list", True)]


async def test_a_question_can_be_answered_by_mail(tmp_path: Path) -> None:
    """As the window does it; an answer to another question is none to this one."""
    company_with_hands(tmp_path / "cards")
    async with (
        ScriptedProvider([PROGRAM + LIST + LIST, DONE]) as provider,
        steered(tmp_path, provider, approve=ASK, person=AbsentPerson()) as run,
    ):
        (asked, *_) = await run.until_there_are(lambda e: e.where.endswith("/approval-1"))
        run.ask(Answer(asked.where, "ok"))
        (then, *_) = await run.until_there_are(lambda e: e.where.endswith("/approval-2"))
        run.ask(Answer(asked.where, "ok"))
        await run.until("note")
        run.ask(Answer(then.where, "rather not"))
        await run.end()
    entries = transcript(run.events)
    said = [each.text for each in entries if isinstance(each, Said) and each.speaker == "person"]
    assert said == ["ok", "rather not"]
    assert calls(tmp_path) == [("edit", True), ("list", True), ("list", False)]


async def test_rules_are_a_run_s_and_a_company_s_and_in_no_journal_that_has_none(
    tmp_path: Path,
) -> None:
    company_with_hands(tmp_path / "cards")
    card = {
        "title": "By hand",
        "chain": "tiny",
        "defaults": {"approve": {"run": "ask", "docs": "never"}},
    }
    plain = Company.load("tiny", model="lmstudio:m", overlay=tmp_path / "cards")
    write_cards(tmp_path / "cards", "companies", tiny=card)
    careful = Company.load("tiny", model="lmstudio:m", overlay=tmp_path / "cards")

    assert "approve" not in (await plain.spec("a clock")).frozen("a")
    spec = await careful.spec("a clock", approve=("docs=always", "edit=ask"))
    assert spec.frozen("a")["approve"] == {"run": "ask", "docs": "always", "edit": "ask"}
    request = read_options(RunRequest, {"task": "a clock", "approve": ("run=ask",)})
    assert list(arguments(request)) == ["--approve=run=ask"]
    for wrong, complaint in (
        ("rum=ask", "There is no tool 'rum' — did you mean 'run'"),
        ("run", "--approve 'run' is not TOOL=RULE, as in run=ask"),
        ("run=maybe", "--approve maybe is no rule: input should be 'always', 'ask' or 'never'"),
    ):
        with pytest.raises(ConfigurationError) as raised:
            await careful.spec("a clock", approve=(wrong,))
        assert complaint in str(raised.value)
