"""Following a journal that another process writes."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.errors import JournalError
from warehouse.events import Note, RunResumed, RunStarted, WordsStreamed
from warehouse.events.conversion import as_json
from warehouse.journal.journal import SCHEMA, Journal, read_events
from warehouse.journal.tail import JournalTail


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.jsonl"


@pytest.fixture
def journal(path: Path) -> Journal:
    journal = Journal.create(path)
    journal.append(RunStarted(schema=SCHEMA))
    return journal


def test_what_is_there_comes_first_and_then_what_is_new(journal: Journal, path: Path) -> None:
    tail = JournalTail(path)
    assert [event.kind for event in tail.new_events()] == ["run.started"]
    assert tail.new_events() == []
    journal.append(Note("one"), "1.coding")
    journal.append(Note("two"), "1.coding")
    assert [as_json(event.data)["text"] for event in tail.new_events()] == ["one", "two"]


def test_a_line_still_being_written_comes_when_it_is_whole(journal: Journal, path: Path) -> None:
    tail = JournalTail(path)
    tail.new_events()
    line = json.dumps({"seq": 1, "at": "", "kind": "note", "where": "", "data": {"text": "ä"}})
    with path.open("ab") as file:
        for byte in line.encode():
            file.write(bytes([byte]))
            file.flush()
            assert tail.new_events() == []
        file.write(b"\n")
    assert [as_json(event.data) for event in tail.new_events()] == [{"text": "ä"}]


class CountedPath(type(Path())):  # type: ignore[misc]
    """A path that counts how often it is opened."""

    opened = 0

    def lstat(self) -> os.stat_result:
        type(self).opened += 1  # it is looked at each time before it is opened
        return os.lstat(self)


def test_a_torn_end_is_not_read_again_and_again(journal: Journal, path: Path) -> None:
    """It may be long, and the window asks twenty times a second."""
    with path.open("ab") as file:
        file.write(b"\0" * 100_000)
    tail = JournalTail(CountedPath(path))
    assert [event.seq for event in tail.new_events()] == [0]
    assert [tail.new_events() for _ in range(5)] == [[]] * 5
    assert CountedPath.opened == 1


def test_a_torn_end_that_is_cut_off_on_resume_was_never_seen(journal: Journal, path: Path) -> None:
    journal.append(Note("whole"))
    journal.close()
    with path.open("ab") as file:
        file.write(b'{"seq":2,"at":"","kind":"no')
    tail = JournalTail(path)
    assert len(tail.new_events()) == 2
    reopened, _ = Journal.open(path)
    reopened.append(RunResumed())
    assert [event.kind for event in tail.new_events()] == ["run.resumed"]


def test_nuls_left_by_a_power_loss_end_the_journal(journal: Journal, path: Path) -> None:
    journal.close()
    with path.open("ab") as file:
        file.write(b"\0" * 40 + b"\n")
    tail = JournalTail(path)
    assert len(tail.new_events()) == 1
    reopened, _ = Journal.open(path)
    reopened.append(RunResumed())
    assert [event.kind for event in tail.new_events()] == ["run.resumed"]


def test_a_damaged_line_is_named(journal: Journal, path: Path) -> None:
    journal.append(Note())
    with path.open("ab") as file:
        file.write(b'{"seq": "two"}\n')
    with pytest.raises(JournalError, match=r"journal\.jsonl:3 is not an event"):
        JournalTail(path).new_events()


@pytest.mark.parametrize("damage", [b"\0" * 40 + b"\n", b"\n"], ids=["NULs", "nothing"])
def test_damage_before_events_is_named_by_whoever_follows_too(
    journal: Journal, path: Path, damage: bytes
) -> None:
    with path.open("ab") as file:
        file.write(damage)
    journal.append(Note())
    with pytest.raises(JournalError, match=r"journal\.jsonl:2 is not an event"):
        JournalTail(path).new_events()
    with pytest.raises(JournalError, match=r"journal\.jsonl:2 is not an event"):
        read_events(path)


def test_another_journal_in_its_place_is_noticed(journal: Journal, path: Path) -> None:
    tail = JournalTail(path)
    tail.new_events()
    other = path.with_name("other.jsonl")
    other.write_bytes(path.read_bytes() * 3)
    other.replace(path)
    with pytest.raises(JournalError, match="was replaced"):
        tail.new_events()


def test_a_journal_that_shrank_is_noticed(journal: Journal, path: Path) -> None:
    journal.append(Note())
    tail = JournalTail(path)
    tail.new_events()
    os.truncate(path, 10)
    with pytest.raises(JournalError, match="was replaced"):
        tail.new_events()


def test_what_is_no_journal_is_refused(path: Path) -> None:
    path.write_text('{"seq":0,"at":"","kind":"note","where":"","data":{}}\n')
    with pytest.raises(JournalError, match=r"does not begin with run\.started"):
        JournalTail(path).new_events()


def test_a_missing_journal_is_named(path: Path) -> None:
    with pytest.raises(JournalError, match=r"journal\.jsonl cannot be read: No such file"):
        JournalTail(path).new_events()


@given(cuts=st.lists(st.integers(0, 2_000), max_size=12))
def test_however_it_is_cut_into_pieces_it_reads_as_a_whole(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("tail")
    whole = Journal.create(folder / "whole.jsonl")
    whole.append(RunStarted(schema=SCHEMA))
    for number in range(12):
        whole.append(WordsStreamed("äöü\n" * number), "1.coding/turn-1")
    data = (folder / "whole.jsonl").read_bytes()
    growing = folder / "growing.jsonl"
    growing.touch()
    tail, found, written = JournalTail(growing), [], 0
    for cut in [*sorted(cuts), len(data)]:
        with growing.open("ab") as file:
            file.write(data[written : max(cut, written)])
        written = max(written, min(cut, len(data)))
        found += tail.new_events()
    assert found == read_events(folder / "whole.jsonl")
