"""`check`, `roles`, `phases`, `chains`, `companies` and `new`."""

import json
from pathlib import Path

import pytest

from tests.support.command_line import Softhouse

KINDS = {"roles": "programmer", "phases": "coding", "chains": "waterfall", "companies": "pair"}


@pytest.mark.parametrize(("command", "known"), KINDS.items())
def test_cards_are_listed_and_one_is_shown_as_written(
    softhouse: Softhouse, command: str, known: str
) -> None:
    assert any(line.startswith(f"{known} ") for line in softhouse(command).out.splitlines())
    rows = json.loads(softhouse(command, "--json").out)
    (row,) = [row for row in rows if row["name"] == known]
    assert row["built_in"]
    assert row["title"]
    assert f"name: {known}" in softhouse(command, known).out
    assert json.loads(softhouse(command, known, "--json").out)["name"] == known


@pytest.mark.parametrize(("command", "known"), KINDS.items())
def test_an_unknown_card_gets_the_nearest_name(
    softhouse: Softhouse, command: str, known: str
) -> None:
    assert f"did you mean '{known}'" in softhouse(command, known[:-1]).fails_with(2)


@pytest.mark.parametrize(
    ("kind", "listing"), [("role", "roles"), ("phase", "phases"), ("company", "companies")]
)
def test_a_new_card_is_found_and_passes_the_check(
    softhouse: Softhouse, kind: str, listing: str
) -> None:
    made = softhouse("new", kind, "mine")
    assert made.out.startswith(f"{listing}/mine.yaml")
    assert f"({listing}/mine.yaml)" in softhouse(listing).out
    assert softhouse("check").code == 0
    assert softhouse("check", f"{listing}/mine.yaml").out == "All is well.\n"
    assert "exists already" in softhouse("new", kind, "mine").fails_with(2)


def test_check_without_a_path_checks_every_card_in_sight(
    softhouse: Softhouse, tmp_path: Path
) -> None:
    assert softhouse("check").out.startswith("All is well: ")
    (tmp_path / "roles").mkdir()
    (tmp_path / "roles" / "mine.yaml").write_text("name: mine\ntitle: Mine\npromt: x\n")
    done = softhouse("check")
    assert done.code == 2
    assert done.out == "roles/mine.yaml:3: unknown key 'promt' — did you mean 'prompt'?\n"
    assert "1 problem" in done.err
    (problem,) = json.loads(softhouse("check", "--json").out)
    assert problem["file"] == "roles/mine.yaml"
    assert problem["line"] == 3


def test_a_broken_card_does_not_hide_the_others(softhouse: Softhouse, tmp_path: Path) -> None:
    (tmp_path / "roles").mkdir()
    (tmp_path / "roles" / "mine.yaml").write_text("name: [mine\n")
    done = softhouse("roles")
    assert done.code == 0
    assert "programmer" in done.out
    assert "broken: roles/mine.yaml:" in done.out
