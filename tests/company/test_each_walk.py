"""Dealing out what was decided: who gets what, and what becomes of it."""

from pathlib import Path
from typing import Any

import pytest

from company.engine.place import DONE, Outcome, Place
from company.engine.shares import dealt, files_of
from company.engine.state import State
from tests.support.chain_house import House

EACH = {"each": {"name": "team", "of": "design.files", "max": 2, "steps": ["code", "check"]}}


class Team(House):
    """Programmers who write the files of their share."""

    def __init__(self, folder: Path, files: object) -> None:
        super().__init__(folder)
        self.state.decisions["design"] = {"files": files}

    async def perform(self, name: str, place: Place, state: State) -> Outcome:
        self.performed.append(place.where)
        if name == "code":
            for path in files_of(state.share) or ():
                state.files[path] = place.where.encode()
        return DONE


async def test_each_part_takes_the_steps_with_its_share(tmp_path: Path) -> None:
    house = Team(tmp_path, ["main.py: starts", "tip.py: sums", "report.py: text"])
    await house.walk(EACH)
    assert sorted(house.performed) == [
        "1.team/part-1/check",
        "1.team/part-1/code",
        "1.team/part-2/check",
        "1.team/part-2/code",
    ]
    assert house.state.files == {
        "main.py": b"1.team/part-1/code",
        "report.py": b"1.team/part-1/code",
        "tip.py": b"1.team/part-2/code",
    }
    assert house.state.share == ()
    assert house.state.phases_done == 4


@pytest.mark.parametrize("files", [[], None, "main.py", 3])
async def test_where_nothing_was_decided_nothing_is_dealt_out(tmp_path: Path, files: Any) -> None:
    house = Team(tmp_path, files)
    await house.walk(EACH)
    assert house.events("step.ended") == [
        ("1.team", {"outcome": "skipped", "reason": "design.files names nothing"})
    ]


async def test_parts_that_change_the_same_file_are_told_about(tmp_path: Path) -> None:
    class Careless(Team):
        async def perform(self, name: str, place: Place, state: State) -> Outcome:
            state.files["main.py"] = place.where.encode()
            return DONE

    house = Careless(tmp_path, ["a.py", "b.py"])
    await house.walk(EACH)
    assert house.state.files == {"main.py": b"1.team/part-2/check"}
    assert house.disputed == [("1.team", ["main.py"])]
    (note,) = house.events("note")
    assert "part-2 overwrote main.py" in note[1]["text"]


def test_a_long_list_is_dealt_out_in_turn_and_one_files_items_stay_together() -> None:
    items = ["a.py: one", "b.py: two", "c.py: three", "a.py: four", "d.py"]
    assert dealt(items, 3) == [
        ("a.py: one", "a.py: four", "d.py"),
        ("b.py: two",),
        ("c.py: three",),
    ]
    assert dealt(items, 9) == [
        ("a.py: one", "a.py: four"),
        ("b.py: two",),
        ("c.py: three",),
        ("d.py",),
    ]
    assert dealt([], 3) == []


@pytest.mark.parametrize(
    ("share", "files"),
    [
        (["main.py: starts it"], ["main.py"]),
        (["`src/tip.py`: sums", "web/index.html"], ["src/tip.py", "web/index.html"]),
        (["the user interface"], None),
        (["main.py", "the rest"], None),
        (["../../etc/passwd.txt: mine"], None),
        (["*.py: all"], None),
        ([], None),
    ],
)
def test_a_share_is_of_files_only_where_every_item_names_one(
    share: list[str], files: list[str] | None
) -> None:
    assert files_of(share) == files
