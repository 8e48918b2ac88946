"""The recipe of a new run option: a field among the settings of a run, and the place that uses it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from company.company import Company
from warehouse.history.compare import spec_facts as order_facts

ROOT = Path(__file__).parents[2]
ROOMS = ("roles", "phases", "company", "warehouse", "tui", "softhouse")
SETTINGS = '''class Settings:
    """How it is done. A run is given these as they are said, and its journal holds them."""
'''
FIELD = """
    patience: Annotated[int, Option("--patience", "N", "How often a role is asked again.")] = 3
"""
EVERYWHERE = """
import asyncio
from pathlib import Path

from company.cards.catalogue import Cards
from company.cards.company_card import RunLimits
from company.company import Company
from company.lab.design.condition import Condition, SpecBook
from company.lab.tasks.task_card import TaskCard
from company.engine.fork.overrides import overridden
from company.run_options import RunRequest, arguments, read_options
from company.spec import RunSpec
from warehouse.history.compare.spec_facts import spec_rows
from warehouse.events.conversion import spec_of
from warehouse.journal.journal import Event

request = read_options(RunRequest, {"task": "a clock", "patience": 5})
house = Company.load("solo", model="lmstudio:m")
spec = asyncio.run(house.settle(request))
changed = overridden(spec, {"patience": "7"}, Cards(Path.cwd()))
journals = [[Event(0, "", "", spec_of(each.frozen("a")))] for each in (spec, changed)]
before = spec.frozen("a")
del before["patience"]
book = SpecBook(Path.cwd(), sandbox="none", limits=RunLimits(), label="")
condition = Condition("patient", {"company": "solo", "model": "lmstudio:m", "patience": 9})
card = TaskCard(id="clock", prompt="a clock")
varied = asyncio.run(book.spec(card, condition, name="clock", seed=1))
print(
    *arguments(request),
    spec.frozen("a")["patience"],
    RunSpec.thaw(before).patience,
    *[(row.name, row.a, row.b) for row in spec_rows(*journals) if row.differs],
    varied.patience,
    sep="\\n",
)
"""


def test_a_new_run_option_is_one_field_and_is_known_everywhere(tmp_path: Path) -> None:
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    options = tmp_path / "company" / "options.py"
    text = options.read_text("utf-8")
    assert text.count(SETTINGS) == 1
    options.write_text(text.replace(SETTINGS, SETTINGS + FIELD), "utf-8")

    def python(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=tmp_path,
            env={**os.environ, "COLUMNS": "80"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    for command in ("run", "batch"):
        assert "--patience N" in python("-m", "softhouse", command, "--help")
    assert "patience  " in python("-m", "softhouse", "fork", "--help")
    told = python("-c", EVERYWHERE).splitlines()
    assert told == ["--patience=5", "5", "3", "('patience', 5, 7)", "9"]


async def test_a_comparison_takes_apart_and_leaves_out_only_what_a_run_is_given() -> None:
    task = "Write double.py. `python double.py 7` prints `14`."
    solo = Company.load("solo", model="lmstudio:m")
    spec = await solo.spec(task, sandbox="none", acceptance="quoted")
    keys = {*order_facts.USUAL, *order_facts.LABELS}
    assert keys | {*order_facts.TOLD_OTHERWISE, *order_facts.NO_FACTS} == {
        *spec.model_copy(update={"native_tools": frozenset({"lmstudio:m"})}).frozen("a"),
        "seal",
    }
