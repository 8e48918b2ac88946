"""Forks that cannot be had: what is said, and that nothing is left of them."""

import shutil
from pathlib import Path

import pytest

from company.engine.fork.fork import Fork
from company.engine.resources import open_resources
from company.errors import ConfigurationError, Diverged
from tests.support.forks import fork, opinionated
from tests.support.houses import work, write_cards
from tests.support.scripted_company import TASK
from warehouse.errors import ProductError
from warehouse.journal.journal import Event


async def test_a_chain_that_would_not_have_come_there_is_refused_and_leaves_nothing(
    tmp_path: Path,
) -> None:
    write_cards(tmp_path / "cards", "chains", other={"steps": ["coding", "manual"]})
    async with opinionated() as provider:
        parent = await work(tmp_path, provider, "default", task=TASK)
        provider.calls.clear()
        with pytest.raises(ConfigurationError, match=r"come past 1\.demand_analysis.*at 6\.review"):
            await fork(parent, "review", {"chain": "other"}, overlay=tmp_path / "cards")
    assert provider.calls == []
    assert list((tmp_path / "products").iterdir()) == [parent.folder]


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("reviews", r"'reviews' — did you mean '6\.review'"),
        ("review/round-2", r"'review/round-2' — did you mean '6\.review/round-2'"),
        ("6.review/round-7", r"'6\.review/round-7' — did you mean '6\.review/round-\d'"),
        ("", "'' — known: 1.demand_analysis"),
    ],
)
async def test_a_step_that_never_began_is_not_taken_for_another_one(
    tmp_path: Path, at: str, said: str
) -> None:
    async with opinionated() as provider:
        parent = await work(tmp_path, provider, "default", task=TASK)
    with pytest.raises(ConfigurationError, match=f"No step of the run is called {said}"):
        Fork.plan(parent.folder, at, {})


async def test_a_fork_that_is_refused_is_told_to_nobody(tmp_path: Path) -> None:
    write_cards(tmp_path / "cards", "chains", other={"steps": ["coding", "manual"]})
    told: list[Event] = []
    async with opinionated() as provider:
        parent = await work(tmp_path, provider, "default", task=TASK)
    plan = Fork.plan(parent.folder, "review", {"chain": "other"}, overlay=tmp_path / "cards")
    async with open_resources("none") as resources:
        with pytest.raises(ConfigurationError):
            await plan.begin(resources, parent.folder.parent, on_event=told.append)
    assert told == []


async def test_a_chain_with_another_phase_where_the_past_has_a_loop_is_refused(
    tmp_path: Path,
) -> None:
    completion = {
        "name": "completion",
        "max": 10,
        "until": "not product.unimplemented",
        "steps": ["code_complete"],
    }
    steps = ["demand_analysis", "language_choice", "design", "coding", {"loop": completion}]
    write_cards(tmp_path / "cards", "phases", review={"title": "Review", "run": "tests"})
    write_cards(tmp_path / "cards", "chains", other={"steps": [*steps, "review", "test_writing"]})
    async with opinionated() as provider:
        parent = await work(tmp_path, provider, "default", task=TASK)
        with pytest.raises(Diverged, match=r"diverged at 6\.review: the phase review was not in"):
            await fork(parent, "7", {"chain": "other"}, overlay=tmp_path / "cards")


async def test_a_fork_is_its_owners_alone_as_its_parent_is(tmp_path: Path) -> None:
    async with opinionated() as provider:
        parent = await work(tmp_path, provider, "default", task=TASK)
        run = await fork(parent, "manual")
    modes = {(r.folder / "journal.jsonl").stat().st_mode & 0o777 for r in (parent, run)}
    assert modes == {0o600}
    assert {path.name for path in run.folder.iterdir()} == {"journal.jsonl", "product"}


async def test_a_parent_whose_product_is_gone_can_be_forked_before_its_first_commit_only(
    tmp_path: Path,
) -> None:
    async with opinionated() as provider:
        parent = await work(tmp_path, provider, "default", task=TASK)
        shutil.rmtree(parent.folder / "product")
        with pytest.raises(ProductError, match=r"Put a copy .* or choose a step before"):
            await fork(parent, "manual")
        run = await fork(parent, "design")
    assert "main.py" in run.product.files()
