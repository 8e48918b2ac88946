"""The mailbox: what is sent arrives once, what was sent before never does, and nonsense does no harm."""

import asyncio
import json
import os
import stat
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from company.engine.signals.mailbox_poller import MailboxPoller
from company.remote.commands import (
    LONGEST_ANSWER,
    LONGEST_INTERJECTION,
    Answer,
    Command,
    GoOn,
    Pause,
    Raise,
    Say,
    Step,
    Stop,
    as_line,
    read_line,
)
from company.remote.mailbox import FILE_NAME, MOST_AT_ONCE, Mailbox, send
from warehouse.errors import SofthouseError
from warehouse.events import RunStarted
from warehouse.journal.journal import Journal
from warehouse.runs.folders import demos

EVERY: list[Command] = [
    Pause(),
    GoOn(),
    Step(),
    Stop(),
    Raise(usd=2.5, tokens=10, calls=3, seconds=60.0),
    Raise(),
    Say("programmer", "Tabs, please. \x1b[31m[bold] \u2028 äöü"),
    Answer("6.acceptance/round-1/human_review", ""),
]


@pytest.fixture
def worked_on(tmp_path: Path) -> Path:
    """The folder of a run that this process works on."""
    Journal.create(tmp_path / "journal.jsonl").append(RunStarted(schema="1.0"))
    return tmp_path


def test_what_is_sent_arrives_in_its_order_and_once(worked_on: Path) -> None:
    mailbox = Mailbox(worked_on)
    for command in EVERY:
        send(worked_on, command)
    assert mailbox.new_commands() == EVERY
    assert mailbox.new_commands() == []


def test_what_was_sent_to_an_earlier_session_never_arrives(worked_on: Path) -> None:
    send(worked_on, Stop())
    mailbox = Mailbox(worked_on)
    assert mailbox.new_commands() == []
    send(worked_on, Pause())
    assert mailbox.new_commands() == [Pause()]


def test_the_mailbox_is_its_owner_s_alone(worked_on: Path) -> None:
    send(worked_on, Pause())
    assert stat.S_IMODE((worked_on / FILE_NAME).stat().st_mode) == 0o600


def test_nobody_is_asked_where_nobody_works(tmp_path: Path) -> None:
    journal = Journal.create(tmp_path / "journal.jsonl")
    journal.append(RunStarted(schema="1.0"))
    journal.close()
    with pytest.raises(SofthouseError, match="Nobody works on"):
        send(tmp_path, Pause())
    assert not (tmp_path / FILE_NAME).exists()


@pytest.mark.parametrize("demo", demos().values(), ids=demos())
def test_nobody_works_on_a_demo(demo: Path) -> None:
    with pytest.raises(SofthouseError, match="Nobody works on"):
        send(demo, Pause())


@pytest.mark.parametrize(
    "command",
    [
        Say("programmer", "  \n"),
        Say("programmer", "x" * (LONGEST_INTERJECTION + 1)),
        Say("programmer", "\ud800"),
        Answer("1.look", "x" * (LONGEST_ANSWER + 1)),
        Raise(usd=float("nan")),
        Raise(calls=2.5),  # type: ignore[arg-type]
        Raise(calls=True),
    ],
)
def test_what_nobody_could_read_is_not_sent(worked_on: Path, command: Command) -> None:
    with pytest.raises(SofthouseError):
        send(worked_on, command)
    assert not (worked_on / FILE_NAME).exists()


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'"pause"',
        b"{}",
        b'{"command": "explode"}',
        b'{"command": ["pause"]}',
        b'{"command": "pause", "now": true}',
        b'{"command": "interject", "role": "programmer"}',
        b'{"command": "interject", "role": ["programmer"], "text": "x"}',
        b'{"command": "raise", "usd": "1"}',
        b'{"command": "raise", "usd": Infinity}',
        b'{"command": "raise", "calls": ' + b"9" * 5_000 + b"}",
        b'{"command": "answer", "where": 1, "text": "x"}',
        b"[" * 100_000,
    ],
)
def test_a_line_that_holds_no_command_is_left_aside(worked_on: Path, line: bytes) -> None:
    assert read_line(line) is None
    mailbox = Mailbox(worked_on)
    with (worked_on / FILE_NAME).open("ab") as file:
        file.write(line + b"\n" + as_line(Pause()))
    assert mailbox.new_commands() == [Pause()]


@given(st.binary(max_size=200))
def test_any_bytes_are_a_command_or_none(line: bytes) -> None:
    command = read_line(line)
    assert command is None or read_line(as_line(command)) == command


@given(
    st.dictionaries(
        st.sampled_from(["command", "role", "text", "where", "usd", "calls"]),
        st.one_of(
            st.sampled_from(["pause", "raise", "interject", "answer"]),
            st.text(),
            st.integers(),
            st.floats(),
            st.booleans(),
            st.none(),
            st.lists(st.text()),
        ),
    )
)
def test_any_record_is_a_command_or_none(record: dict[str, object]) -> None:
    command = read_line(json.dumps(record).encode())
    assert command is None or read_line(as_line(command)) == command


def test_half_a_line_is_waited_for(worked_on: Path) -> None:
    mailbox, line = Mailbox(worked_on), as_line(Pause())
    with (worked_on / FILE_NAME).open("ab", buffering=0) as file:
        file.write(line[:7])
        assert mailbox.new_commands() == []
        file.write(line[7:])
    assert mailbox.new_commands() == [Pause()]


def test_a_line_without_end_is_given_up(worked_on: Path) -> None:
    mailbox = Mailbox(worked_on)
    with (worked_on / FILE_NAME).open("ab", buffering=0) as file:
        file.write(b"x" * (MOST_AT_ONCE + 10))
        assert mailbox.new_commands() == []
        file.write(b"\n" + as_line(Pause()))
    assert mailbox.new_commands() == [Pause()]


def test_a_mailbox_that_was_replaced_is_read_from_its_end(worked_on: Path) -> None:
    mailbox = Mailbox(worked_on)
    for _ in range(3):
        send(worked_on, Pause())
    assert len(mailbox.new_commands()) == 3
    (worked_on / FILE_NAME).write_bytes(as_line(Stop()))
    assert mailbox.new_commands() == []
    send(worked_on, GoOn())
    assert mailbox.new_commands() == [GoOn()]


@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_what_is_no_plain_file_is_neither_read_nor_written(worked_on: Path, kind: str) -> None:
    mailbox, path = Mailbox(worked_on), worked_on / FILE_NAME
    elsewhere = worked_on / "elsewhere"
    elsewhere.write_bytes(as_line(Stop()))
    if kind == "link":
        path.symlink_to(elsewhere)
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.mkdir()
    with pytest.raises(SofthouseError, match="cannot be written"):
        send(worked_on, Pause())
    assert mailbox.new_commands() == []
    assert elsewhere.read_bytes() == as_line(Stop())


async def test_each_of_a_process_s_runs_gets_its_own_mail(tmp_path: Path) -> None:
    post, heard = MailboxPoller(), asyncio.Event()
    got: dict[str, list[Command]] = {"one": [], "two": []}
    with ExitStack() as stack:
        for name, commands in got.items():
            folder = tmp_path / name
            folder.mkdir()
            Journal.create(folder / "journal.jsonl")

            def deliver(command: Command, commands: list[Command] = commands) -> None:
                commands.append(command)
                heard.set()

            stack.enter_context(post.bringing(Mailbox(folder), deliver))
        send(tmp_path / "two", Step())
        await heard.wait()
    assert got == {"one": [], "two": [Step()]}


async def test_nobody_goes_round_once_the_last_run_has_ended(tmp_path: Path) -> None:
    before = len(_timers())
    post = MailboxPoller()
    with post.bringing(Mailbox(tmp_path), lambda _: None):
        assert len(_timers()) == before + 1
    assert len(_timers()) == before


def _timers() -> list[asyncio.TimerHandle]:
    loop = asyncio.get_running_loop()
    return [timer for timer in loop._scheduled if not timer.cancelled()]  # type: ignore[attr-defined]
