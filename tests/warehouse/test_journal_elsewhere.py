"""A journal that is kept elsewhere too, and the one that takes over what was recorded elsewhere."""

import asyncio
from pathlib import Path

import pytest

from tests.support.journals import started, told
from warehouse.errors import JournalError
from warehouse.events import Note
from warehouse.journal.journal import Journal, read_events


async def test_whoever_syncs_waits_until_it_is_elsewhere(tmp_path: Path) -> None:
    asked, there = asyncio.Event(), asyncio.Event()

    async def elsewhere(path: Path) -> None:
        assert path == tmp_path / "journal.jsonl"
        asked.set()
        await there.wait()

    journal = Journal.create(tmp_path / "journal.jsonl", None, elsewhere)
    journal.append(Note())
    waiting = asyncio.create_task(journal.sync())
    await asked.wait()
    assert not waiting.done()
    there.set()
    await waiting
    journal.close()


async def test_what_was_refused_elsewhere_is_lost(tmp_path: Path) -> None:
    async def elsewhere(path: Path) -> None:
        raise JournalError("no room at home")

    journal = Journal.create(tmp_path / "journal.jsonl", None, elsewhere)
    journal.append(Note())
    for _ in range(2):
        with pytest.raises(JournalError, match="no room at home"):
            await journal.sync()
    journal.close()


def test_events_of_another_journal_are_taken_over_byte_for_byte(tmp_path: Path) -> None:
    there, here = tmp_path / "there", tmp_path / "here"
    journal = Journal.create(there)
    events = [journal.append(*told(started())), journal.append(Note("é\r\n"), "coding")]
    journal.close()
    heard = []
    copy = Journal.create(here)
    copy.subscribe(heard.append)
    copy.take_over(there.read_bytes())
    assert heard == events
    copy.append(Note())
    copy.close()
    assert here.read_bytes().startswith(there.read_bytes())
    assert [event.seq for event in read_events(here)] == [0, 1, 2]


@pytest.mark.parametrize(
    "lines",
    [
        b"",
        b'{"seq":1,"at":"","kind":"note","where":"","data":{}}',
        b'{"seq":2,"at":"","kind":"note","where":"","data":{}}\n',
        b'{"seq":1,"at":"","kind":"note","where":"","data":{}}\nnothing\n',
    ],
    ids=["nothing", "a torn line", "a gap", "no event"],
)
def test_what_does_not_follow_is_not_taken(tmp_path: Path, lines: bytes) -> None:
    journal = Journal.create(tmp_path / "journal.jsonl")
    journal.append(*told(started()))
    before = journal.path.read_bytes()
    with pytest.raises(JournalError, match="does not follow on the 1 events"):
        journal.take_over(lines)
    assert journal.path.read_bytes() == before
    journal.close()
