"""`softhouse why` names the call of a tool behind every line that one wrote."""

import re
from pathlib import Path
from typing import Any

from company.engine.run import Run
from tests.support.command_line import Softhouse
from tests.support.hands import DONE, call, company_with_hands
from tests.support.houses import work, write_cards
from tests.support.scripted_company import file_block
from tests.support.scripted_provider import ScriptedProvider
from tests.support.why import told

MAIN = "".join(f"line_{number} = {number}  # beside\n" for number in range(40))
GENERATE = 'for i in $(seq 30); do echo "T$i = $i  # generated"; done > table.py'
REPLACE = "sed -i 's/^line_9 = .*/line_9 = 99  # sed/' main.py"
MAKING = [
    file_block("main.py", MAIN) + call("run", command=GENERATE),
    call("edit", path="main.py", search="line_5 = 5  # beside", replace="five = 5  # edit\nmore = 6  # edit")
    + call("edit", path="main.py", search="more = 6  # edit", replace="more = 7  # mended"),
    call("run", command=REPLACE) + call("edit", path="main.py", search="nowhere", replace="x"),
    DONE,
]  # fmt: skip
POLISHING = [
    call("edit", path="main.py", search="line_0 = 0  # beside", replace='"""Lines."""  # polish\n\nline_0 = 0  # beside')
    + call("edit", path="main.py", search="line_30 = 30  # beside\nline_31 = 31  # beside", replace="line_31 = 31  # beside"),
    call("run", command="sed -i 's/T7 = 7  # generated/T7 = 0  # again/' table.py"),
    file_block("notes.md", "Read it. # reply"),
]  # fmt: skip
TRUTH: dict[str, tuple[str, str]] = {
    "beside": ("1.make", "edit main.py"),
    "generated": ("1.make", f"run {GENERATE}"),
    "edit": ("1.make", "edit main.py line_5 = 5  # beside five = 5  # edit\nmore = 6  # edit"),
    "mended": ("1.make", "edit main.py more = 6  # edit more = 7  # mended"),
    "sed": ("1.make", f"run {REPLACE}"),
    "polish": ("2.polish", 'edit main.py line_0 = 0  # beside """Lines."""  # polish\n\nline_0 = 0  # beside'),
    "again": ("2.polish", "run sed -i 's/T7 = 7  # generated/T7 = 0  # again/' table.py"),
    "reply": ("2.polish", ""),
}  # fmt: skip
"""The phase and the call that wrote the lines that end in such a word."""


async def built(folder: Path) -> Run:
    """Two phases of one maker, with tools."""
    company_with_hands(folder / "cards")
    talk = {"instructor": "cto", "assistant": "maker"}
    polish = {"title": "Polish", "prompt": "Polish {{ task }}", "sees": ["task"], "talk": talk}
    write_cards(folder / "cards", "phases", polish={**polish, "yields": {"files": {}}})
    write_cards(folder / "cards", "chains", tiny={"steps": ["make", "polish"]})
    async with ScriptedProvider([*MAKING, *POLISHING]) as provider:
        return await work(folder, provider, sandbox="bubblewrap")


def words(made: dict[str, Any]) -> str:
    return " ".join([made["tool"], *map(str, made["arguments"].values())])


async def test_every_line_knows_its_call_through_later_edits(
    tmp_path: Path, softhouse: Softhouse
) -> None:
    run = await built(tmp_path)
    lines = 0
    for path, content in run.product.files().items():
        named = {
            number: (share["origin"]["step"].removesuffix("/commit"), words(made))
            for share in told(softhouse, "last", path)["shares"]
            for made in share["calls"]
            for first, last in made["lines"]
            for number in range(first, last + 1)
        }
        for number, text in enumerate(content.decode().splitlines(), 1):
            tag = re.search(r"# (\w+)$", text)
            step, call_ = TRUTH[tag[1] if tag else "polish"]
            expected = (step, call_) if call_ else None
            assert named.get(number) == expected, f"{path}:{number} {text}"
            lines += 1
    assert lines >= 60

    mended = told(softhouse, "last", "main.py:9")
    assert mended["text"] == "more = 7  # mended"
    assert words(mended["call"]) == TRUTH["mended"][1]
    assert mended["talk"]["reply"] == MAKING[1]
    answer = softhouse("why", "last", "main.py:9")
    assert answer.code == 0, answer.err
    shown = answer.out
    assert "Maker uses edit main.py more = 6 # edit more = 7 # mended (0.0 s)" in shown
    assert "  > more = 7  # mended" in shown, "found in what the call was given"
    table = softhouse("why", "last", "table.py").out
    assert re.search(r"run sed -i .*: 7\n", table)
    assert told(softhouse, "last", "notes.md:1")["call"] is None
