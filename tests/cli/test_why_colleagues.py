"""`softhouse why` of lines that several roles wrote into one file: side by side, or one for the other."""

from pathlib import Path

from tests.support.command_line import Softhouse
from tests.support.hands import (
    DONE,
    HANDED_ON,
    HELP,
    PROGRAM,
    call,
    company_with_a_helper,
    company_with_hands,
    side_by_side,
)
from tests.support.houses import work, write_cards
from tests.support.scripted_provider import Call, ScriptedProvider
from tests.support.why import told


async def test_lines_that_were_merged_belong_to_who_wrote_them(
    tmp_path: Path, softhouse: Softhouse
) -> None:
    company_with_hands(tmp_path / "cards")
    talk = {"instructor": "cto", "assistant": "maker"}
    common = {"sees": ["task"], "talk": talk, "yields": {"files": {}}}
    for name in ("top", "end"):
        card = {"title": name, "prompt": f"The {name}: {{{{ task }}}}", **common}
        write_cards(tmp_path / "cards", "phases", **{name: card})
    steps = ["make", {"parallel": {"steps": ["top", "end"]}}]
    write_cards(tmp_path / "cards", "chains", tiny={"steps": steps})
    changes = {
        "The top": call("edit", path="main.py", search="def double(n):", replace="def twice(n):"),
        "The end": call("edit", path="main.py", search="print(double(21))", replace="print(4)"),
        "By hand": PROGRAM,
    }

    def reply(asked: Call) -> str:
        return next((made for words, made in changes.items() if asked.user.startswith(words)), DONE)

    async with ScriptedProvider([reply]) as provider:
        run = await work(tmp_path, provider)

    assert run.product.files()["main.py"] == (b"def twice(n):\n    return n + n\n\nprint(4)\n")
    steps = [told(softhouse, "last", f"main.py:{line}")["origin"]["step"] for line in (1, 2, 4)]
    assert steps == ["2.parallel/top/commit", "1.make/commit", "2.parallel/end/commit"]


async def test_a_line_of_a_delegate_is_its_calls(tmp_path: Path, softhouse: Softhouse) -> None:
    company_with_a_helper(tmp_path / "cards")
    edit = call("edit", path="main.py", search="    return n + n", replace="    return 2 * n")
    reading = call("read", path="main.py")
    async with ScriptedProvider(
        [PROGRAM + HANDED_ON, HELP + edit, DONE, reading, DONE]
    ) as provider:
        await work(tmp_path, provider)

    def call_behind(line: str) -> tuple[str, str]:
        made = told(softhouse, "last", line)["call"]
        return made["where"], f"{made['speaker']} {made['tool']} {made['arguments']['path']}"

    delegate = "1.together/turn-1/tool-1/delegate-1/turn-1/tool-1"
    assert call_behind("main.py:2") == (delegate, "helper edit main.py")
    assert call_behind("util.py:2") == (delegate, "helper edit util.py")
    assert call_behind("main.py:1") == ("1.together/turn-1/tool-1", "lead edit main.py")


async def test_lines_of_delegates_side_by_side_are_each_its_own_calls(
    tmp_path: Path, softhouse: Softhouse
) -> None:
    company_with_a_helper(tmp_path / "cards")
    both = side_by_side(
        ("def double(n):", "def twice(n):"), ("print(double(21))", "print(twice(21))")
    )
    async with both as provider:
        await work(tmp_path, provider)

    made = [told(softhouse, "last", f"main.py:{line}")["call"] for line in (1, 2, 4)]
    assert [call["where"].removeprefix("1.together/turn-1/tool-1") for call in made] == [
        "/delegate-1/turn-1/tool-1", "", "/delegate-2/turn-1/tool-1"
    ]  # fmt: skip
