"""Roles with hands: what their tools change becomes part of the program, in the order they did it."""

import asyncio
import os
import re
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from company.engine.resources import open_resources
from company.engine.run import Run
from company.engine.workspace.hands import Hands
from company.engine.workspace.workbench import Workbench
from company.errors import NothingDelivered, ProviderError
from company.tools.search import Search
from company.tools.tool import BadCall
from tests.support.hands import DONE, PROGRAM, call, company_with_hands
from tests.support.houses import only_journal, prompts, work, write_cards
from tests.support.left_behind import descendants
from tests.support.sandboxes import make_backend
from tests.support.scripted_company import file_block
from tests.support.scripted_provider import Reply, ScriptedProvider
from tests.support.waiting import PATIENCE
from warehouse.events import ToolStarted
from warehouse.events.conversion import as_json
from warehouse.history.entries import ToolCalled
from warehouse.history.format.lines import lines_of
from warehouse.history.transcript import transcript
from warehouse.journal.journal import FILE_NAME, read_events
from warehouse.paths import MAX_FILE_BYTES


async def told(folder: Path, *replies: str, sandbox: str = "bubblewrap") -> tuple[list[str], Run]:
    """What the engineer was told after each of the replies but the last, and the run."""
    company_with_hands(folder / "cards")
    async with ScriptedProvider([*replies]) as provider:
        run = await work(folder, provider, sandbox=sandbox)
    return [each[-1] for each in prompts(provider)[1:]], run


def calls_recorded(folder: Path) -> list[str]:
    effects = (as_json(e.data) for e in only_journal(folder) if e.kind == "effect.started")
    return [each["request"]["tool"] for each in effects if each["effect"] == "tool"]


async def test_a_program_is_written_run_mended_and_delivered_by_one_commit(tmp_path: Path) -> None:
    answers, run = await told(
        tmp_path,
        PROGRAM + call("run", command="python3 main.py"),
        call("edit", path="main.py", search="    return n + n", replace="    return 2 * n")
        + "\n"
        + call("run", command="python3 main.py"),
        DONE,
    )

    assert answers[0] == (
        "edit main.py comes to:\nmain.py has 4 lines now.\n\n"
        "run python3 main.py comes to:\nexit code 0\n42"
    )
    assert answers[1].endswith("exit code 0\n42")
    assert run.product.files() == {
        "main.py": b"def double(n):\n    return 2 * n\n\nprint(double(21))\n"
    }
    (commit,) = run.product.log()
    assert commit.trailers["Softhouse-Tools"] == (
        "edit main.py; run python3 main.py; edit main.py return n + n return 2 * n; "
        "run python3 main.py"
    )


async def test_what_a_command_writes_and_removes_is_written_and_removed(tmp_path: Path) -> None:
    command = (
        "mkdir -p data; echo 1 > data/one.txt; rm old.py; python3 -m compileall -q main.py;"
        " printf '\\377' > noise.bin; ls"
    )
    answers, run = await told(
        tmp_path,
        PROGRAM + file_block("old.py", "1") + call("run", command=command),
        call("run", command="ls; rm noise.bin"),
        DONE,
    )

    assert "Files changed: data/one.txt, old.py." in answers[0]
    assert "Not kept: noise.bin is no text." in answers[0]
    assert "noise.bin" in answers[1], "it is there for the next command"
    assert sorted(run.product.files()) == ["data/one.txt", "main.py"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"path": "../out.py", "replace": "1"}, "Nothing was done: the path"),
        ({"path": "/etc/passwd", "replace": "1"}, "is absolute"),
        ({"path": ".git/hooks/x", "replace": "1"}, "Nothing was done: the path"),
        ({"path": "./main.py", "replace": "1"}, "the file is not"),
        ({"path": "MAIN.py", "replace": "1"}, "Nothing was changed: the path"),
        ({"path": "main.py/x", "replace": "1"}, "Nothing was changed: the path"),
        ({"path": "none.py", "search": "a", "replace": "b"}, "There is no file 'none.py'"),
        ({"path": "main.py", "search": "no such line", "replace": "b"}, "not in the file"),
        ({"path": "main.py", "search": "", "replace": "b"}, "the file is not"),
        ({"path": "main.py", "search": "    return n + n", "replace": "    return n + n"}, "stands there"),
        ({"path": "main.py"}, "'replace': Field required"),
    ],
)  # fmt: skip
async def test_an_edit_that_cannot_be_made_is_told_and_changes_nothing(
    tmp_path: Path, arguments: dict[str, str], complaint: str
) -> None:
    answers, run = await told(tmp_path, PROGRAM + call("edit", **arguments), DONE, sandbox="none")

    assert complaint in answers[0]
    assert list(run.product.files()) == ["main.py"]


async def test_the_program_s_tests_are_run_and_counted(tmp_path: Path) -> None:
    tests = "from main import double\n\ndef test_two():\n    assert double(2) == {}\n"
    answers, _ = await told(
        tmp_path,
        PROGRAM + call("test"),
        file_block("test_main.py", tests.format(5)) + call("test"),
        file_block("test_main.py", tests.format(4)) + call("test", path="test_main.py"),
        call("test", path="main.py"),
        DONE,
    )

    assert answers[0].endswith("There are no such tests. Files of tests: none.")
    assert "The tests do not hold: 0 of 1 passed, 1 failed" in answers[1]
    assert "assert 4 == 5" in answers[1]
    assert "The tests hold: 1 of 1 passed" in answers[2]
    assert answers[3] == "There are no such tests. Files of tests: test_main.py."


async def test_files_are_listed_and_searched(tmp_path: Path) -> None:
    answers, _ = await told(
        tmp_path,
        PROGRAM + file_block("notes.md", "double it") + call("list"),
        call("list", only="*.md"),
        call("search", pattern="double", word=True, only="*.py"),
        call("search", pattern=r"return\s+n"),
        call("search", pattern="nowhere"),
        call("search", pattern="("),
        call("search", pattern="(x+x+)+y"),
        DONE,
        sandbox="none",
    )

    assert answers[0].endswith("main.py (4 lines)\nnotes.md (1 lines)")
    assert answers[1].endswith("comes to:\nnotes.md (1 lines)")
    assert answers[2].endswith("comes to:\nmain.py\n1: def double(n):\n4: print(double(21))")
    assert answers[3].endswith("comes to:\nmain.py\n2: return n + n")
    assert answers[4].endswith("Nothing fits 'nowhere' in 2 files.")
    assert answers[5].startswith("'(' is no regular expression")
    assert answers[6].endswith("Nothing fits '(x+x+)+y' in 2 files.")


async def test_where_much_is_found_each_file_has_its_share_and_the_rest_is_counted(
    tmp_path: Path,
) -> None:
    files = {"a.py": 100, "b.py": 1, "c.py": 100}
    long = [file_block(path, "\n".join(f"n = {n}" for n in range(k))) for path, k in files.items()]
    many = [file_block(f"many/f{n:02}.py", "m = 1") for n in range(60)]
    _, here, everywhere = (
        await told(
            tmp_path,
            "".join(long + many) + call("list"),
            call("search", pattern="n =", only="*.py"),
            call("search", pattern="m = 1"),
            DONE,
            sandbox="none",
        )
    )[0]
    # 40 lines in three files: 13, then 1 of 13, then what is left.
    assert "\n13: n = 12\n[… 87 more here]\nb.py\n1: n = 0\nc.py\n1: n = 0\n" in here
    assert here.endswith("\n26: n = 25\n[… 74 more here]")
    assert everywhere.count("1: m = 1") == 40 and everywhere.endswith("[… and 20 more files]")


async def test_what_stands_in_the_talk_already_is_not_told_again(tmp_path: Path) -> None:
    long = "\n".join(f"VALUE_{number} = {number}" for number in range(40))
    first, again, other, short = (
        await told(
            tmp_path,
            file_block("values.py", long) + call("run", command="cat values.py"),
            call("run", command="cat values.py"),
            call("run", command="cat values.py; echo and more"),
            call("run", command="echo hi") * 2,
            DONE,
        )
    )[0]
    assert "VALUE_39 = 39" in first and "VALUE_39 = 39" in other
    assert again.startswith("run cat values.py comes to:\nWhat stands above already")
    assert '"exit code 0"' in again and "VALUE" not in again
    assert short.count("hi\n") + short.endswith("hi") == 2


async def test_an_expression_that_takes_for_ever_is_given_up(tmp_path: Path) -> None:
    answers, _ = await told(
        tmp_path,
        file_block("main.py", f"# {'x' * 5_000}") + call("search", pattern="(x+x+)+(x+x+)+y"),
        DONE,
        sandbox="none",
    )
    assert answers[0].endswith("The search took too long: use a simpler expression.")


async def test_many_lines_of_which_each_takes_long_are_given_up_as_one_while_others_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("company.tools.search.SECONDS", 0.5)
    workspace: Any = SimpleNamespace(readable={"main.py": f"{'a' * 13}!\n" * 1_000})
    wanted = Search.arguments(pattern="^(a|a|aa)+$")
    searching = asyncio.create_task(Search().call(wanted, workspace))
    turns = 0
    while not searching.done():
        await asyncio.sleep(0.01)
        turns += 1
    assert turns > 5
    with pytest.raises(BadCall, match="took too long"):
        await searching


async def test_what_is_installed_is_documented(tmp_path: Path) -> None:
    answers, _ = await told(
        tmp_path, PROGRAM + call("docs", name="json.dumps"), call("docs", name="no.such"), DONE
    )
    assert "Serialize ``obj`` to a JSON formatted" in answers[0]
    assert answers[1].startswith("Nothing is documented of 'no.such' here.")


async def test_a_flood_and_an_endless_command_are_cut_and_stopped(tmp_path: Path) -> None:
    answers, run = await told(
        tmp_path,
        PROGRAM + call("run", command="yes | head -c 100000000"),
        call("run", command="sleep 1000 & sleep 1000", seconds=0.5),
        call("run", command="pgrep sleep"),
        call("run", command="cat; exit 3", input="from the role"),
        DONE,
    )
    assert len(answers[0]) < 10_000
    assert re.search(r"\[… more than [\d,]{6,} characters left out …\]", answers[0])
    assert "It was stopped after" in answers[1]
    assert "exit code 1" in answers[2], "nothing of the command before is alive"
    assert answers[3].endswith("exit code 3\nfrom the role")
    assert list(run.product.files()) == ["main.py"]


async def test_links_lead_nowhere(tmp_path: Path) -> None:
    """What a command links to is neither read nor written by a path through the link."""
    answers, run = await told(
        tmp_path,
        PROGRAM + call("run", command="ln -s /etc/passwd link; ln -s main.py alias; ln -s / top; mkfifo p"),
        call("read", path="link")
        + call("edit", path="alias", replace="x = 1")
        + call("edit", path="top/tmp/x.py", replace="x = 2")
        + call("run", command="cat main.py; ls /tmp; readlink alias top"),
        DONE,
    )  # fmt: skip
    assert answers[1].startswith("There is no file 'link'.")
    assert answers[1].endswith("exit code 1\ndef double(n):\n    return n + n\n\nprint(double(21))")
    assert sorted(run.product.files()) == ["alias", "main.py", "top/tmp/x.py"]


async def test_without_a_sandbox_files_can_be_edited_and_nothing_run(tmp_path: Path) -> None:
    answers, run = await told(tmp_path, PROGRAM + call("run", command="ls"), DONE, sandbox="none")
    assert "this company works without a sandbox" in answers[0]
    assert list(run.product.files()) == ["main.py"]


async def test_a_run_taken_up_again_goes_on_in_the_same_workspace(tmp_path: Path) -> None:
    """What commands wrote is there, and none is run again."""
    company_with_hands(tmp_path / "cards")
    writes = call("run", command="date +%N > stamp.txt; cat stamp.txt")
    reads = call("run", command="cat stamp.txt")
    broken = Reply(fault="leaky")
    async with ScriptedProvider([PROGRAM + writes, broken, reads, DONE]) as provider:
        with pytest.raises(ProviderError):
            await work(tmp_path, provider, sandbox="bubblewrap")
        async with open_resources("bubblewrap") as resources:
            (folder,) = (tmp_path / "products").iterdir()
            run = Run.reopen(folder, resources)
            await run.work()

    stamp = run.product.files()["stamp.txt"].decode().strip()
    assert prompts(provider)[-1][-1].endswith(f"exit code 0\n{stamp}")
    assert calls_recorded(tmp_path) == ["edit", "run", "run"]


async def test_a_command_that_was_cut_off_is_run_again_and_that_is_said(tmp_path: Path) -> None:
    """Killed while it ran: nothing tells what it had done, and its sandbox is gone."""
    command = "test -e log.txt && echo twice; echo once >> log.txt; cat log.txt"
    company_with_hands(tmp_path / "cards")
    async with ScriptedProvider([PROGRAM + call("run", command=command), DONE, DONE]) as provider:
        run = await work(tmp_path, provider, sandbox="bubblewrap")
        journal = run.folder / FILE_NAME
        began = [n for n, e in enumerate(read_events(journal)) if isinstance(e.data, ToolStarted)]
        lines = journal.read_bytes().splitlines(keepends=True)
        journal.write_bytes(b"".join(lines[: began[-1] + 1]))
        async with open_resources("bubblewrap") as resources:
            again = Run.reopen(run.folder, resources)
            await again.work()

    first, second = (each[-1] for each in prompts(provider)[1:])
    assert second == first, "it found the workspace as it had been before"
    assert again.product.files()["log.txt"] == b"once\n"
    uses = [e for e in transcript(read_events(journal)) if isinstance(e, ToolCalled)]
    assert [use.again for use in uses] == [False, True]
    assert "made again, it had been cut off" in lines_of(uses[1])[0]


async def test_a_talk_that_wrote_nothing_delivers_nothing(tmp_path: Path) -> None:
    company_with_hands(tmp_path / "cards")
    async with ScriptedProvider([call("list"), DONE, DONE, DONE]) as provider:
        with pytest.raises(NothingDelivered):
            await work(tmp_path, provider, sandbox="none")
    assert "Your reply holds no file" in prompts(provider)[2][-1]


def test_no_file_may_be_larger_than_those_in_replies() -> None:
    hands = Hands({}, Workbench("none", None, Path()))
    with pytest.raises(BadCall, match="Nothing was changed"):
        hands.put("big.txt", "x" * (MAX_FILE_BYTES + 1))
    assert hands.texts == {}


async def test_a_command_that_takes_its_sandbox_down_loses_its_own_files_alone(
    tmp_path: Path,
) -> None:
    backend = await make_backend("bubblewrap", tmp_path)
    before = descendants(os.getpid())
    hands = Hands({"main.py": b"1\n"}, Workbench("bubblewrap", backend, tmp_path))
    await hands.run(["sh", "-c", "echo kept > first.txt; rm main.py"])
    command = asyncio.create_task(hands.run(["sh", "-c", "echo 2 > second.txt; sleep 99"]))
    await until(lambda: any("sleep" in _command(pid) for pid in descendants(os.getpid()) - before))
    # The outermost first: else the steward may still tell how the command within ended.
    for pid in sorted(descendants(os.getpid()) - before):
        with suppress(ProcessLookupError):  # which ended with one that was killed before
            os.kill(pid, signal.SIGKILL)

    ran = await command

    assert ran.result.out_of_memory
    assert ran.left_out == ("what it wrote was lost with the sandbox",)
    assert hands.texts == {"first.txt": "kept\n"}
    assert (await hands.run(["ls"])).result.stdout == "first.txt\n"
    await hands.close()


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


async def test_files_in_the_last_reply_are_delivered_too(tmp_path: Path) -> None:
    _, run = await told(
        tmp_path, PROGRAM + call("list"), file_block("util.py", "1"), sandbox="none"
    )
    assert sorted(run.product.files()) == ["main.py", "util.py"]


async def test_a_role_that_may_not_edit_keeps_nothing_beside_a_call(tmp_path: Path) -> None:
    company_with_hands(tmp_path / "cards", tools=["read", "list"])
    async with ScriptedProvider([PROGRAM + call("list"), PROGRAM]) as provider:
        run = await work(tmp_path, provider, sandbox="none")
    assert prompts(provider)[1][-1] == "list comes to:\nThere is no such file."
    assert list(run.product.files()) == ["main.py"]


async def test_a_phase_that_may_write_tests_alone_changes_nothing_else(tmp_path: Path) -> None:
    """Whether by `edit`, by a command, or beside a call."""
    company_with_hands(tmp_path / "cards")
    tests = {"title": "Test", "prompt": "Test {{ task }}", "sees": ["task"]}
    talk = {"instructor": "cto", "assistant": "maker"}
    only = {"files": {"only": ["{tests}"]}}
    write_cards(tmp_path / "cards", "phases", probe={**tests, "talk": talk, "yields": only})
    write_cards(tmp_path / "cards", "chains", tiny={"steps": ["make", "probe"]})
    replies = [
        PROGRAM,
        call("edit", path="main.py", search="print(double(21))", replace="print(1)"),
        call("run", command="rm main.py; echo 1 > new.py; echo 'def test(): pass' > test_a.py; ls"),
        PROGRAM.replace("n + n", "n") + call("run", command="cat main.py; ls"),
        DONE,
    ]
    async with ScriptedProvider(replies) as provider:
        run = await work(tmp_path, provider, sandbox="bubblewrap")

    edited, ran, beside = (each[-1] for each in prompts(provider)[2:5])
    assert edited == "Nothing was changed: main.py is not to be changed in this phase."
    assert "Not kept: main.py is not to be changed in this phase; new.py is not" in ran
    assert "return n + n" in beside
    assert sorted(run.product.files()) == ["main.py", "test_a.py"]
    assert b"return n + n" in run.product.files()["main.py"]
