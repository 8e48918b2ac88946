"""Runs in processes of their own: begun, told what to do, and outliving whoever began them."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from company.remote import launch as house
from company.remote.commands import Answer, GoOn, Pause, Raise, Say, Stop
from company.remote.mailbox import send
from tests.support.command_line import model_at
from tests.support.houses import prompts
from tests.support.scripted_provider import Rule, ScriptedProvider
from tests.support.steering import FILES, PROGRAM, chain_of
from tests.support.waiting import PATIENCE
from warehouse.errors import SofthouseError
from warehouse.events.conversion import as_json
from warehouse.history.summary import RunSummary, SummaryFold
from warehouse.journal.journal import FILE_NAME, Event, is_locked, read_events
from warehouse.runs.folders import run_folders

OWN_WAY: dict[str, Any] = {"sandbox": "none", "seed": 1}


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that whoever begins runs stands in, with a company that asks its customer."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SOFTHOUSE_PRODUCTS", raising=False)
    chain_of(
        tmp_path, "work", "look", "manual", work={"yields": FILES}, manual={"sees": ["answers"]}
    )
    (tmp_path / "cards/phases/look.yaml").write_text(
        "name: look\ntitle: Look\nask: {who: human}\nyields: {report: null}\nprompt: Which colour?\n"
    )
    manual = tmp_path / "cards/phases/manual.yaml"
    manual.write_text(manual.read_text().replace("Do manual", "Do manual {{ answers }}"))
    return tmp_path


@contextmanager
def serving(*work: Any) -> Iterator[ScriptedProvider]:
    rules = [Rule(work or [PROGRAM], user="Do work"), Rule(["A manual"], user="Do manual")]
    with ScriptedProvider(rules=rules).in_thread() as provider:
        yield provider


@asynccontextmanager
async def at_work(provider: ScriptedProvider, **more: Any) -> AsyncIterator[Path]:
    """The folder of a run that works in a process of its own; it is ended in the end."""
    more = {"company": "cards/companies/tiny.yaml", **OWN_WAY, **more}
    folder = await house.begin("a clock", model=model_at(provider), **more)
    try:
        yield folder
    finally:
        if is_locked(folder / FILE_NAME):
            send(folder, Stop())
            await over(folder)


async def until(folder: Path, happened: Callable[[Event], bool]) -> Event:
    """The first such event of a run, once it is there."""
    async with asyncio.timeout(PATIENCE):
        while True:
            for event in read_events(folder / FILE_NAME):
                if happened(event):
                    return event
            await asyncio.sleep(0.02)


async def over(folder: Path) -> RunSummary:
    """The run as it is once nobody works on it any more."""
    async with asyncio.timeout(PATIENCE):
        while is_locked(folder / FILE_NAME):  # noqa: ASYNC110 — another process tells nobody
            await asyncio.sleep(0.02)
    return SummaryFold(read_events(folder / FILE_NAME)).summary


def asked(event: Event) -> bool:
    return event.kind == "effect.started" and as_json(event.data)["effect"] == "answer"


def of_kind(kind: str) -> Callable[[Event], bool]:
    return lambda event: event.kind == kind


async def test_a_run_is_begun_answered_and_ends_in_a_process_of_its_own(desk: Path) -> None:
    with serving() as provider:
        async with at_work(provider, name="A clock", usd=None) as folder:
            assert folder.parent == Path("products")
            question = await until(folder, asked)
            send(folder, Answer(question.where, "blue"))
            summary = await over(folder)
    assert summary.name == "A clock"
    assert summary.task == "a clock"
    assert summary.files == ["main.py"]
    assert (summary.status, summary.exit_code) == ("unverified", 0)
    assert "blue" in prompts(provider)[-1][-1]


async def test_it_works_in_a_session_of_its_own(desk: Path) -> None:
    with serving() as provider:
        async with at_work(provider) as folder:
            await until(folder, asked)
            holder = _holder(folder)
            assert os.getsid(holder) != os.getsid(0)
            send(folder, Stop())
            summary = await over(folder)
    assert (summary.status, summary.exit_code, summary.reason) == ("stopped", 130, "interrupted")


def _holder(folder: Path) -> int:
    """The process that has the journal of a run open."""
    journal = str((folder / FILE_NAME).resolve())
    for process in Path("/proc").iterdir():
        if process.name.isdecimal() and int(process.name) != os.getpid():
            try:
                if journal in {str(fd.readlink()) for fd in (process / "fd").iterdir()}:
                    return int(process.name)
            except OSError:
                continue
    raise AssertionError("nobody has it open")


async def test_what_the_process_says_where_it_cannot_begin_is_told(desk: Path) -> None:
    with pytest.raises(SofthouseError) as failure:
        await house.begin("a clock", company="pear", model="url:http://127.0.0.1:9/v1#m")
    assert "There is no company 'pear' — did you mean 'pair'?" in str(failure.value)
    assert not str(failure.value).startswith("softhouse")


@pytest.mark.parametrize("task", ["", "  \n", "x" * 50_001, "a\x00b", "\ud800"])
async def test_a_task_that_cannot_be_worked_on_is_refused(desk: Path, task: str) -> None:
    with serving() as provider, pytest.raises(SofthouseError, match="task"):
        await house.begin(task, company="solo", model=model_at(provider))
    assert not (desk / "products").exists()


async def test_a_task_may_begin_with_a_dash_and_be_long(desk: Path) -> None:
    task = "--help me: " + "ä" * 40_000
    with serving() as provider:
        folder = await house.begin(
            task, company="cards/companies/tiny.yaml", model=model_at(provider), **OWN_WAY
        )
        await until(folder, asked)
        send(folder, Stop())
        assert (await over(folder)).task == task


async def test_no_key_is_in_what_is_told(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-averysecretkey-0123456789")
    with pytest.raises(SofthouseError) as failure:
        await house.begin("a clock", company="sk-averysecretkey-0123456789", model="openai:m")
    assert "averysecret" not in str(failure.value)


async def test_a_resumed_run_goes_on_with_other_limits(desk: Path) -> None:
    with serving() as provider:
        with pytest.raises(SofthouseError):
            async with at_work(provider, calls=0):
                pass
        async with at_work(provider) as folder:
            await until(folder, asked)
            send(folder, Stop())
            await over(folder)
            await house.resume(folder, Raise(calls=40))
            again = await until(folder, of_kind("run.resumed"))
            question = [e for e in read_events(folder / FILE_NAME) if asked(e)][-1]
            await until(folder, lambda e: asked(e) and e.seq > again.seq)
            send(folder, Answer(question.where, "green"))
            summary = await over(folder)
    assert as_json(again.data)["limits"]["calls"] == 40
    assert summary.exit_code == 0
    assert [call.user.split()[1] for call in provider.calls] == ["work", "manual"]


async def test_a_run_that_is_worked_on_is_not_taken_up_a_second_time(desk: Path) -> None:
    with serving() as provider:
        async with at_work(provider) as folder:
            await until(folder, asked)
            with pytest.raises(SofthouseError, match="Another process is working on"):
                await house.resume(folder)


async def test_a_fork_is_a_run_of_its_own(desk: Path) -> None:
    with serving() as provider:
        async with at_work(provider, experiment="colours") as folder:
            question = await until(folder, asked)
            send(folder, Answer(question.where, "blue"))
            await over(folder)
        fork = await house.fork(folder, "manual", {"seed": "7"}, name="Another")
        summary = await over(fork)
    assert (summary.parent, summary.name, summary.usage.calls) == (folder.name, "Another", 1)
    assert summary.experiment == "colours"
    assert fork.parent == folder.parent


async def test_a_fork_that_cannot_be_says_why(desk: Path) -> None:
    with serving() as provider:
        async with at_work(provider) as folder:
            await until(folder, asked)
        with pytest.raises(SofthouseError, match="No step of the run is called"):
            await house.fork(folder, "nowhere", {})


async def test_it_outlives_whoever_began_it(desk: Path) -> None:
    """The one that began it is killed, and with it the reader of all that it says."""
    with serving() as provider:
        program = (
            "import asyncio, sys\n"
            "from company.remote import launch\n"
            "folder = asyncio.run(launch.begin('a clock', company='cards/companies/tiny.yaml',"
            f" model={model_at(provider)!r}, **{OWN_WAY!r}))\n"
            "print(folder, flush=True)\n"
            "import time; time.sleep(600)\n"
        )
        beginner = subprocess.Popen(  # noqa: ASYNC220
            [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd=desk
        )
        assert beginner.stdout is not None
        folder = Path((await asyncio.to_thread(beginner.stdout.readline)).strip())
        question = await until(folder, asked)
        beginner.send_signal(signal.SIGKILL)
        beginner.wait()
        beginner.stdout.close()
        send(folder, Answer(question.where, "blue"))
        summary = await over(folder)
    assert summary.exit_code == 0


@pytest.mark.parametrize("by_mail", [True, False])
async def test_a_run_at_a_terminal_is_answered_there_or_by_mail(desk: Path, by_mail: bool) -> None:
    with serving() as provider:
        company = ["--company", "cards/companies/tiny.yaml", "--sandbox", "none", "--seed", "1"]
        terminal = subprocess.Popen(  # noqa: ASYNC220
            [
                sys.executable,
                "-m",
                "softhouse",
                "run",
                "a clock",
                *company,
                "--model",
                model_at(provider),
                "--plain",
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert terminal.stdout is not None
        for line in terminal.stdout:
            if b"Which colour?" in line:
                break
        (folder,) = run_folders(Path("products"))
        question = await until(folder, asked)
        assert terminal.stdin is not None
        if by_mail:
            send(folder, Answer(question.where, "blue"))
        else:
            terminal.stdin.write(b"blue\n\n")
            terminal.stdin.flush()
        said = await asyncio.to_thread(terminal.stdout.read)
        assert terminal.wait() == 0
        terminal.stdin.close()
        terminal.stdout.close()
    assert b"says     2.look human: blue" in said
    assert "blue" in prompts(provider)[-1][-1]


async def test_killed_while_paused_it_is_resumed_to_the_same_product(desk: Path) -> None:
    """What was said to a role in the pause is not lost, and nothing is asked twice."""
    with serving() as provider:
        async with at_work(provider) as folder:
            question = await until(folder, asked)
            send(folder, Pause())
            await until(folder, of_kind("run.paused"))
            send(folder, Answer(question.where, "blue"))
            send(folder, Say("programmer", "Write little."))
            await until(folder, of_kind("interjection"))
            os.kill(_holder(folder), signal.SIGKILL)
            assert (await over(folder)).paused
            await house.resume(folder)
            summary = await over(folder)
    assert (summary.exit_code, summary.paused) == (0, False)
    assert [call.user.split()[1] for call in provider.calls] == ["work", "manual"]
    last = prompts(provider)[-1][-1]
    assert "blue" in last
    assert "- Write little." in last
    ended = [event.where for event in read_events(folder / FILE_NAME) if asked(event)]
    assert len(ended) == 1


async def test_an_old_command_does_not_act_on_a_resumed_run(desk: Path) -> None:
    with serving() as provider:
        async with at_work(provider) as folder:
            await until(folder, asked)
            send(folder, Pause())
            await until(folder, of_kind("run.paused"))
            send(folder, Stop())
            await over(folder)
            await house.resume(folder)
            again = await until(folder, of_kind("run.resumed"))
            question = await until(folder, lambda e: asked(e) and e.seq > again.seq)
            send(folder, Answer(question.where, "blue"))
            summary = await over(folder)
    assert summary.exit_code == 0


async def test_a_pause_is_no_working_time_in_any_session(desk: Path) -> None:
    with serving() as provider:
        async with at_work(provider) as folder:
            question = await until(folder, asked)
            send(folder, Pause())
            paused = await until(folder, of_kind("run.paused"))
            before = SummaryFold(read_events(folder / FILE_NAME)[: paused.seq + 1]).summary.seconds
            await asyncio.sleep(1.0)  # the pause itself
            send(folder, Answer(question.where, "blue"))
            send(folder, GoOn())
            await over(folder)
    events = read_events(folder / FILE_NAME)
    (went_on,) = [event for event in events if event.kind == "run.continued"]
    assert SummaryFold(events[: went_on.seq + 1]).summary.seconds == before


def test_the_companies_to_choose_from_are_the_house_s_and_one_s_own(desk: Path) -> None:
    (desk / "companies").mkdir()
    (desk / "companies/mine.yaml").write_text("name: mine\ntitle: My own\nchain: pair\n")
    (desk / "companies/broken.yaml").write_text("name: [")
    found = house.companies()
    assert found["mine"] == "My own"
    assert found["pair"] == "Programmer and tester"
    assert "broken" not in found
