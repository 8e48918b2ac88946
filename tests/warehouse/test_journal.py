"""The journal: what is appended is there, in order, whatever happens to the process."""

import asyncio
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.errors import JournalError
from warehouse.events import DeliverableAccepted, NewerSpec, Note, RunStarted
from warehouse.events.conversion import as_json
from warehouse.journal.journal import SCHEMA, Journal, read_events

STARTED = RunStarted(schema=SCHEMA, run="r")
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.jsonl"


def begun(path: Path) -> Journal:
    journal = Journal.create(path)
    journal.append(STARTED)
    return journal


def test_events_come_back_in_the_order_they_were_appended(path: Path) -> None:
    journal = begun(path)
    journal.append(Note("häßlich\n\x1b"), "1.coding")
    journal.close()
    first, second = read_events(path)
    assert (first.seq, first.kind, first.data) == (0, "run.started", STARTED)
    assert (second.seq, second.where, second.data) == (1, "1.coding", Note("häßlich\n\x1b"))
    assert first.at.endswith("Z")


@given(data=st.dictionaries(st.text(), json_values), where=st.text())
def test_any_data_survives_the_journal(
    data: dict[str, object], where: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("j") / "journal.jsonl"
    journal = begun(path)
    journal.append(DeliverableAccepted(fields=data), where)
    journal.close()
    event = read_events(path)[1]
    assert (event.where, event.data) == (where, DeliverableAccepted(fields=data))


def test_one_event_is_one_line_of_json(path: Path) -> None:
    journal = begun(path)
    journal.append(Note("two\nlines\r\u2028and more"))
    journal.close()
    lines = path.read_bytes().split(b"\n")
    assert len(lines) == 3
    assert json.loads(lines[1])["data"]["text"] == "two\nlines\r\u2028and more"


def test_damage_in_the_middle_is_named_with_its_line(path: Path) -> None:
    begun(path).close()
    path.write_bytes(path.read_bytes() + b'{"seq": 1}\n' + b'{"seq":2}\n')
    with pytest.raises(JournalError, match=r"journal\.jsonl:2 is not an event"):
        read_events(path)


@pytest.mark.parametrize("line", ["[]", "null", '{"seq":"1","at":1,"kind":2,"where":3,"data":4}'])
def test_wrong_types_are_refused(path: Path, line: str) -> None:
    begun(path).close()
    path.write_text(path.read_text() + line + "\n")
    with pytest.raises(JournalError, match=r":2 is not an event"):
        read_events(path)


def test_a_newer_major_version_is_refused_with_the_version_named(path: Path) -> None:
    journal = Journal.create(path)
    journal.append(RunStarted(schema="2.0"))
    journal.close()
    with pytest.raises(JournalError, match=r"schema 2\.0; this softhouse reads 1\.0"):
        read_events(path)


def test_a_newer_minor_version_is_read(path: Path) -> None:
    journal = Journal.create(path)
    journal.append(NewerSpec(schema="1.9", unknown={"unknown": True}))
    journal.close()
    assert as_json(read_events(path)[0].data)["unknown"] is True


def test_a_second_process_is_refused_and_may_enter_after_the_first_died(path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from warehouse.journal.journal import Journal\n"
        f"journal, past = Journal.open(Path({str(path)!r}))\n"
        "print('open', flush=True); sys.stdin.read()"
    )
    begun(path).close()
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(JournalError, match="Another process is working on"):
            Journal.open(path)
        holder.kill()
    journal, _ = Journal.open(path)
    journal.close()


def test_an_existing_journal_is_never_overwritten(path: Path) -> None:
    begun(path).close()
    with pytest.raises(JournalError, match="exists already"):
        Journal.create(path)


def test_a_folder_that_is_not_there_is_named(path: Path) -> None:
    with pytest.raises(JournalError, match="cannot be written: No such file"):
        Journal.create(path.parent / "missing" / "journal.jsonl")


async def test_sync_waits_for_everything_written_before_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[int] = []
    real = os.fsync

    def counted(descriptor: int) -> None:
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            flushed.append(path.read_bytes().count(b"\n"))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", counted)
    journal = begun(path)

    async def write(number: int) -> int:
        journal.append(Note(str(number)))
        await journal.sync()
        return max(flushed)

    covered = await asyncio.gather(*(write(number) for number in range(20)))
    assert min(covered) == 21
    assert len(flushed) <= 3, "concurrent waits share a flush"
    journal.close()


def test_listeners_hear_each_event_once(path: Path) -> None:
    journal = Journal.create(path)
    heard: list[str] = []
    journal.subscribe(lambda event: heard.append(event.kind))
    journal.append(STARTED)
    journal.append(Note())
    journal.close()
    assert heard == ["run.started", "note"]


def test_a_full_disk_leaves_no_half_event(tmp_path: Path) -> None:
    """A limit on the file size stands in for the disk: the kernel cuts the write in the same way."""
    code = (
        "import resource, signal; from pathlib import Path\n"
        "from warehouse.journal.journal import Journal; from warehouse.errors import JournalError\n"
        "from warehouse.events import Note, RunStarted\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"journal = Journal.create(Path({str(tmp_path / 'journal.jsonl')!r}))\n"
        "journal.append(RunStarted(schema='1.0'))\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try:\n  journal.append(Note('x' * 5000))\n"
        "except JournalError as error: print(error)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert "cannot be written" in result.stdout
    assert "resume" in result.stdout
    assert [event.kind for event in read_events(tmp_path / "journal.jsonl")] == ["run.started"]
