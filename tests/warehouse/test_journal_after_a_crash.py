"""What a journal is after a kill, a power loss or a disk that failed: a prefix of what was written."""

import asyncio
import errno
import os
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.support.waiting import PATIENCE
from warehouse.errors import JournalError
from warehouse.events import Note, RunStarted
from warehouse.journal.journal import SCHEMA, Event, Journal, read_events

TEXTS = ("kept", "ä—🧮", "NUL \x00 in a text", "two\nlines", "x" * 5000)
GARBAGE = st.binary(max_size=60).filter(lambda junk: b"\n" not in junk)


def written(path: Path) -> tuple[bytes, list[Event]]:
    """A journal of a few events: its bytes and what they say."""
    journal = Journal.create(path)
    events = [journal.append(RunStarted(schema=SCHEMA))]
    events += [journal.append(Note(text), "1.coding") for text in TEXTS]
    journal.close()
    return path.read_bytes(), events


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, list[Event]]:
    return written(tmp_path_factory.mktemp("whole") / "journal.jsonl")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("torn") / "journal.jsonl"


def goes_on_after(path: Path, left: bytes, kept: list[Event]) -> None:
    """Check that readers see `kept`, that opening cuts off the rest, and that appending goes on."""
    path.write_bytes(left)
    assert read_events(path) == kept
    assert path.read_bytes() == left, "a reader changes nothing"
    journal, past = Journal.open(path)
    assert past == kept
    new = journal.append(Note("new"))
    journal.close()
    assert new.seq == len(kept)
    assert read_events(path) == [*kept, new]


def kept_of(events: list[Event], size: int) -> list[Event]:
    """The events that are whole within the first `size` bytes."""
    lengths = [len(event.line()) for event in events]
    return [event for n, event in enumerate(events, 1) if sum(lengths[:n]) <= size]


@given(data=st.data())
def test_cut_anywhere_it_opens_to_a_prefix(
    data: st.DataObject, whole: tuple[bytes, list[Event]], path: Path
) -> None:
    raw, events = whole
    size = data.draw(st.integers(len(events[0].line()), len(raw)))
    goes_on_after(path, raw[:size], kept_of(events, size))


@given(data=st.data(), junk=GARBAGE | st.integers(1, 9000).map(bytes))
@example(data=None, junk=b"\0" * 4096)
def test_with_garbage_or_nuls_for_a_tail_it_opens_to_a_prefix(
    data: st.DataObject | None, junk: bytes, whole: tuple[bytes, list[Event]], path: Path
) -> None:
    raw, events = whole
    first = len(events[0].line())
    size = data.draw(st.integers(first, len(raw))) if data else first + 7
    goes_on_after(path, raw[:size] + junk, kept_of(events, size))


@given(data=st.data())
def test_a_last_page_of_nuls_that_ends_in_whole_bytes_is_cut_off_too(
    data: st.DataObject, whole: tuple[bytes, list[Event]], path: Path
) -> None:
    """Where the length reached the disk and a block did not, NULs stand within the last line."""
    raw, events = whole
    last = len(events[-1].line())
    start = data.draw(st.integers(len(raw) - last, len(raw) - 2))
    stop = data.draw(st.integers(start + 1, len(raw) - 1))
    goes_on_after(path, raw[:start] + bytes(stop - start) + raw[stop:], events[:-1])


def test_a_line_torn_within_a_letter_is_cut_off(
    whole: tuple[bytes, list[Event]], path: Path
) -> None:
    raw, events = whole
    within = raw.index("🧮".encode()) + 2
    with pytest.raises(UnicodeDecodeError):
        raw[:within].decode()
    goes_on_after(path, raw[:within], events[:2])


@pytest.mark.parametrize("damage", [bytes(9), b"\n", b"{}\n", b"\xff"])
def test_damage_before_the_tail_is_an_error_that_names_the_line(
    whole: tuple[bytes, list[Event]], path: Path, damage: bytes
) -> None:
    """What was on the disk once was built upon: dropping it would ask for it again, and pay twice."""
    raw, events = whole
    end_of_second = sum(len(event.line()) for event in events[:2])
    spoilt = raw[:end_of_second] + damage + raw[end_of_second:]
    path.write_bytes(spoilt)
    for opening in (read_events, Journal.open):
        with pytest.raises(JournalError, match=r"journal\.jsonl:3 is not an event"):
            opening(path)
    assert path.read_bytes() == spoilt


def test_a_journal_of_nothing_but_nuls_holds_nothing(path: Path) -> None:
    path.write_bytes(bytes(4096))
    assert read_events(path) == []


async def test_what_a_journal_is_worth_nothing_without_is_on_the_disk_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "product" / "refs").mkdir(parents=True)
    (tmp_path / "product" / "HEAD").write_text("x")
    synced: list[str] = []
    monkeypatch.setattr(
        os, "fsync", lambda number: synced.append(os.path.realpath(f"/proc/self/fd/{number}"))
    )
    journal = Journal.create(tmp_path / "journal.jsonl", beside=tmp_path / "product")
    for _ in range(2):
        journal.append(Note())
        await journal.sync()
    journal.close()
    everything = {str(tmp_path / name) for name in ("product", "product/refs", "product/HEAD")}
    assert set(synced[:3]) == everything
    assert not everything & set(synced[3:])


async def test_a_new_journals_name_is_on_the_disk_with_its_first_events(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    real = os.fsync

    def noted(descriptor: int) -> None:
        synced.append(os.path.realpath(f"/proc/self/fd/{descriptor}"))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    folder = tmp_path / "products" / "run"
    folder.mkdir(parents=True)
    journal = Journal.create(folder / "journal.jsonl")
    for _ in range(2):
        journal.append(Note())
        await journal.sync()
    file = str(folder / "journal.jsonl")
    names = {str(folder), str(folder.parent), str(tmp_path)}
    assert (synced[0], set(synced[1:-1]), synced[-1]) == (file, names, file)
    assert len(synced) == 5, "folders are waited for once"
    journal.close()


async def test_after_a_disk_that_failed_nothing_is_said_to_be_on_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Linux reports a lost write once, and the next fsync succeeds without it."""
    journal = Journal.create(tmp_path / "journal.jsonl")
    journal.append(RunStarted(schema=SCHEMA))
    real, failures = os.fsync, [OSError(errno.EIO, "Input/output error")]

    def fails_once(descriptor: int) -> None:
        if failures:
            raise failures.pop()
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fails_once)
    with pytest.raises(JournalError, match="Input/output error"):
        await journal.sync()
    journal.append(Note())
    with pytest.raises(JournalError, match="Input/output error"):
        await asyncio.wait_for(journal.sync(), PATIENCE)
    journal.close()


def test_closing_on_a_disk_that_fails_is_an_error_people_can_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal.create(tmp_path / "journal.jsonl")

    def fails(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(JournalError, match="cannot be written: No space left"):
        journal.close()
    again, _ = Journal.open(tmp_path / "journal.jsonl")
    monkeypatch.undo()
    again.close()
