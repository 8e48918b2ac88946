"""A run on a customer's project: their tests are run before the first word, and the verdict goes by that."""

from pathlib import Path

from company.engine.resources import open_resources
from company.engine.run import Run
from tests.support.houses import work, write_cards
from tests.support.scripted_company import file_block
from tests.support.scripted_provider import ScriptedProvider
from warehouse.events import BaselineTaken, SandboxStarted
from warehouse.history.format.lines import lines_of
from warehouse.history.transcript import transcript
from warehouse.journal.journal import read_events

BEFORE = "def price(n):\n    return n * 2\n"
RIGHT = f"{BEFORE}\ndef twice(n):\n    return 2 * price(n)\n"
WRONG = "def price(n):\n    return n * 3\n"
TESTS = """
import shop

def test_price():
    assert shop.price(2) == 4

def test_that_failed_all_along():
    assert shop.price(2) == 5
"""
MENDING = {"name": "mending", "max": 1, "until": "execution.ok", "steps": ["mend", "run_tests"]}
WRITING = {
    "title": "Work",
    "talk": {"instructor": "cto", "assistant": "programmer"},
    "yields": {"files": {}},
}


async def asked(folder: Path, *replies: str, **options: bool) -> tuple[Run, ScriptedProvider]:
    """A company that writes, tests, and mends what tests say at most once."""
    source = folder / "shop"
    (source / "tests").mkdir(parents=True)
    (source / "shop.py").write_text(BEFORE)
    (source / "tests" / "test_shop.py").write_text(TESTS)
    cards = folder / "cards"
    seen = {"write": ["task"], "mend": ["execution"]}
    for name, sees in seen.items():
        prompt = f"{name}: {{{{ {sees[0]} }}}}"
        write_cards(cards, "phases", **{name: {**WRITING, "prompt": prompt, "sees": sees}})
    write_cards(cards, "chains", tiny={"steps": ["write", "run_tests", {"loop": MENDING}]})
    write_cards(cards, "companies", tiny={"title": "Tiny", "chain": "tiny"})
    async with ScriptedProvider([file_block("shop.py", text) for text in replies]) as provider:
        run = await work(folder, provider, source=source, sandbox="bubblewrap", **options)
    return run, provider


async def test_a_right_change_costs_one_call_whatever_failed_before(tmp_path: Path) -> None:
    run, provider = await asked(tmp_path, RIGHT)
    assert (run.summary.status, run.summary.exit_code, len(provider.calls)) == ("verified", 0, 1)
    assert run.summary.verdict == (
        "tested: 1 of 2 passed, 1 failed; imports; unseen: tests/test_shop.py::"
        "test_that_failed_all_along failed before the change too; changed: 1 file"
    )
    events = read_events(run.folder / "journal.jsonl")
    assert [event.where for event in events if isinstance(event.data, SandboxStarted)] == [
        "baseline",
        "2.run_tests",
    ]
    told = "\n".join(line for entry in transcript(events) for line in lines_of(entry))
    assert "The program as it came" in told
    assert "failed before: tests/test_shop.py::test_that_failed_all_along" in told
    async with open_resources("bubblewrap") as resources:
        again = await Run.recorded(run.folder, resources).rehearse()
    assert again.ending is not None
    assert (again.ending.reason, again.unasked) == (run.summary.reason, [])


async def test_a_change_that_breaks_a_test_is_sent_to_be_mended_with_that_alone(
    tmp_path: Path,
) -> None:
    run, provider = await asked(tmp_path, WRONG, WRONG)
    assert (run.summary.status, run.summary.exit_code, len(provider.calls)) == ("unverified", 1, 2)
    assert "tests/test_shop.py::test_price failed, and did not before" in provider.calls[1].user
    assert "all_along" not in provider.calls[1].user
    assert "tests fail: tests/test_shop.py::test_price failed" in run.summary.verdict


async def test_without_a_baseline_a_change_is_judged_as_a_new_program(tmp_path: Path) -> None:
    run, provider = await asked(tmp_path, RIGHT, RIGHT, no_baseline=True)
    events = read_events(run.folder / "journal.jsonl")
    assert not any(isinstance(event.data, BaselineTaken) for event in events)
    assert (run.summary.exit_code, len(provider.calls)) == (1, 2)
