"""A repository of which many runs begin is copied once, whole or not at all, and its packs are shared."""

import shutil
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.repository_tasks import FOLDER, maker
from warehouse.errors import ProductError
from warehouse.product.git.borrowed import borrowed
from warehouse.product.intake import shared
from warehouse.product.intake.bring_in import bring_in
from warehouse.product.intake.copies import shared_folder
from warehouse.product.intake.repository import Wanted
from warehouse.product.intake.shared import make_copy, place_of_copy
from warehouse.product.product import Product

AT = "2026-01-01T00:00:00Z"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, str]:
    monkeypatch.setenv("SOFTHOUSE_CACHE", str(tmp_path / "cache"))
    place = tmp_path / "ledger"
    return place, maker().make_repository(FOLDER / "histories/ledger", place)


def earlier(place: Path) -> str:
    """The commit before the last one."""
    with borrowed(place) as git:
        return git.commit_called("HEAD~1") or ""


def copies() -> list[str]:
    return sorted(each.name for each in shared_folder().iterdir() if each.is_dir())


@pytest.mark.parametrize("is_bundle", [False, True])
def test_runs_begin_at_their_commits_with_the_packs_of_one_copy(
    tmp_path: Path, repository: tuple[Path, str], is_bundle: bool
) -> None:
    place, head = repository
    source = FOLDER / "ledger.bundle" if is_bundle else place
    packs = set()
    for number, commit in enumerate((head, head, earlier(place), "")):
        make_copy(source, commit)
        product = Product.create(tmp_path / f"{number}/product")
        bring_in(product, str(place_of_copy(source, commit)), Wanted("ledger", f"run-{number}", AT))
        assert product.head() == (commit or head)
        packs |= {each.stat().st_ino for each in product.path.glob(".git/objects/pack/*.pack")}
    assert len(packs) == 1
    shutil.rmtree(shared_folder())
    assert "README.md" in product.files()
    assert product.files(earlier(place)).keys() < product.files().keys()


def test_a_copy_is_its_users_alone(repository: tuple[Path, str]) -> None:
    place, head = repository
    make_copy(place, head)
    folders = [shared_folder(), *(shared_folder() / name for name in copies())]
    assert {stat.S_IMODE(each.stat().st_mode) for each in folders} == {0o700}


def test_many_at_once_make_one_copy(repository: tuple[Path, str]) -> None:
    place, head = repository
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: make_copy(place, head), range(6)))
    assert copies() == sorted(place_of_copy(place, each).name for each in (head, ""))


def test_what_a_kill_left_is_no_copy_and_is_taken_away(
    repository: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place, _ = repository

    def killed(_: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(shared, "sync_tree", killed)
        with pytest.raises(KeyboardInterrupt):
            make_copy(place, "")
    assert copies() != [place_of_copy(place, "").name]
    make_copy(place, "")
    assert copies() == [place_of_copy(place, "").name]


def test_a_commit_that_is_not_there_is_told(repository: tuple[Path, str]) -> None:
    place, _ = repository
    with pytest.raises(ProductError, match=f"ledger has no commit {'a' * 40}"):
        make_copy(place, "a" * 40)


def test_a_repository_that_was_changed_has_another_copy(repository: tuple[Path, str]) -> None:
    place, head = repository
    before = place_of_copy(place, "")
    (place / "refs/heads/main").write_text(f"{earlier(place)}\n")
    assert place_of_copy(place, "") != before
    assert head not in before.name


def test_a_folder_that_is_no_repository_is_taken_as_it_lies(tmp_path: Path) -> None:
    make_copy(tmp_path, "")
    assert place_of_copy(tmp_path, "") == tmp_path
