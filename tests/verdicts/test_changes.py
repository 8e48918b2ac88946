"""What was asked of a program that is there: a verdict says whether it came about."""

from pathlib import Path

import pytest

from tests.support.houses import one_phase_company, work
from tests.support.scripted_company import file_block
from tests.support.scripted_provider import ScriptedProvider
from warehouse.events import ProductChecked, Witness
from warehouse.journal.journal import read_events

BEFORE = "print('open')\n"
PROSE = "I would replace `open` by `closed` in main.py."


@pytest.mark.parametrize("sandbox", ["bubblewrap", "none"])
async def test_a_change_that_was_never_made_fails_a_program_that_runs(
    tmp_path: Path, sandbox: str
) -> None:
    verdict, status, exit_code = await _asked_to_change(tmp_path, PROSE, sandbox)
    (changed,) = [witness for witness in verdict if witness.what == "changed"]
    assert changed.holds is False
    assert changed.how.startswith("Work delivered nothing. ")
    assert (status, exit_code) == ("unverified", 1)


async def test_a_change_that_was_made_is_told(tmp_path: Path) -> None:
    reply = file_block("main.py", "print('closed')\n")
    verdict, status, exit_code = await _asked_to_change(tmp_path, reply, "bubblewrap")
    assert verdict == (
        Witness("starts", True, ""),
        Witness("changed", True, "1 file"),
        Witness("unseen", None, "whether it does what was asked: it has no tests"),
    )
    assert (status, exit_code) == ("verified", 0)


async def _asked_to_change(
    folder: Path, reply: str, sandbox: str
) -> tuple[tuple[Witness, ...], str, int | None]:
    source = folder / "shop"
    source.mkdir()
    (source / "main.py").write_text(BEFORE)
    one_phase_company(
        folder / "cards",
        talk={"instructor": "cto", "assistant": "programmer"},
        prompt="{{ task }}\n{{ files }}",
        sees=["task", "files"],
        yields={"files": {}},
    )
    async with ScriptedProvider([reply] * 4) as provider:
        run = await work(folder, provider, source=source, sandbox=sandbox)
    events = read_events(run.folder / "journal.jsonl")
    checked = [event.data for event in events if isinstance(event.data, ProductChecked)]
    return checked[-1].witnesses, run.summary.status, run.summary.exit_code
