"""Drafts of the same work: how many are made, and which of them the product is."""

from pathlib import Path

import pytest

from company.cards.problems import CardError
from company.company import Company
from company.engine.run import Run
from company.errors import NothingDelivered
from tests.support.houses import only_journal, write_cards
from tests.support.scripted_company import file_block
from tests.support.scripted_provider import ScriptedProvider
from warehouse.events import Note

TASK = "Write `main.py`. `python main.py 14` prints `XIV`, and `python main.py 9` prints `IX`."
NONE = file_block("main.py", "print('what?')") + file_block("extra.py", "LEFT = 1\n")
ONE = file_block("main.py", "import sys\nprint('XIV' if '14' in sys.argv else 'what?')")
BOTH = file_block(
    "main.py", "import sys\nprint({'14': 'XIV', '9': 'IX'}.get(sys.argv[-1], 'what?'))"
)
BROKEN = file_block("main.py", "print(")


def house(folder: Path, **keys: object) -> None:
    drafts = {"name": "drafts", "max": 3, "steps": ["coding", "run_tests"], **keys}
    write_cards(folder, "chains", several={"title": "Several", "steps": [{"best_of": drafts}]})
    write_cards(
        folder,
        "companies",
        several={"title": "Several", "chain": "several", "defaults": {"acceptance": "quoted"}},
    )


async def worked(folder: Path, *replies: str, **keys: object) -> tuple[Run, int]:
    house(folder, **keys)
    async with ScriptedProvider([*replies]) as provider:
        company = Company.load("several", model=f"url:{provider.url}#scripted", overlay=folder)
        run = await company.work(TASK, products=folder / "products", sandbox="bubblewrap", seed=1)
        return run, len(provider.calls)


async def test_a_draft_that_holds_is_the_only_one(tmp_path: Path) -> None:
    run, calls = await worked(tmp_path, BOTH)
    assert (calls, run.summary.exit_code) == (1, 0)


async def test_the_one_that_holds_most_is_gone_on_with_whichever_was_the_last(
    tmp_path: Path,
) -> None:
    run, calls = await worked(tmp_path, NONE, ONE, BROKEN)
    assert calls == 3
    assert run.product.files().keys() == {"main.py"}
    assert b"XIV" in run.product.files()["main.py"]
    assert run.product.log()[0].subject == "Go on with draft 2"
    notes = [event.data.text for event in only_journal(tmp_path) if isinstance(event.data, Note)]
    assert any(
        text.startswith("Draft 2 of 3 is gone on with: does not work: 1 of 2") for text in notes
    )
    assert run.summary.exit_code == 1


async def test_no_draft_knows_of_another(tmp_path: Path) -> None:
    house(tmp_path)
    async with ScriptedProvider([NONE, BOTH]) as provider:
        company = Company.load("several", model=f"url:{provider.url}#scripted", overlay=tmp_path)
        run = await company.work(TASK, products=tmp_path / "p", sandbox="bubblewrap", seed=1)
        first, second = (call.body for call in provider.calls)
    assert first["messages"] == second["messages"]
    assert first["seed"] != second["seed"]
    assert run.product.files().keys() == {"main.py"}
    assert run.summary.exit_code == 0


async def test_a_draft_that_delivers_nothing_is_not_the_end(tmp_path: Path) -> None:
    run, calls = await worked(tmp_path, *["I would rather not."] * 3, BOTH)
    assert calls == 4
    assert run.summary.exit_code == 0


async def test_where_no_draft_delivers_anything_nothing_is_delivered(tmp_path: Path) -> None:
    with pytest.raises(NothingDelivered):
        await worked(tmp_path, *["I would rather not."] * 9)


@pytest.mark.parametrize(
    ("of_one_draft", "drafts"), [(0.5, 1), (1.4, 1), (1.6, 2), (2.4, 2), (2.6, 3)]
)
async def test_drafts_are_made_until_about_so_many_tokens_are_used(
    tmp_path: Path, of_one_draft: float, drafts: int
) -> None:
    """As near as whole drafts come: half a draft more than wanted is as near as half a draft less."""
    one, calls = await worked(tmp_path / "one", NONE, tokens=1)
    assert calls == 1
    wanted = round(of_one_draft * one.summary.usage.tokens)
    _, calls = await worked(tmp_path / "more", *[NONE] * 5, tokens=wanted, max=5)
    assert calls == drafts


def test_a_single_draft_is_no_choice(tmp_path: Path) -> None:
    house(tmp_path, max=1)
    with pytest.raises(CardError, match="max"):
        Company.load("several", overlay=tmp_path)
