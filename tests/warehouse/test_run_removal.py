"""Deleting a run takes that run, and nothing that is not one."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.journals import small_run, write_lines, write_run
from warehouse.errors import SofthouseError
from warehouse.journal.journal import Journal
from warehouse.runs.folders import demos
from warehouse.runs.removal import delete_run

RUN = "20260102-030405-tips-abcd"


def test_a_run_is_deleted_with_all_that_belongs_to_it(tmp_path: Path) -> None:
    folder = write_run(tmp_path, small_run())
    (folder / "product" / ".git").mkdir(parents=True)
    (folder / "product" / "main.py").touch(0o400)
    delete_run(folder, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda journal: journal.write_text("not json"),
        lambda journal: journal.write_text(""),
        lambda journal: journal.unlink(),
    ],
)
def test_a_broken_run_is_deleted_too(tmp_path: Path, spoil: Callable[[Path], object]) -> None:
    folder = write_run(tmp_path, small_run())
    spoil(folder / "journal.jsonl")
    delete_run(folder, tmp_path)
    assert not folder.exists()


def test_a_run_of_another_name_is_known_by_its_journal(tmp_path: Path) -> None:
    delete_run(write_run(tmp_path, small_run(), "my-run"), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_someone_works_on_stays(tmp_path: Path) -> None:
    folder = write_run(tmp_path, small_run()[:4])
    journal, _ = Journal.open(folder / "journal.jsonl")
    with pytest.raises(SofthouseError, match="being worked on"):
        delete_run(folder, tmp_path)
    journal.close()
    assert (folder / "journal.jsonl").is_file()


def test_a_demo_stays() -> None:
    for folder in demos().values():
        with pytest.raises(SofthouseError, match="came with softhouse"):
            delete_run(folder, folder.parent)
        assert (folder / "journal.jsonl").is_file()


@pytest.mark.parametrize("holds", [{}, {"journal.jsonl": "a diary"}, {"product": "x"}])
def test_a_folder_that_is_no_run_stays(tmp_path: Path, holds: dict[str, str]) -> None:
    folder = tmp_path / "thesis"
    folder.mkdir()
    for name, content in holds.items():
        (folder / name).write_text(content)
    with pytest.raises(SofthouseError, match="does not look like a run"):
        delete_run(folder, tmp_path)
    assert sorted(path.name for path in folder.iterdir()) == sorted(holds)


def test_a_journal_that_is_borrowed_by_a_link_makes_no_run(tmp_path: Path) -> None:
    run = write_run(tmp_path / "elsewhere", small_run())
    folder = tmp_path / "thesis"
    folder.mkdir()
    (folder / "journal.jsonl").symlink_to(run / "journal.jsonl")
    with pytest.raises(SofthouseError, match="does not look like a run"):
        delete_run(folder, tmp_path)
    assert folder.is_dir()


def test_a_folder_elsewhere_stays(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "mine", small_run())
    (tmp_path / "products").mkdir()
    for root in (tmp_path / "products", tmp_path, folder):
        with pytest.raises(SofthouseError, match="does not lie in"):
            delete_run(folder, root)
    with pytest.raises(SofthouseError, match="does not lie in"):
        delete_run(tmp_path / "products" / ".." / "mine" / RUN, tmp_path / "products")
    assert (folder / "journal.jsonl").is_file()


@pytest.mark.parametrize("name", ["..", "."])
def test_the_products_folder_itself_stays(tmp_path: Path, name: str) -> None:
    write_run(tmp_path / RUN, small_run())
    with pytest.raises(SofthouseError):
        delete_run(tmp_path / RUN / name, tmp_path / RUN)
    assert (tmp_path / RUN / RUN / "journal.jsonl").is_file()


def test_a_link_to_a_run_stays_and_so_does_the_run(tmp_path: Path) -> None:
    run = write_run(tmp_path / "elsewhere", small_run())
    products = tmp_path / "products"
    products.mkdir()
    (products / RUN).symlink_to(run, target_is_directory=True)
    with pytest.raises(SofthouseError, match="is a link"):
        delete_run(products / RUN, products)
    assert (run / "journal.jsonl").is_file()
    assert (products / RUN).is_symlink()


def test_what_links_inside_a_run_lead_to_stays(tmp_path: Path) -> None:
    treasure = tmp_path / "treasure"
    treasure.mkdir()
    (treasure / "thesis.txt").write_text("years of work")
    folder = write_run(tmp_path / "products", small_run())
    (folder / "product").symlink_to(treasure, target_is_directory=True)
    (folder / "thesis").symlink_to(treasure / "thesis.txt")
    delete_run(folder, tmp_path / "products")
    assert not folder.exists()
    assert (treasure / "thesis.txt").read_text() == "years of work"


def test_a_run_that_is_gone_already_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(SofthouseError, match="gone already"):
        delete_run(tmp_path / RUN, tmp_path)


def test_a_journal_that_is_a_pipe_keeps_nobody_waiting(tmp_path: Path) -> None:
    folder = tmp_path / RUN
    folder.mkdir()
    os.mkfifo(folder / "journal.jsonl")
    delete_run(folder, tmp_path)
    assert not folder.exists()


def test_a_products_folder_that_is_itself_reached_by_a_link_is_no_hindrance(tmp_path: Path) -> None:
    write_run(tmp_path / "real", small_run())
    (tmp_path / "products").symlink_to(tmp_path / "real", target_is_directory=True)
    delete_run(tmp_path / "products" / RUN, tmp_path / "products")
    assert list((tmp_path / "real").iterdir()) == []


def test_a_damaged_folder_that_only_looks_like_one_by_its_name_is_a_run(tmp_path: Path) -> None:
    folder = write_lines(tmp_path, RUN, "[" * 100_000)
    delete_run(folder, tmp_path)
    assert not folder.exists()
