"""Starter cards are right from the start and overwrite nothing."""

from pathlib import Path

import pytest

from company.cards.check import check_path
from company.cards.new_card import Starter, new_card
from company.errors import ConfigurationError
from phases.yields import KINDS


@pytest.mark.parametrize(
    ("kind", "place"),
    [
        ("role", "roles/my_own.yaml"),
        ("phase", "phases/my_own.yaml"),
        ("company", "companies/my_own.yaml"),
    ],
)
def test_a_starter_card_lies_in_its_folder_and_checks_clean(
    tmp_path: Path, kind: Starter, place: str
) -> None:
    assert new_card(kind, "my_own", tmp_path) == tmp_path / place
    assert check_path(tmp_path / place) == []


def test_a_starter_phase_names_every_kind_of_deliverable(tmp_path: Path) -> None:
    (line,) = [
        line
        for line in new_card("phase", "my_own", tmp_path).read_text().splitlines()
        if line.startswith("yields:")
    ]
    assert [kind for kind in KINDS if kind not in line] == []


def test_a_card_that_exists_is_left_alone(tmp_path: Path) -> None:
    path = new_card("role", "poet", tmp_path)
    path.write_text("mine")
    with pytest.raises(ConfigurationError, match="exists already"):
        new_card("role", "poet", tmp_path)
    assert path.read_text() == "mine"


@pytest.mark.parametrize(
    "name", ["", "Poet", "1st", "../poet", "a/b", "a b", "poet\n", "x" * 65, "dichtér", "-h", "."]
)
def test_a_name_that_cards_cannot_have_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigurationError, match="cannot be called"):
        new_card("role", name, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "roles").write_text("a file in the way")
    with pytest.raises(ConfigurationError, match=r"poet\.yaml cannot be written"):
        new_card("role", "poet", tmp_path)
