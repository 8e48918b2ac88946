"""The journal travels with the product, and is found wherever the product has got to."""

from pathlib import Path

import pytest

from tests.support.histories import RUN, Made, plain_git, write_history
from tests.support.journals import answered, asked, started, write_run
from warehouse.errors import JournalError
from warehouse.history.why.account import Account
from warehouse.history.why.carried_journal import (
    REF,
    carried_events,
    carry_journal,
    find_account,
    last_run,
)
from warehouse.journal.journal import Event, read_events
from warehouse.product.git.borrowed import borrowed

WORDS = "the program\nwith \r odd \u2028 breaks"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """The folder of a run: a journal, a product, a picture."""
    steps = [started(), asked("1.coding/turn-1", "?"), answered("1.coding/turn-1", WORDS)]
    folder = write_run(tmp_path / "products", steps, RUN)
    write_history(folder / "product", [Made({"main.py": "a\n"})])
    (folder / "attachments").mkdir()
    (folder / "attachments" / "sketch.png").write_bytes(b"\x89PNG\0")
    return folder


def clone_of(run: Path, *, with_journal: bool = True) -> Path:
    clone = run.parent.parent / "clone"
    plain_git(run, "clone", "-q", "product", str(clone))
    if with_journal:
        plain_git(clone, "fetch", "-q", "origin", f"{REF}:{REF}")
    return clone


def carried(root: Path) -> list[Event] | None:
    with borrowed(root) as source:
        return carried_events(source)


def found(root: Path, products: Path) -> tuple[Account | None, list[str]]:
    with borrowed(root) as source:
        return find_account(source, root, last_run(source), products)


def test_what_is_carried_is_read_back_event_by_event(run: Path) -> None:
    stored = carry_journal(run)
    assert stored.events == 3
    assert carried(run / "product") == read_events(run / "journal.jsonl")
    assert "PNG" in plain_git(run / "product", "show", f"{REF}:attachments/sketch.png")


def test_carrying_again_changes_nothing_and_more_events_do(run: Path) -> None:
    first = carry_journal(run).sha
    assert carry_journal(run).sha == first
    with (run / "journal.jsonl").open("ab") as journal:
        journal.write(Event.of(3, "2026-01-02T03:04:06Z", "run.resumed", "", {}).line())
    assert carry_journal(run).sha != first
    assert len(carried(run / "product") or []) == 4


def test_an_event_that_is_being_written_is_left_out(run: Path) -> None:
    with (run / "journal.jsonl").open("ab") as journal:
        journal.write(b'{"seq": 3, "at"')
    assert carry_journal(run).events == 3
    assert len(carried(run / "product") or []) == 3


def test_the_product_s_branch_files_and_history_stay_as_they_were(run: Path) -> None:
    before = plain_git(run / "product", "log", "--all", "--oneline")
    carry_journal(run)
    assert plain_git(run / "product", "log", "main", "--oneline") == before
    assert plain_git(run / "product", "status", "--porcelain") == ""
    assert plain_git(run / "product", "rev-list", "--parents", REF).count(" ") == 0
    assert plain_git(run / "product", "fsck", "--strict") == ""


def test_a_clone_does_not_take_it_along_but_can_fetch_it(run: Path) -> None:
    carry_journal(run)
    clone = clone_of(run, with_journal=False)
    assert carried(clone) is None
    plain_git(clone, "fetch", "-q", "origin", f"{REF}:{REF}")
    assert carried(clone) == read_events(run / "journal.jsonl")


def test_an_attachment_whose_name_a_product_may_not_hold_is_named(run: Path) -> None:
    (run / "attachments" / "a:b.png").write_bytes(b"x")
    (complaint,) = carry_journal(run).skipped
    assert "a:b.png" in complaint
    assert carried(run / "product") is not None


def test_a_ref_that_holds_no_journal_is_said_to_hold_none(run: Path) -> None:
    plain_git(run / "product", "update-ref", REF, "HEAD")
    with pytest.raises(JournalError, match=r"refs/softhouse/journal .* no journal.jsonl"):
        carried(run / "product")


def test_a_damaged_journal_is_named_by_its_ref(run: Path) -> None:
    root = run / "product"
    (root / "journal.jsonl").write_text("nonsense\n")
    plain_git(root, "add", ".")
    plain_git(root, "commit", "-qm", "Not a journal")
    plain_git(root, "update-ref", REF, "HEAD")
    plain_git(root, "reset", "-q", "--hard", "HEAD~1")
    with pytest.raises(JournalError, match=r"^refs/softhouse/journal:journal.jsonl:1 is not an"):
        carried(root)


def test_without_events_there_is_nothing_to_carry(run: Path) -> None:
    (run / "journal.jsonl").write_bytes(b"")
    with pytest.raises(JournalError, match="nothing to carry"):
        carry_journal(run)


def test_a_product_in_its_run_s_folder_has_the_journal_beside_it(run: Path, tmp_path: Path) -> None:
    account, problems = found(run / "product", tmp_path / "nowhere")
    assert account is not None
    assert account.talk("1.coding/commit") is not None
    assert problems == []


def test_a_clone_has_it_from_the_ref(run: Path, tmp_path: Path) -> None:
    carry_journal(run)
    account, _ = found(clone_of(run), tmp_path / "nowhere")
    assert account is not None


def test_else_it_is_looked_for_among_the_runs(run: Path, tmp_path: Path) -> None:
    clone = clone_of(run, with_journal=False)
    assert found(clone, tmp_path / "products")[0] is not None
    assert found(clone, tmp_path / "nowhere") == (None, [])


def test_the_journal_of_another_run_is_left_alone(run: Path, tmp_path: Path) -> None:
    clone = clone_of(run, with_journal=False)
    other = [started(run="another"), asked("1.coding/turn-1", "?")]
    beside = write_run(tmp_path / "others", other) / "journal.jsonl"
    beside.rename(clone.parent / "journal.jsonl")
    assert found(clone, tmp_path / "nowhere") == (None, [])


def test_a_damaged_journal_does_not_hide_a_whole_one(run: Path, tmp_path: Path) -> None:
    clone = clone_of(run, with_journal=False)
    (clone.parent / "journal.jsonl").write_text("nonsense\n")
    account, (problem,) = found(clone, tmp_path / "products")
    assert account is not None
    assert "journal.jsonl:1" in problem


def test_the_run_is_that_of_the_last_commit_any_run_made(run: Path) -> None:
    root = run / "product"
    (root / "main.py").write_text("mine\n")
    plain_git(root, "commit", "-qam", "Mine\n\nSofthouse-Run: forged\n\nin the middle of a text")
    with borrowed(root) as source:
        assert last_run(source) == RUN


def test_a_repository_of_no_run_has_no_journal(tmp_path: Path) -> None:
    root = tmp_path / "theirs"
    root.mkdir()
    plain_git(root, "init", "-q")
    plain_git(root, "commit", "-q", "--allow-empty", "-m", "Mine")
    (tmp_path / "journal.jsonl").write_text("nonsense\n")
    assert found(root, tmp_path) == (None, [])
