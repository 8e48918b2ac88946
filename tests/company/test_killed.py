"""Killed anywhere, a run is resumed to the product it would have had, and nothing is paid for twice.

The processes are real, the provider counts what it is asked, and the death is SIGKILL; what must
hold after each is said in `Graveyard.resume`.
"""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import provider
from tests.support.graveyard import BY_HAND, OFFICE, Graveyard, Survived
from tests.support.hands import AT_WORK, TOGETHER
from tests.support.mortal import Death, How
from tests.support.scripted_company import A_REVIEW_THAT_HELPS, fields_reply, file_block
from tests.support.topologies import TOPOLOGIES
from warehouse.product.product import Product

A_CHANGE: dict[str, list[Any]] = {
    "Decide what is changed": [fields_reply(changes=["x"], files=["main.py"], stays=[])],
    "Make this change": [file_block("main.py", "print(2)")],
}
COMPANIES = ("default", "branches", "network", "directed", "team", BY_HAND, OFFICE)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def yard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graveyard]:
    folder = tmp_path_factory.mktemp("graveyard")
    with (
        provider(**A_REVIEW_THAT_HELPS, **A_CHANGE, **TOPOLOGIES, **TOGETHER, **AT_WORK) as serving,
        Graveyard.open(folder, serving, *COMPANIES) as yard,
    ):
        yield yard


@pytest.mark.parametrize("how", ["after", "within"])
@pytest.mark.parametrize("company", ["default", "branches"])
def test_at_any_write_of_the_journal(yard: Graveyard, company: str, how: How) -> None:
    events = yard.undisturbed[company].events
    assert yard.kill_everywhere(company, how, events) >= events - 3


@pytest.mark.parametrize("company", ["default", "branches"])
def test_between_a_commit_and_its_record(yard: Graveyard, company: str) -> None:
    """The commit is there and nobody knows: it is made again, on the parent it had."""
    assert yard.kill_everywhere(company, "commit", 4) >= 3


@pytest.mark.parametrize("company", ["default", "branches"])
def test_while_git_takes_in_a_commit(yard: Graveyard, company: str) -> None:
    """Whichever object was being written: locks, drafts and half of it are left behind."""
    assert yard.kill_everywhere(company, "git", 11) == 11


@pytest.mark.parametrize("company", ["network", "directed", "team"])
def test_with_another_topology_at_any_write_of_the_journal(yard: Graveyard, company: str) -> None:
    """Nodes of a graph, turns of a director and parts of a team are where they were."""
    events = yard.undisturbed[company].events
    assert yard.kill_everywhere(company, "after", events) >= events - 3


def test_with_tools_at_any_write_of_the_journal(yard: Graveyard) -> None:
    """The workspace is rebuilt from what is recorded: no call of a tool that ended is made again."""
    events = yard.undisturbed[BY_HAND].events
    assert yard.kill_everywhere(BY_HAND, "after", events) >= events - 3


def test_with_colleagues_at_any_write_of_the_journal(yard: Graveyard) -> None:
    """Nobody is asked twice, nothing is noted twice, and what a delegate did is done once."""
    events = yard.undisturbed[OFFICE].events
    assert yard.kill_everywhere(OFFICE, "after", events) >= events - 3


@pytest.mark.parametrize("company", ["network", "team"])
def test_between_a_commit_of_a_node_and_its_record(yard: Graveyard, company: str) -> None:
    assert yard.kill_everywhere(company, "commit", 6) >= 4


def test_again_and_again(yard: Graveyard) -> None:
    """Every process dies after four writes, so that each gets one effect further at most."""
    past, lost = yard.kill("stubborn", "default", Death("after", 4)), set()
    for _ in range(yard.undisturbed["default"].events):
        lost |= past.in_flight
        try:
            past = yard.kill_again(past, Death("after", 4))
        except Survived:
            break
    else:
        pytest.fail("it never came to its end")
    yard.check(past, repeated=lost)


def test_between_bringing_in_the_customers_program_and_its_record(
    yard: Graveyard, tmp_path: Path
) -> None:
    source = tmp_path / "theirs"
    source.mkdir()
    (source / "main.py").write_text("print(1)\n")
    past = yard.kill("brought", "incremental", Death("commit", 1), source)
    past = yard.kill_again(past, Death("commit", 2))
    assert yard.go_on(past) == 0
    product = Product.open(past.run / "product")
    assert [entry.author for entry in reversed(product.log())][:2] == ["Customer", "Programmer"]
    assert product.read("main.py") == b"print(2)\n"
    fsck = ["git", "fsck", "--strict", "--no-dangling"]
    subprocess.run(fsck, cwd=product.path, check=True, capture_output=True)
