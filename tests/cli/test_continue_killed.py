"""`softhouse continue` killed by SIGKILL: a resume comes to what it would have come to undisturbed."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest

from tests.support.mortal import KILLED, Death, Nursery
from tests.support.scripted_provider import ScriptedProvider
from tests.support.versions import companies, git, provider, put
from warehouse.events import CompletionEnded
from warehouse.journal.journal import FILE_NAME, is_locked, read_events
from warehouse.product.product import Product

DEATHS = (
    Death("after", 1),
    Death("commit", 1),
    Death("within", 8),
    Death("after", 9),
    Death("commit", 2),
)


@pytest.fixture(scope="module")
def serving() -> Iterator[ScriptedProvider]:
    with provider().in_thread() as serving:
        yield serving


def run_below(folder: Path) -> Path:
    (run,) = (folder / "products").iterdir()
    return run


@pytest.mark.slow  # five deaths, each in a process of its own
def test_whenever_it_dies_the_tree_is_the_same_and_no_answer_is_paid_for_twice(
    tmp_path: Path, serving: ScriptedProvider
) -> None:
    model = ("--model", f"url:{serving.url}#scripted", "--seed", "1")
    further = ("continue", "last", "now add v2", "--company", "change", *model)
    before, undisturbed = tmp_path / "before", tmp_path / "undisturbed"
    companies(before)
    companies(tmp_path / "warm" / "cards")
    with Nursery() as nursery:
        nursery.warm_up(tmp_path / "warm", "make", model[1])
        begin = ("run", "sums", "--company", "make", "--sandbox", "none", *model)
        assert nursery.command(*begin, cwd=before) == 0
        put(run_below(before), "main.py", "print(total)  # ada")
        git(run_below(before), "commit", "-q", "-a", "-m", "Ada's own")
        put(run_below(before), "main.py", "print(total)  # kept")
        copytree(before, undisturbed)
        assert nursery.command(*further, cwd=undisturbed) == 0
        for number, death in enumerate(DEATHS):
            place = tmp_path / f"killed-{number}"
            copytree(before, place)
            assert nursery.command(*further, cwd=place, death=death) == KILLED, death
            run = run_below(place)
            is_answered = answers(run) == 2
            serving.calls.clear()
            assert nursery.resume(run) == 0, death
            assert len(serving.calls) == (0 if is_answered else 1), death
            assert state(run) == state(run_below(undisturbed)), death


def answers(run: Path) -> int:
    return sum(isinstance(e.data, CompletionEnded) for e in read_events(run / FILE_NAME))


def state(run: Path) -> tuple[object, ...]:
    """What a run came to, but for times."""
    product = Product.open(run / "product")
    story = git(run, "log", "--format=%an: %s%n%b").replace(run.name, "RUN")
    lies_there = git(run, "status", "--porcelain")
    return product.files(), story, lies_there, answers(run), is_locked(run / FILE_NAME)
