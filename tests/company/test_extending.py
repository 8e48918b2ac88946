"""docs/extending.md: every recipe holds in a copy of the house, with the number of files it says."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs/extending.md").read_text(encoding="utf-8")
PACKAGES = ("roles", "phases", "company", "warehouse", "tui", "softhouse")

USE_A_STEP = """
from phases.chain import Chain
from company.engine.fork.overrides import KEYS
from tests.support.chain_house import House
from tui.run_state.chain_plan import ChainPlan
from warehouse.events import SpecRecord
import asyncio, sys
from pathlib import Path

steps = [{"times": {"name": "again", "max": 2, "steps": ["coding", "coding"]}}]
assert Chain.model_validate({"name": "c", "steps": steps}).model_dump(by_alias=True)["steps"] == steps
assert "repeated" in KEYS
house = House(Path(sys.argv[1]))
asyncio.run(house.walk(*steps))
assert house.performed == [
    f"1.again/time-{n}/{name}" for n in (1, 2) for name in ("coding", "coding~2")
], house.performed
(again, _) = ChainPlan(SpecRecord(chain="c", company={"chains": {"c": {"steps": steps}}})).top()
assert (again.name, again.title, again.repeats) == ("1.again", "Again", True)
"""
USE_A_DELIVERABLE = """
from company.deliverables.kind import Origin
from company.deliverables.registry import deliverable_kind
from company.engine.state import State
from company.spec import Task
from phases.phase import Phase

phase = Phase.model_validate({
    "name": "ask", "title": "Ask", "prompt": "Ask.", "yields": {"questions": 2},
    "talk": {"instructor": "cto", "assistant": "ceo"},
})
assert phase.model_dump(exclude_none=True)["yields"] == {"questions": 2}
kind = deliverable_kind(phase.yields)
delivery = kind.read("Sure:\\nWhich colour?\\nHow many?", {})
state = State(Task("t"))
assert not kind.apply(delivery, Origin("ask", "Ask"), state)
assert state.reports == {"Ask": "Which colour?\\nHow many?"}
"""
USE_A_TOOL = """
import asyncio
from company.engine.effects import Effects
from company.engine.tool_use import ToolUse, how_to_use
from company.tools.tool import Workspace
from phases.phase import ToolLimits
from warehouse.events import RunStarted
from warehouse.journal.journal import SCHEMA, Journal
import sys
from pathlib import Path

journal = Journal.create(Path(sys.argv[1]) / "journal.jsonl")
journal.append(RunStarted(schema=SCHEMA))
files = Workspace({"main.py": "1\\n2\\n"})
use = ToolUse("programmer", ["count"], ToolLimits(), files, Effects(journal))
call = '```tool\\n{"tool": "count", "path": "main.py"}\\n```'
assert asyncio.run(use.answer("1.coding/turn-1/tool-1", call)) == "count main.py comes to:\\n2 lines"
assert "says how many lines a file has" in how_to_use(["count"])
"""
USE_A_TAB = """
import asyncio, sys
from pathlib import Path
from tests.support.products import made_run
from tui.app import Window

run = made_run(Path(sys.argv[1]), {"main.py": b"1\\n"}, {"main.py": b"2\\n"})

async def look() -> str:
    window = Window(run.parent, run)
    async with window.run_test(size=(160, 50)) as pilot:
        await pilot.press("3", "l", "l", "l")
        await pilot.pause()
        rows = window.screen._compositor.render_strips()
        return "\\n".join(row.text for row in rows)

screen = asyncio.run(look())
assert "Authors" in screen and "Programmer: 2 commits" in screen, screen
"""


def recipe(heading: str) -> tuple[int, list[tuple[str, str, str]]]:
    """How many files a recipe says it takes, and its blocks: language, path and text."""
    found = re.search(rf"^## {heading}: (\d+) files\n(.*?)(?=^## |\Z)", TEXT, re.M | re.S)
    assert found is not None
    blocks = re.findall(r"^```(\w+) (\S+)\n(.*?)^```$", found[2], re.M | re.S)
    return int(found[1]), blocks


def follow(block: tuple[str, str, str], house: Path) -> None:
    """Do in a copy of the house what a block of a recipe says."""
    language, name, text = block
    path = house / name
    if language == "python":
        assert not path.exists()
        path.write_text(text, encoding="utf-8")
        return
    for change in text.strip("\n").split("\n\n"):
        lines = change.split("\n")
        before = "".join(f"{line[1:]}\n" for line in lines if line[0] in " -")
        after = "".join(f"{line[1:]}\n" for line in lines if line[0] in " +")
        source = path.read_text(encoding="utf-8")
        assert source.count(before) == 1, (name, before)
        path.write_text(source.replace(before, after), encoding="utf-8")


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of all that softhouse consists of, and of what its tests stand on."""
    skip = shutil.ignore_patterns("__pycache__", "demos", "companies")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / "house" / package, ignore=skip)
    shutil.copytree(ROOT / "tests/support", tmp_path / "house/tests/support", ignore=skip)
    return tmp_path / "house"


@pytest.mark.parametrize(
    ("heading", "use"),
    [
        ("A kind of step", USE_A_STEP),
        ("A kind of deliverable", USE_A_DELIVERABLE),
        ("A tool", USE_A_TOOL),
        ("A tab of the window", USE_A_TAB),
    ],
)
def test_a_recipe_takes_the_files_it_says_and_works(
    house: Path, tmp_path: Path, heading: str, use: str
) -> None:
    count, blocks = recipe(heading)

    for block in blocks:
        follow(block, house)
    command = [sys.executable, "-c", use, str(tmp_path)]
    used = subprocess.run(command, cwd=house, capture_output=True, text=True)

    assert used.returncode == 0, used.stderr
    assert len({path for _, path, _ in blocks}) == count
