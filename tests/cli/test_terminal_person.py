"""A person in a role, asked at the terminal."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from company.cli.run.terminal_person import LineReader, TerminalPerson
from company.cli.views.view import Plain
from company.errors import ConfigurationError
from tests.support.command_line import as_process, model_at, provider
from tests.support.scripted_company import PRODUCT, PROGRAM, TASK, file_block
from tests.support.scripted_provider import ScriptedProvider
from warehouse.events.conversion import as_json
from warehouse.journal.journal import read_events

TYPED = "".join(file_block(path, (PRODUCT / path).read_text()) for path in PROGRAM) + "\n"


@pytest.fixture
def serving() -> Iterator[ScriptedProvider]:
    with provider() as server:
        yield server


@pytest.fixture
def typing() -> Iterator[tuple[LineReader, int]]:
    """Lines read from one end of a pipe, and the other end to write to."""
    out, into = os.pipe()
    yield LineReader(out), into
    os.close(out)


async def test_lines_come_whole_however_they_arrive(typing: tuple[LineReader, int]) -> None:
    lines, into = typing
    os.write(into, b"on" + b"e\ntwo\nthr")
    assert await lines.line() == "one\n"
    assert await lines.line() == "two\n"
    os.write(into, "ee – ü\nlast".encode())
    os.close(into)
    assert await lines.line() == "three – ü\n"
    assert await lines.line() == "last"
    assert await lines.line() == ""


async def test_waiting_for_a_line_leaves_the_loop_free_and_can_be_cancelled(
    typing: tuple[LineReader, int],
) -> None:
    lines, into = typing
    waiting = asyncio.create_task(lines.line())
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    os.write(into, b"later\n")
    assert await lines.line() == "later\n"
    os.close(into)


async def test_a_file_can_be_read_too(tmp_path: Path) -> None:
    (tmp_path / "answers").write_text("yes\n")
    with (tmp_path / "answers").open("rb") as file:
        assert await LineReader(file.fileno()).line() == "yes\n"


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("make it blue\nand round\n\n", "make it blue\nand round"),
        ("\n", ""),
        ("no line end", "no line end"),
        ("main.py\n```python\na = 1\n\nb = 2\n```\n\n", "main.py\n```python\na = 1\n\nb = 2\n```"),
    ],
)
async def test_an_answer_ends_with_an_empty_line_outside_of_fences(
    typing: tuple[LineReader, int], typed: str, answer: str
) -> None:
    lines, into = typing
    os.write(into, typed.encode())
    os.close(into)
    person = TerminalPerson(Plain(), lines)
    assert await person.answer("Human", "Is it good?") == answer


async def test_when_input_has_ended_silence_is_not_consent(
    typing: tuple[LineReader, int],
) -> None:
    lines, into = typing
    os.close(into)
    with pytest.raises(ConfigurationError, match="standard input ended"):
        await TerminalPerson(Plain(), lines).answer("Human", "Is it good?")


async def test_a_question_cannot_drive_the_terminal(
    typing: tuple[LineReader, int], capsys: pytest.CaptureFixture[str]
) -> None:
    lines, into = typing
    os.write(into, b"ok\n\n")
    await TerminalPerson(Plain(), lines).answer("Human", "\x1b]52;c;aGk=\x07 is it good?")
    os.close(into)
    shown = capsys.readouterr().out
    assert "is it good?" in shown
    assert "\x1b" not in shown


def test_a_role_played_by_a_person_writes_the_program(
    serving: ScriptedProvider, tmp_path: Path
) -> None:
    run = ["run", TASK, "--company", "solo", "--model", model_at(serving), "--sandbox", "none"]
    done = as_process(*run, "--human", "programmer", "--json", cwd=tmp_path, stdin=TYPED)
    assert done.code == 0, done.err
    assert "Programmer, it is your turn" in done.err
    assert serving.calls == []
    (folder,) = (tmp_path / "products").iterdir()
    assert (folder / "product" / "tip.py").is_file()


def test_without_anybody_the_run_stops_and_goes_on_when_someone_is_there(
    serving: ScriptedProvider, tmp_path: Path
) -> None:
    run = ["run", TASK, "--company", "solo", "--model", model_at(serving), "--sandbox", "none"]
    alone = as_process(*run, "--human", "programmer", cwd=tmp_path, stdin="")
    assert "Answer at a terminal" in alone.fails_with(2)
    resumed = as_process("resume", "last", cwd=tmp_path, stdin=TYPED)
    assert resumed.code == 0, resumed.err
    (folder,) = (tmp_path / "products").iterdir()
    assert as_json(read_events(folder / "journal.jsonl")[-1].data)["status"] == "unverified"
