"""A fault that a check names the line of is mended in its lines; the rest of the file stays."""

from pathlib import Path

import pytest

from company.deliverables.kind import Bounds, DeliverableKind, Lines, Unreadable, deliverable_kind
from company.engine.context.fault import passage_of_fault
from company.engine.state import State
from company.engine.workspace.execution import Execution
from company.spec import Task
from phases.yields import PassageYield, Yields
from tests.support.houses import prompts, work
from tests.support.scripted_company import file_block
from tests.support.scripted_provider import ScriptedProvider
from warehouse.events import CheckRecord

TIPS = (
    "def main():\n    total = 50\n    print(total)\n    print(tip)\n    print('thanks')\n\nmain()\n"
)


def passage(first: int, last: int) -> DeliverableKind:
    lines = Bounds(passage=Lines("main.py", TIPS, first, last))
    return deliverable_kind(Yields(passage=PassageYield())).within(lines)


def state_after(output: str, name: str = "syntax", path: str = "main.py") -> State:
    check = CheckRecord(name, ok=False, output=output)
    return State(Task("t"), files={path: TIPS.encode()}, execution=Execution("", (check,)))


@pytest.mark.parametrize(
    "reply",
    [
        "```python\n    print(total)\n    print(total * 2)\n```",
        "Sure:\n```\nprint(total)\nprint(total * 2)\n```\nIt is defined now.",
    ],
)
def test_new_lines_stand_where_the_old_ones_were_and_as_deep(reply: str) -> None:
    delivery = passage(3, 4).read(reply, {"main.py": TIPS})
    assert delivery.files == {"main.py": TIPS.replace("print(tip)", "print(total * 2)")}


@pytest.mark.parametrize(
    ("reply", "complaint"),
    [
        ("print(total)", "holds no block"),
        (
            file_block("main.py", TIPS * 3),
            "Write only what is to stand in the place of the 2 lines",
        ),
    ],
)
def test_what_are_no_lines_in_their_place_goes_back(reply: str, complaint: str) -> None:
    with pytest.raises(Unreadable, match=complaint):
        passage(3, 4).read(reply, {"main.py": TIPS})


@pytest.mark.parametrize(
    ("output", "lines"),
    [
        ("main.py:4: NameError: name 'tip' is not defined", (2, 5)),
        ("./main.py:1:7: undefined", (1, 2)),
        ('  File "/box/main.py", line 7, in <module>\n  File "/box/main.py", line 4, in main\n'
         '  File "/usr/lib/python3/json.py", line 3, in loads\nValueError', (2, 5)),
        ("main.py:400: no such line", None),
        ("other.py:1: not of the program", None),
        ("Segmentation fault", None),
    ],
)  # fmt: skip
def test_the_line_is_the_one_that_the_check_names(
    output: str, lines: tuple[int, int] | None
) -> None:
    expected = lines and Lines("main.py", TIPS, *lines)
    assert passage_of_fault(state_after(output)) == expected


def test_the_line_of_a_failing_test_is_no_fault_of_the_program() -> None:
    assert passage_of_fault(state_after("main.py:4: AssertionError", "tests")) is None


async def test_a_company_is_shown_the_lines_alone_and_mends_them(tmp_path: Path) -> None:
    mended = "```python\n    total = 50\n    print(total)\n    print(total / 5)\n```"
    async with ScriptedProvider([file_block("main.py", TIPS), mended, "no tests"]) as provider:
        run = await work(tmp_path, provider, "pair", sandbox="bubblewrap")

    asked = prompts(provider)[1][-1]
    assert "The fault is in these lines:\n### main.py\n```py" in asked
    assert asked.split("these lines:")[1].split("```")[1].splitlines()[1:] == [
        "    total = 50", "    print(total)", "    print(tip)", "    print('thanks')",
    ]  # fmt: skip
    assert b"    print(total / 5)\n" in run.product.files()["main.py"]
    assert next(entry.subject for entry in run.product.log()).startswith("Mending lines")


async def test_a_fault_without_a_line_is_looked_for_as_ever(tmp_path: Path) -> None:
    async with ScriptedProvider([file_block("main.py", "raise SystemExit(7)"), "?"]) as provider:
        await work(tmp_path, provider, "pair", sandbox="bubblewrap")
    assert "Which file is wrong" in prompts(provider)[1][-1]
