"""What a role reaches besides the product: colleagues, the notebook, its plan. Each is an effect or an event."""

from pathlib import Path
from typing import Any

import pytest

from company.cards.company_card import RunLimits
from company.engine.resources import open_resources
from company.engine.run import Run
from company.errors import BudgetReached
from tests.support.forks import fork
from tests.support.hands import (
    DONE,
    HANDED_ON,
    HELP,
    OFFICE,
    PROGRAM,
    call,
    company_with_a_helper,
    company_with_hands,
    side_by_side,
)
from tests.support.houses import only_journal, prompts, work, write_cards
from tests.support.scripted_company import file_block
from tests.support.scripted_provider import ScriptedProvider
from warehouse.events import (
    CompletionStarted,
    LineNoted,
    PlanItem,
    PlanMade,
    ToolEnded,
    ToolStarted,
)
from warehouse.history.entries import Said
from warehouse.history.transcript import transcript
from warehouse.journal.journal import FILE_NAME, read_events

FIRST, SECOND = file_block("first.py", "1"), file_block("second.py", "2")


async def told(
    folder: Path, *replies: str, tools: list[str] = OFFICE, **limits: Any
) -> tuple[list[str], Run]:
    """What the maker was told after each of its replies but the last, and the run."""
    company_with_hands(folder / "cards", tools=tools, **limits)
    async with ScriptedProvider([*replies]) as provider:
        run = await work(folder, provider)
    return [each[-1] for each in prompts(provider)[1:]], run


def called(folder: Path) -> list[str]:
    """The calls of tools that were recorded, by their names."""
    data = (event.data for event in only_journal(folder))
    return [each.request.tool for each in data if isinstance(each, ToolStarted)]


async def test_a_colleague_is_asked_one_question_and_its_answer_is_told(tmp_path: Path) -> None:
    asks = call("ask", colleague="cto", question="In cents?")
    (asked, answered), run = await told(tmp_path, PROGRAM + asks, "Yes, in cents.", DONE)

    assert asked.startswith("The Maker".removeprefix("The ") + " works on the task below")
    assert "Task:\na clock" in asked
    assert "return n + n" in asked, "the program as it is in the hands of the maker"
    assert asked.endswith("The question:\nIn cents?")
    assert answered.endswith(
        "ask cto In cents? comes to:\nChief Technology Officer answers:\nYes, in cents."
    )
    assert run.usage.calls == 3


async def test_the_journal_tells_who_answered_whom_and_the_commit_counts_its_tokens(
    tmp_path: Path,
) -> None:
    asks = call("ask", colleague="Chief Technology Officer", question="In cents?")
    _, run = await told(tmp_path, PROGRAM + asks, "Yes.", DONE)

    said = [entry for entry in transcript(only_journal(tmp_path)) if isinstance(entry, Said)]
    assert [(each.speaker, each.listener) for each in said] == [
        ("maker", "cto"), ("cto", "maker"), ("maker", "cto")
    ]  # fmt: skip
    assert said[1].where == "1.make/turn-1/tool-1/ask-1"
    (commit,) = run.product.log()
    used = run.usage.prompt_tokens, run.usage.completion_tokens
    assert commit.trailers["Softhouse-Tokens"] == f"{used[0]} prompt, {used[1]} completion"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"colleague": "nobody", "question": "Why?"}, "'nobody' is none of your colleagues: cto (Chief Technology Officer)."),
        ({"colleague": "maker", "question": "Why?"}, "'maker' is none of your colleagues: cto"),
        ({"colleague": "x" * 1_000_000, "question": "Why?"}, "'xxx"),
        ({"colleague": "\x1b]52;c;aGk=\x07", "question": "Why?"}, "'\\x1b]52;"),
        ({"colleague": "cto", "question": ""}, "the question is empty"),
        ({"colleague": "cto", "question": "\x00\x07 \u202e\n"}, "the question is empty"),
        ({"colleague": "cto", "question": "why " * 250_000}, "'question': String should have at most 4000 characters"),
        ({"colleague": "cto"}, "'question': Field required"),
    ],
)  # fmt: skip
async def test_who_cannot_be_asked_is_told_and_nobody_is(
    tmp_path: Path, arguments: dict[str, str], complaint: str
) -> None:
    (answer,), run = await told(tmp_path, PROGRAM + call("ask", **arguments), DONE)

    assert complaint in answer
    assert len(answer) < 1_000
    assert run.usage.calls == 2


async def test_a_question_drives_no_terminal_and_hides_nothing(tmp_path: Path) -> None:
    asks = call("ask", colleague="cto", question="In\x1b]52;c;aGk=\x07 cents\u202e?")
    (asked, _), _ = await told(tmp_path, PROGRAM + asks, "Yes.", DONE)
    assert asked.endswith("The question:\nIn cents<U+202E>?")


async def test_what_is_noted_is_in_the_prompts_of_later_phases_of_roles_that_note(
    tmp_path: Path,
) -> None:
    company_with_hands(tmp_path / "cards", tools=OFFICE)
    write_cards(tmp_path / "cards", "chains", tiny={"steps": ["make", "manual", "make"]})
    noted = call("note", text="Amounts are\nin {cents}\x07.") + call("note")
    async with ScriptedProvider([PROGRAM + noted, DONE, "# Manual\n\nIt ticks.", HELP]) as provider:
        await work(tmp_path, provider)

    first, answer, manual, later = prompts(provider)
    assert "notebook:" not in first[-1]
    assert answer[-1].endswith(
        "It is written down, as line 1.\n\nnote comes to:\n- Maker: Amounts are in {cents}␇."
    )
    assert "notebook:" not in manual[-1], "its role has no use for it"
    assert "The company's notebook:\n- Maker: Amounts are in {cents}␇.\n\n" in later[-1]
    (line,) = [e.data for e in only_journal(tmp_path) if isinstance(e.data, LineNoted)]
    assert line == LineNoted("maker", "Amounts are in {cents}␇.")


async def test_of_a_long_notebook_the_newest_lines_are_shown(tmp_path: Path) -> None:
    company_with_hands(tmp_path / "cards", tools=OFFICE, calls=100)
    write_cards(tmp_path / "cards", "chains", tiny={"steps": ["make", "make"]})
    lines = "".join(call("note", text=f"{n:02} {'x' * 90}") for n in range(60))
    async with ScriptedProvider([PROGRAM + lines + call("note"), DONE, HELP]) as provider:
        await work(tmp_path, provider)

    shown = prompts(provider)[2][-1].partition("notebook:\n")[2].partition("\n\n")[0]
    assert shown.startswith("[… 41 earlier lines]\n- Maker: 41 ")
    assert len(shown) < 2_100
    read = prompts(provider)[1][-1].partition("note comes to:\n")[2]
    assert "earlier lines]\n" in read
    assert read.endswith(f"- Maker: 59 {'x' * 90}")


async def test_what_is_noted_side_by_side_is_in_the_order_of_the_branches(tmp_path: Path) -> None:
    """Whoever noted first: a run that is walked again writes the same prompts."""
    company_with_hands(tmp_path / "cards", tools=OFFICE)
    steps = ["make", {"parallel": {"steps": ["make", "make"]}}, "make"]
    write_cards(tmp_path / "cards", "chains", tiny={"steps": steps})

    def reply(called: Any) -> str:
        fresh = len(called.body["messages"]) == 2
        return HELP + call("note", text=str(called.body["seed"])) if fresh else DONE

    async with ScriptedProvider([reply]) as provider:
        run = await work(tmp_path, provider)
    async with open_resources("none") as resources:
        rehearsal = await Run.recorded(run.folder, resources).rehearse()

    assert rehearsal.unasked == []
    assert rehearsal.ending is not None
    last = [each[-1] for each in prompts(provider) if each[-1].startswith("By hand: ")][-1]
    assert last.count("- Maker: ") == 3


async def test_a_plan_is_made_ticked_and_kept_as_events(tmp_path: Path) -> None:
    makes = call("plan", items="write it\n\n  run it  ") + call("plan", done=1)
    (answer,), _ = await told(tmp_path, PROGRAM + makes + call("plan", done=1), DONE)

    assert answer.endswith("1. [x] write it\n2. [ ] run it")
    plans = [e.data for e in only_journal(tmp_path) if isinstance(e.data, PlanMade)]
    assert plans == [
        PlanMade("maker", (PlanItem("write it"), PlanItem("run it"))),
        PlanMade("maker", (PlanItem("write it", done=True), PlanItem("run it"))),
    ]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"done": 1}, "Nothing was ticked: the plan has 0 items."),
        ({"done": 0}, "'done': Input should be greater than or equal to 1"),
        ({"items": "\n".join("x" * 31)}, "A plan has at most 30 items; you gave 31."),
        ({"items": "x" * 9_000}, "'items': String should have at most 8000"),
        ({"items": " \n\u2028"}, "There is no plan. Give its `items`, a line each."),
    ],
)  # fmt: skip
async def test_a_plan_that_is_none_is_told(
    tmp_path: Path, arguments: dict[str, Any], complaint: str
) -> None:
    (answer,), _ = await told(tmp_path, PROGRAM + call("plan", **arguments), DONE)
    assert complaint in answer
    assert not [e for e in only_journal(tmp_path) if isinstance(e.data, PlanMade)]


async def test_a_colleague_does_part_of_the_work_on_a_branch_of_its_own(tmp_path: Path) -> None:
    company_with_a_helper(tmp_path / "cards")
    replies = [PROGRAM + HANDED_ON, HELP + call("list"), DONE, call("read", path="util.py"), DONE]
    async with ScriptedProvider(replies) as provider:
        run = await work(tmp_path, provider)

    _, handed_on, listed, done, read = (each for each in prompts(provider))
    assert "The Lead hands a part of the work on to you." in handed_on[-1]
    assert "Your part: Write {{ util }}.py." in handed_on[-1]
    assert "return n + n" in handed_on[-1], "it begins with what the lead has in hand"
    assert '"tool": "delegate"' not in handed_on[-1], "nobody delegates what was delegated"
    assert listed[-1].endswith("main.py (4 lines)\nutil.py (2 lines)")
    assert done[-1].endswith("Helper is done. Files changed: util.py.")
    assert "2:     return n / 2" in read[-1]
    assert sorted(run.product.files()) == ["main.py", "util.py"]
    (commit,) = run.product.log()
    assert "delegate helper: Write {{ util }}.py." in commit.trailers["Softhouse-Tools"]
    places = [e.where for e in only_journal(tmp_path) if isinstance(e.data, CompletionStarted)]
    assert places[1:3] == [
        "1.together/turn-1/tool-1/delegate-1/turn-1",
        "1.together/turn-1/tool-1/delegate-1/turn-1/tool-1/reply",
    ]


async def test_a_delegate_is_held_to_limits_of_its_own_and_cannot_delegate(tmp_path: Path) -> None:
    company_with_a_helper(tmp_path / "cards", delegate={"calls": 1})
    replies = [
        PROGRAM + HANDED_ON, HELP + HANDED_ON, call("list"), DONE, call("read", path="util.py"), DONE
    ]  # fmt: skip
    async with ScriptedProvider(replies) as provider:
        await work(tmp_path, provider)

    told = [each[-1] for each in prompts(provider)]
    assert "You have no tool 'delegate'" in told[2]
    assert told[3] == "No call is left. Answer now, without tools."
    assert "2:     return n / 2" in told[5], "the lead has calls left"


async def test_a_delegate_that_brings_nothing_is_told_and_changes_nothing(tmp_path: Path) -> None:
    company_with_a_helper(tmp_path / "cards")
    async with ScriptedProvider([PROGRAM + HANDED_ON, DONE, DONE, DONE, DONE]) as provider:
        run = await work(tmp_path, provider)

    assert "Helper could not do it. The talk ended without a conclusion" in prompts(provider)[4][-1]
    assert sorted(run.product.files()) == ["main.py"]


async def test_two_colleagues_change_one_file_side_by_side_and_both_changes_are_kept(
    tmp_path: Path,
) -> None:
    company_with_a_helper(tmp_path / "cards")
    both = side_by_side(
        ("def double(n):", "def twice(n):"), ("print(double(21))", "print(twice(21))")
    )
    async with both as provider:
        run = await work(tmp_path, provider)

    assert run.product.files() == {
        "main.py": b"def twice(n):\n    return n + n\n\nprint(twice(21))\n"
    }
    told = [each[-1] for each in prompts(provider) if "Helper is done" in each[-1]]
    assert told[0].count("Helper is done. Files changed: main.py.") == 2
    assert "Helper and a parallel branch both changed main.py: both changes were kept." in told[0]
    places = {e.where for e in only_journal(tmp_path) if isinstance(e.data, CompletionStarted)}
    assert {f"1.together/turn-1/tool-1/delegate-{number}/turn-1" for number in (1, 2)} <= places


async def test_what_two_colleagues_do_to_the_same_lines_is_told(tmp_path: Path) -> None:
    company_with_a_helper(tmp_path / "cards")
    line = "    return n + n"
    async with side_by_side((line, "    return 2 * n"), (line, "    return n << 1")) as provider:
        run = await work(tmp_path, provider)

    assert b"return n << 1" in run.product.files()["main.py"]
    told = [each[-1] for each in prompts(provider) if "Helper is done" in each[-1]]
    assert "Helper overwrote main.py, which a parallel branch changed too." in told[0]


@pytest.mark.parametrize(
    ("parts", "complaint"),
    [
        ("", "a part begins with one of your colleagues and a colon: helper (Helper)."),
        ("nobody: Write it.", "a part begins with one of your colleagues"),
        ("lead: Write it.", "a part begins with one of your colleagues"),
        ("helper: \x00\x1b[2J", "a part is not described"),
        ("helper: Write it.\nHelper:\n", "a part is not described"),
        ("helper: Write it.\n" * 5, "at most 4 parts can be; you gave 5."),
        ("helper: " + "write " * 40_000, "'parts': String should have at most 12000 characters"),
    ],
)
async def test_what_cannot_be_handed_on_is_told_and_nobody_works(
    tmp_path: Path, parts: str, complaint: str
) -> None:
    company_with_a_helper(tmp_path / "cards")
    async with ScriptedProvider([PROGRAM + call("delegate", parts=parts), DONE]) as provider:
        run = await work(tmp_path, provider)

    assert complaint in prompts(provider)[1][-1]
    assert run.usage.calls == 2


class Helpful:
    """A person who says yes."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def answer(self, role: str, question: str) -> str:
        self.asked.append(f"{role}: {question}")
        return "Yes."


async def test_a_colleague_who_is_a_person_is_asked_and_given_no_work(tmp_path: Path) -> None:
    company_with_a_helper(tmp_path / "cards")
    reply = PROGRAM + call("ask", colleague="helper", question="In cents?") + HANDED_ON
    person = Helpful()
    async with ScriptedProvider([reply, DONE]) as provider:
        await work(tmp_path, provider, human_roles={"helper"}, person=person)

    assert person.asked == ["Helper: The Lead asks you: In cents?"]
    told = prompts(provider)[1][-1]
    assert "Helper answers:\nYes." in told
    assert told.endswith("Helper is a person, who can only be asked.")


async def test_a_limit_of_the_run_holds_before_a_colleague_is_asked(tmp_path: Path) -> None:
    company_with_a_helper(tmp_path / "cards")
    asks = call("ask", colleague="helper", question="In cents?")
    async with ScriptedProvider([PROGRAM + asks, "Yes.", DONE]) as provider:
        with pytest.raises(BudgetReached):
            await work(tmp_path, provider, limits=RunLimits(calls=1))
        async with open_resources("none") as resources:
            (folder,) = (tmp_path / "products").iterdir()
            await Run.reopen(folder, resources, limits=RunLimits(calls=3)).work()

    assert len(provider.calls) == 3
    assert called(tmp_path) == ["edit", "ask"]


async def test_a_run_with_colleagues_leads_to_the_recorded_end(tmp_path: Path) -> None:
    company_with_a_helper(tmp_path / "cards")
    write_cards(tmp_path / "cards", "chains", tiny={"steps": ["together", "together"]})
    asks = call("ask", colleague="helper", question="In cents?")
    reply = PROGRAM + call("plan", items="one") + call("note", text="two") + asks + HANDED_ON
    replies = [reply, "Yes.", HELP + call("note", text="three"), DONE, DONE, FIRST, SECOND]
    async with ScriptedProvider(replies) as provider:
        run = await work(tmp_path, provider)
        async with open_resources("none") as resources:
            rehearsal = await Run.recorded(run.folder, resources).rehearse()
        forked = await fork(run, "2.together", {"phases.together.prompt": "Anew: {{ task }}"})

    assert rehearsal.ending is not None
    assert rehearsal.unasked == []
    assert len(provider.calls) == 7
    assert prompts(provider)[-1][-1].startswith("Anew: a clock")
    assert "- Lead: two\n- Helper: three" in prompts(provider)[-1][-1]
    past = read_events(forked.folder / FILE_NAME)
    assert sum(isinstance(event.data, ToolEnded) for event in past) == 5 + 2
