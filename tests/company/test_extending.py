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
from company.cards.problems import CardError
from company.cards.validation import validate
from company.cards.yaml_file import YamlDocument
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
try:
    validate(Chain, YamlDocument("c.yaml", {"name": "c", "steps": [5]}, {}))
except CardError as fault:
    assert "one of loop, parallel, times, each, " in str(fault), fault
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
from company.deliverables.kind import deliverable_kind
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
from company.engine.model_calls import Reply
from company.engine.tool_allowance import Allowance
from company.engine.tool_approval import ToolApproval
from company.engine.tool_protocol import how_to_use
from company.engine.tool_use import ToolUse
from company.engine.workspace.hands import Hands
from company.engine.workspace.workbench import Workbench
from company.tools.registry import tools_named
from phases.phase import ToolLimits
from roles.role import Role
from warehouse.events import RunStarted
from warehouse.journal.journal import SCHEMA, Journal
import sys
from pathlib import Path

journal = Journal.create(Path(sys.argv[1]) / "journal.jsonl")
journal.append(RunStarted(schema=SCHEMA))
files = Hands({"main.py": b"1\\n2\\n"}, Workbench("none", None, Path()))
effects, role = Effects(journal), Role(name="programmer", title="Programmer")
allows, tools = ToolApproval(None, role, {}), tools_named(["count"])
use = ToolUse("programmer", tools, Allowance(ToolLimits()), files, effects, allows)
call = '```tool\\n{"tool": "count", "path": "main.py"}\\n```'
said, told = asyncio.run(use.answer("1.coding/turn-1/tool-1", Reply(call)))
assert told == {"role": "user", "content": "count main.py comes to:\\n2 lines"}
assert "says how many lines a file has" in how_to_use(tools, writes_files=False)
"""
USE_A_ROLE = """
import asyncio, sys
from pathlib import Path

from company.cards.catalogue import Cards
from company.cards.check import check_card
from tests.support.houses import one_phase_company, only_journal, prompts, work
from tests.support.scripted_provider import ScriptedProvider
from warehouse.events import ToolEnded

assert check_card(Cards(), "role", "surveyor") == []
here, source = Path(sys.argv[1]), Path(sys.argv[1]) / "source"
source.mkdir()
(source / "main.py").write_text("print(1)\\n")
talk = {"instructor": "cto", "assistant": "surveyor"}
one_phase_company(here / "cards", talk=talk, sees=["task"], yields={"report": None})
call = '```tool\\n{"tool": "read", "path": "main.py"}\\n```'

async def look():
    async with ScriptedProvider([call, "It prints a number."]) as provider:
        await work(here, provider, source=source)
        return prompts(provider)

first, second = asyncio.run(look())
assert "The tools:" in first[-1] and "1: print(1)" in second[-1], (first, second)
assert sum(isinstance(event.data, ToolEnded) for event in only_journal(here)) == 1
"""
USE_A_PROVIDER = """
import asyncio, os
from company.models.client import ModelClient
from company.models.request import ModelRequest
from company.models.available import default_model
from company.models.available import list_models
from tests.support.scripted_provider import ScriptedProvider

key = {"ACME_API_KEY": "the-key-of-acme"}
assert default_model(key) == "acme:acme-large"
(row,) = [row for row in list_models(key) if row.provider == "acme"]
assert (row.key_set, row.default_model) == (True, "acme:acme-large")

async def ask():
    async with ScriptedProvider(["hello"]) as provider:
        async with ModelClient(env={**key, "ACME_BASE_URL": provider.url}) as client:
            messages = [{"role": "user", "content": "hi"}]
            reply = await client.complete(ModelRequest("acme", messages, seed=1))
        (call,) = provider.calls
        return reply, call

reply, call = asyncio.run(ask())
assert (reply.text, reply.cost) == ("hello", None)
assert call.headers["Authorization"] == "Bearer the-key-of-acme"
assert (call.body["model"], "seed" in call.body) == ("acme-large", False)
"""
USE_AN_EVENT = """
import sys
from pathlib import Path

from warehouse.events import RunStarted, VoteTaken
from warehouse.events.lines import line_schema
from warehouse.history.summary import SummaryFold
from warehouse.history.transcript import transcript
from warehouse.journal.journal import SCHEMA, Journal, read_events
from warehouse.journal.tail import JournalTail

path = Path(sys.argv[1]) / "journal.jsonl"
journal = Journal.create(path)
journal.append(RunStarted(schema=SCHEMA, name="Tip"))
journal.append(VoteTaken("Ship it?", ayes=2, noes=1), "1.vote")
journal.close()
(_, vote) = read_events(path)
assert (vote.kind, vote.where, vote.data) == ("vote", "1.vote", VoteTaken("Ship it?", 2, 1))
assert JournalTail(path).new_events() == read_events(path)
assert "vote" in line_schema()["discriminator"]["mapping"]
assert line_schema()["$defs"]["VoteTaken"]["description"] == "Roles have voted on a question."
assert SummaryFold(read_events(path)).summary.name == "Tip"
assert len(transcript(read_events(path))) == 1
"""
USE_A_METRIC = """
from company.lab.metrics.catalogue import described, is_metric, metric_names
from company.lab.metrics.measure import measure
from tests.support.journals import events, started

journal = events([started()])
files = {"main.py": b"x = 1  # TODO: two\\n", "test_main.py": b"# TODO: three\\n"}
assert measure(journal, files)["later"] == 1
assert measure(journal, {})["later"] is None
assert is_metric("later") and described("later").better == "lower"
assert metric_names()[metric_names().index("later") + 1] == "calls"
"""
USE_A_COMMAND = """
import json
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from softhouse.program import call
from tests.support.journals import small_run, write_run

products = Path(sys.argv[1]) / "products"
write_run(products, small_run())

def printed(*arguments):
    with redirect_stdout(StringIO()) as page:
        assert call(arguments) == 0
    return page.getvalue()

assert "Count the words of every role in a run." in printed("--help")
assert "Count the words that each role said in RUN." in printed("words", "--help")
counts = json.loads(printed("words", "last", "--json", "--products", str(products)))
(role, count), *_ = counts.items()
assert f"{count:>7,}  {role}" in printed("words", "last", "--products", str(products)).splitlines()
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
    found = re.search(rf"^## {heading}: (\d+) files?\n(.*?)(?=^## |\Z)", TEXT, re.M | re.S)
    assert found is not None
    blocks = re.findall(r"^```(\w+) (\S+)\n(.*?)^```$", found[2], re.M | re.S)
    return int(found[1]), blocks


def follow(block: tuple[str, str, str], house: Path) -> None:
    """Do in a copy of the house what a block of a recipe says."""
    language, name, text = block
    path = house / name
    if language in ("python", "yaml"):
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
    skip = shutil.ignore_patterns("__pycache__", "demos")
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
        ("A role with tools", USE_A_ROLE),
        ("A provider", USE_A_PROVIDER),
        ("A kind of event", USE_AN_EVENT),
        ("A metric or scorer", USE_A_METRIC),
        ("A command", USE_A_COMMAND),
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
