"""Acceptance checks of a run: the customer's own, and those that its task says to the letter."""

from pathlib import Path
from typing import Any

import pytest

from company.cards.problems import CardError
from company.company import Company
from company.engine.resources import open_resources
from company.engine.run import Run
from company.spec import RunSpec
from tests.support.houses import only_journal
from tests.support.scripted_company import file_block
from tests.support.scripted_provider import ScriptedProvider
from warehouse.events import AcceptanceEnded, RunEnded

TASK = "Write `main.py`. `python main.py 14` prints `XIV`."
RIGHT = file_block(
    "main.py", "import sys\nprint({'14': 'XIV', '9': 'IX'}.get(sys.argv[-1], 'NUMBER?'))"
)
CHATTY = file_block("main.py", "import sys\nprint('The numeral is XIV')")
OWN = """\
checks:
  - name: nine
    run: python main.py 9
    stdout: {equals: IX}
"""


async def worked(folder: Path, *replies: str, company: str = "solo", **options: Any) -> Run:
    async with ScriptedProvider([*replies]) as provider:
        house = Company.load(company, model=f"url:{provider.url}#scripted", overlay=folder)
        return await house.work(
            TASK,
            products=folder / "products",
            sandbox="bubblewrap",
            seed=1,
            **{"acceptance": "quoted", **options},
        )


def ending(folder: Path) -> RunEnded:
    data = only_journal(folder)[-1].data
    assert isinstance(data, RunEnded)
    return data


async def test_what_a_task_says_to_the_letter_decides_whether_the_program_works(
    tmp_path: Path,
) -> None:
    run = await worked(tmp_path, RIGHT)
    assert run.summary.exit_code == 0
    assert ending(tmp_path).reason.startswith("works: 1 of 1 acceptance checks hold")


async def test_a_program_that_fails_it_is_no_delivery_and_the_reason_is_said(
    tmp_path: Path,
) -> None:
    run = await worked(tmp_path, CHATTY)
    assert run.summary.exit_code == 1
    assert "does not work: 0 of 1" in ending(tmp_path).reason
    assert "`python main.py 14` prints `XIV`" in ending(tmp_path).reason


async def test_a_company_that_mends_is_told_what_was_expected_and_what_was_seen(
    tmp_path: Path,
) -> None:
    async with ScriptedProvider([CHATTY, RIGHT]) as provider:
        house = Company.load("agent", model=f"url:{provider.url}#scripted", overlay=tmp_path)
        run = await house.work(
            TASK, products=tmp_path / "p", sandbox="bubblewrap", seed=1, acceptance="quoted"
        )
    assert run.summary.exit_code == 0
    told = str(provider.calls[1].body["messages"])
    assert "has no line" in told
    assert "The numeral is XIV" in told


async def test_nothing_is_taken_from_the_words_where_that_is_not_wanted(tmp_path: Path) -> None:
    await worked(tmp_path, CHATTY, acceptance="none")
    assert not any(isinstance(event.data, AcceptanceEnded) for event in only_journal(tmp_path))


async def test_a_customer_brings_checks_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(OWN)
    await worked(tmp_path, RIGHT, check=(tmp_path / "mine.yaml",))
    assert "works: 2 of 2 acceptance checks hold" in ending(tmp_path).reason


async def test_a_mistake_in_a_file_of_checks_is_told_by_its_line(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(OWN.replace("stdout", "stduot"))
    with pytest.raises(CardError, match=r"mine.yaml:4: unknown key 'stduot'.*stdout"):
        await worked(tmp_path, RIGHT, check=(tmp_path / "mine.yaml",))


async def test_checks_are_kept_in_the_journal_and_recalled(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(OWN + "    stderr: {json: null}\n")
    run = await worked(tmp_path, RIGHT, check=(tmp_path / "mine.yaml",))
    thawed = RunSpec.thaw(run.spec.frozen("again"))
    assert thawed.checks == run.spec.checks
    assert thawed.checks[0].steps[0].stderr is not None
    assert thawed.checks[0].steps[0].stderr.wants_json
    async with open_resources("none") as resources:
        rehearsal = await Run.recorded(run.folder, resources).rehearse()
    assert rehearsal.ending is not None
    assert rehearsal.ending.outcome == (ending(tmp_path).status, ending(tmp_path).exit_code)
    assert rehearsal.unasked == []
