"""Roles that use tools before they answer: each call is an effect, limited, recorded and told."""

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from company.cards.catalogue import Cards
from company.cards.check import check_company
from company.engine.resources import open_resources
from company.engine.run import Run
from company.engine.tool_protocol import checked
from company.engine.tool_use import AGAIN, MOST_CHARACTERS, NONE_LEFT
from company.engine.workspace.hands import Hands
from company.engine.workspace.workbench import Workbench
from company.errors import Diverged, ProviderError
from company.tools.read import Lines, Read
from company.tools.registry import tools_named
from company.tools.tool import BadCall
from roles.role import Role
from tests.support.command_line import in_process
from tests.support.forks import fork
from tests.support.houses import house, only_journal, prompts, work, write_cards
from tests.support.journals import phase, started, write_run
from tests.support.scripted_company import file_block
from tests.support.scripted_provider import Reply, ScriptedProvider
from warehouse.events.conversion import as_json
from warehouse.history.entries import ToolCalled
from warehouse.history.format.lines import lines_of
from warehouse.history.transcript import TranscriptFold, transcript
from warehouse.journal.journal import read_events

FIRST = file_block("main.py", "print('tick')\nprint('tock')")
SECOND = file_block("main.py", "print('tick tock')")
THIRD = file_block("main.py", "print('tock')")
CALL = '```tool\n{"tool": "read", "path": "main.py", "last": 1}\n```'


def company_with_tools(folder: Path, **limits: Any) -> None:
    """A company called `tiny`: a programmer writes, another with `read` changes it."""
    cards = folder / "cards"
    reader = {"title": "Reader", "prompt": "You read first.", "tools": ["read"]}
    talk = {"instructor": "cto", "assistant": "reader", **({"tools": limits} if limits else {})}
    write = {"instructor": "cto", "assistant": "programmer"}
    common = {"prompt": "Do it: {{ task }}", "sees": ["task"], "yields": {"files": {}}}
    write_cards(cards, "roles", reader=reader)
    write_cards(cards, "phases", write={"title": "Write", "talk": write, **common})
    write_cards(cards, "phases", change={"title": "Change", "talk": talk, **common})
    write_cards(cards, "chains", tiny={"steps": ["write", "change"]})
    write_cards(cards, "companies", tiny={"title": "Tiny", "chain": "tiny"})


def tool_effects(folder: Path) -> list[dict[str, Any]]:
    return [
        as_json(event.data)
        for event in only_journal(folder)
        if event.kind == "effect.started" and as_json(event.data)["effect"] == "tool"
    ]


async def test_a_role_reads_a_file_and_is_told_its_lines(tmp_path: Path) -> None:
    company_with_tools(tmp_path)
    async with ScriptedProvider([FIRST, CALL, SECOND]) as provider:
        run = await work(tmp_path, provider)

    told = prompts(provider)[2]
    assert told[2:] == [CALL, "read main.py 1 comes to:\n1: print('tick')"]
    (effect,) = tool_effects(tmp_path)
    assert effect["request"] == {"tool": "read", "arguments": {"path": "main.py", "last": 1}}
    assert run.product.files() == {"main.py": b"print('tick tock')\n"}


async def test_only_a_role_with_tools_is_told_of_them(tmp_path: Path) -> None:
    company_with_tools(tmp_path)
    async with ScriptedProvider([FIRST, SECOND]) as provider:
        await work(tmp_path, provider)

    (_, without), (_, with_tools) = prompts(provider)
    assert "tool" not in without
    assert with_tools.startswith(f"{without}\n\nBefore you answer you may use tools")


async def test_a_commit_and_the_transcript_name_the_calls(tmp_path: Path) -> None:
    company_with_tools(tmp_path)
    async with ScriptedProvider([FIRST, CALL, CALL, SECOND]) as provider:
        run = await work(tmp_path, provider)

    trailers = {entry.trailers.get("Softhouse-Tools") for entry in run.product.log()}
    assert trailers == {None, "read main.py 1; read main.py 1"}
    entries = [e for e in transcript(only_journal(tmp_path)) if isinstance(e, ToolCalled)]
    assert [entry.call for entry in entries] == ["read main.py 1"] * 2
    (line,) = lines_of(entries[0])
    told = "tool     2.change/turn-1/tool-1 reader: read main.py 1 → 1: print('tick')"
    assert re.fullmatch(re.escape(told) + r" \(\d\.\d s\)", line)


async def test_a_run_taken_up_again_in_the_middle_repeats_no_call(tmp_path: Path) -> None:
    company_with_tools(tmp_path)
    broken = Reply(fault="leaky")
    async with ScriptedProvider([FIRST, CALL, broken, SECOND]) as provider:
        with pytest.raises(ProviderError):
            await work(tmp_path, provider)
        async with open_resources("none") as resources:
            (folder,) = (tmp_path / "products").iterdir()
            run = Run.reopen(folder, resources)
            await run.work()

    assert len(tool_effects(tmp_path)) == 1
    assert prompts(provider)[-1][-1].startswith("read main.py 1 comes to:")
    assert run.product.files() == {"main.py": b"print('tick tock')\n"}


async def test_a_fork_from_a_later_step_repeats_no_call(tmp_path: Path) -> None:
    company_with_tools(tmp_path)
    write_cards(tmp_path / "cards", "chains", tiny={"steps": ["write", "change", "write"]})
    async with ScriptedProvider([FIRST, CALL, SECOND, FIRST, SECOND]) as provider:
        run = await work(tmp_path, provider)
        forked = await fork(run, "3.write", {"phases.write.prompt": "Anew: {{ task }}"})

    assert prompts(provider)[-1][1].startswith("Anew: a clock")
    assert len(provider.calls) == 5
    entries = transcript(read_events(forked.folder / "journal.jsonl"))
    assert [e.call for e in entries if isinstance(e, ToolCalled)] == ["read main.py 1"]


async def test_a_fork_in_the_middle_of_a_phase_shares_the_calls_before_it(tmp_path: Path) -> None:
    """Neither a model nor a tool is asked again for what came before; the rest may go another way."""
    company_with_tools(tmp_path)
    again = CALL.replace('"last": 1', '"first": 2')
    third = file_block("main.py", "print('tock tick')")
    async with ScriptedProvider([FIRST, CALL, again, SECOND, third]) as provider:
        run = await work(tmp_path, provider)
        forked = await fork(run, "2.change/turn-1/tool-2", {})

    assert len(provider.calls) == 5
    assert prompts(provider)[4] == prompts(provider)[3]
    shared = (run.folder / "journal.jsonl").read_bytes().splitlines()
    own = (forked.folder / "journal.jsonl").read_bytes().splitlines()
    ends = next(n for n, (a, b) in enumerate(zip(shared, own, strict=False)) if a != b)
    before, after = (
        only(forked.folder / "journal.jsonl", part) for part in (slice(ends), slice(ends, None))
    )
    assert [e.call for e in before] == ["read main.py 1"]
    assert [e.call for e in after] == ["read main.py 2"]
    assert forked.product.files() == {"main.py": b"print('tock tick')\n"}
    assert forked.summary.usage.calls == 1, "the fork paid for its own call alone"


def test_what_diverges_at_a_call_is_gone_on_with_from_its_phase() -> None:
    """A fork at the call itself would keep what does not fit."""
    for inside in (
        "turn-2/tool-1",
        "turn-1/repair-1/tool-3",
        "turn-1/tool-1/delegate/turn-1/tool-1",
    ):
        told = str(Diverged.at(f"2.directing/turn-4/coding/{inside}", "why"))
        assert told.endswith("fork RUN --at 2.directing/turn-4/coding")


def only(journal: Path, part: slice) -> list[ToolCalled]:
    """The calls in a part of a journal."""
    fold = TranscriptFold()
    entries = [fold.add(event) for event in read_events(journal)]
    return [entry for entry in entries[part] if isinstance(entry, ToolCalled)]


@pytest.mark.parametrize(
    "command",
    [["show"], ["export", "--to", "md", "-o", "-"], ["export", "--to", "html", "-o", "-"]],
)
async def test_show_and_exports_tell_of_the_calls(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    company_with_tools(tmp_path)
    async with ScriptedProvider([FIRST, CALL, SECOND]) as provider:
        run = await work(tmp_path, provider)
    name, *options = command

    assert in_process(name, str(run.folder), *options) == 0

    shown = unescape(capsys.readouterr().out.replace("\\", ""))
    assert "Reader uses read main.py 1" in shown
    assert "1: print('tick')" in shown


def test_show_and_exports_tell_a_plan_as_a_checklist(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    items = [{"text": "Write\x1b[2J <b>it", "done": True}, {"text": "Test it", "done": False}]
    plan = ("plan", "1.coding/turn-1/tool-1", {"role": "programmer", "items": items})
    run = str(write_run(tmp_path, [started(), phase("1.coding", "Coding"), plan]))
    said = []
    for command in (
        ["show", run],
        *(["export", run, "--to", to, "-o", "-"] for to in ("md", "html")),
    ):
        assert in_process(*command) == 0
        said.append(unescape(capsys.readouterr().out))
    for shown in said:
        assert "Programmer's plan, 1 of 2 done" in shown
        assert "☑ Write <b>it\n" in shown
        assert "☐ Test it" in shown
        assert "\x1b" not in shown


async def test_a_journal_with_calls_leads_to_the_recorded_end(tmp_path: Path) -> None:
    company_with_tools(tmp_path)
    async with ScriptedProvider([FIRST, CALL, SECOND]) as provider:
        run = await work(tmp_path, provider)
    async with open_resources("none") as resources:
        rehearsal = await Run.recorded(run.folder, resources).rehearse()

    assert rehearsal.ending is not None
    assert rehearsal.unasked == []


async def test_no_call_is_made_beyond_the_limit(tmp_path: Path) -> None:
    company_with_tools(tmp_path, calls=1)
    async with ScriptedProvider([FIRST, CALL, CALL, SECOND]) as provider:
        await work(tmp_path, provider)

    assert len(tool_effects(tmp_path)) == 1
    assert prompts(provider)[3][-1] == NONE_LEFT


async def test_a_role_that_goes_on_calling_is_sent_back_like_any_other_reply(
    tmp_path: Path,
) -> None:
    company_with_tools(tmp_path, calls=0)
    async with ScriptedProvider([FIRST, CALL, CALL, SECOND]) as provider:
        run = await work(tmp_path, provider)

    assert tool_effects(tmp_path) == []
    assert "Your reply holds no file" in prompts(provider)[3][-1]
    assert run.product.files() == {"main.py": b"print('tick tock')\n"}


async def test_no_call_is_made_once_the_tokens_are_used(tmp_path: Path) -> None:
    """Those of prompts count too, and those that are recalled."""
    company_with_tools(tmp_path, tokens=1)
    async with ScriptedProvider([FIRST, CALL, SECOND]) as provider:
        run = await work(tmp_path, provider)
        async with open_resources("none") as resources:
            rehearsal = await Run.recorded(run.folder, resources).rehearse()

    assert tool_effects(tmp_path) == []
    assert prompts(provider)[2][-1] == NONE_LEFT
    assert rehearsal.ending is not None


async def test_a_turn_has_limits_of_its_own(tmp_path: Path) -> None:
    company_with_tools(tmp_path, calls=3, turn={"calls": 1})
    talk = {"instructor": "cto", "assistant": "reader", "turns": 2}
    change = {"title": "Change", "talk": {**talk, "tools": {"calls": 3, "turn": {"calls": 1}}}}
    common = {"prompt": "Do it: {{ task }}", "sees": ["task"], "yields": {"files": {}}}
    write_cards(tmp_path / "cards", "phases", change={**change, **common})
    replies = [FIRST, CALL, CALL, SECOND, "Again.", CALL, CALL, THIRD]
    async with ScriptedProvider(replies) as provider:
        run = await work(tmp_path, provider)

    told = [each[-1] for each in prompts(provider)]
    assert [told[3], told[7]] == [NONE_LEFT, NONE_LEFT]
    assert len(tool_effects(tmp_path)) == 2
    assert run.product.files() == {"main.py": b"print('tock')\n"}


async def test_ten_thousand_calls_in_one_reply_end_at_the_limit(tmp_path: Path) -> None:
    company_with_tools(tmp_path, calls=20)
    calls = "\n".join(CALL.replace(": 1}", f": {last}}}") for last in range(1, 10_001))
    async with ScriptedProvider([FIRST, calls, SECOND]) as provider:
        await work(tmp_path, provider)

    assert len(tool_effects(tmp_path)) == 20
    assert prompts(provider)[2][-1].endswith(f"2: print('tock')\n\n{NONE_LEFT}")


async def test_a_call_that_fails_three_times_alike_is_told_so_and_not_made_again(
    tmp_path: Path,
) -> None:
    """Others in between change nothing, and the files do."""
    company_with_tools(tmp_path)
    reader = {"title": "Reader", "prompt": "You read.", "tools": ["read", "edit"]}
    write_cards(tmp_path / "cards", "roles", reader=reader)
    wrong = CALL.replace("main.py", "none.py")
    again = [FIRST, wrong, f"{wrong}\n{CALL}", wrong, wrong, SECOND + CALL, wrong, THIRD]
    async with ScriptedProvider(again) as provider:
        await work(tmp_path, provider)

    told = [each[-1] for each in prompts(provider)][2:]
    missing = "There is no file 'none.py'. The files are: main.py."
    assert told[0] == missing
    assert told[1].startswith(missing + "\n\nread main.py 1 comes to")
    assert told[2] == f"{missing}\n{AGAIN}"
    assert told[3] == AGAIN
    assert told[5] == missing, "the files have changed"
    paths = [each["request"]["arguments"]["path"] for each in tool_effects(tmp_path)]
    assert paths.count("none.py") == 4


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ('{"tool": "shell", "argv": ["ls"]}', "You have no tool 'shell': you have read."),
        ('{"tool": "read", "path": "other.py"}', "There is no file 'other.py'. The files are: main.py."),
        ('{"tool": "read", "path": "main.py", "first": "two"}', "'read' cannot be called so: 'first': Input should be a valid integer"),
        ('{"tool": "read", "path": "main.py", "first": 9}', "main.py has 2 lines; you asked for those from 9."),
        ('{"tool": "read", "file": "main.py"}', "'read' cannot be called so: 'path': Field required; 'file': Extra inputs"),
        ('{"tool": "read", "path": "\\ud800"}', "The argument 'path' cannot be used"),
        ('{"tool": "read", "path": "main.py", "first": 1000000000000000000000}', "The argument 'first' cannot be used"),
        ('{"tool": "read", "path": {"of": "main.py"}}', "The argument 'path' cannot be used"),
        ('{"tool": "read", "\\ud800": "main.py"}', "An argument has no usable name"),
        ('{"tool": "\\ud800", "path": "main.py"}', "You have no tool"),
        ('{"tool": ["read"], "path": "main.py"}', "You have no tool"),
        ("read main.py", "A call is one JSON object in a block named tool, such as "),
    ],
)  # fmt: skip
async def test_a_wrong_call_is_told_to_the_role(tmp_path: Path, call: str, told: str) -> None:
    company_with_tools(tmp_path)
    async with ScriptedProvider([FIRST, f"```tool\n{call}\n```", SECOND]) as provider:
        await work(tmp_path, provider)

    assert prompts(provider)[2][-1].startswith(told)


async def test_what_is_too_long_is_cut_and_said_so(tmp_path: Path) -> None:
    company_with_tools(tmp_path)
    long = file_block("main.py", "\n".join(f"print({n:04})" for n in range(1, 1_001)))
    async with ScriptedProvider([long, CALL.replace(', "last": 1', ""), SECOND]) as provider:
        await work(tmp_path, provider)

    told = prompts(provider)[2][-1]
    assert len(told) < MOST_CHARACTERS + 200
    assert told.endswith("of 1000 lines are shown]")


async def test_lines_are_counted_from_one_and_both_ends_are_shown() -> None:
    files = Hands({"a.py": b"one\ntwo\nthree\nfour\n"}, Workbench("none", None, Path()))

    assert await Read().call(Lines(path="a.py", first=2, last=3), files) == "2: two\n3: three"
    assert await Read().call(Lines(path="a.py", first=4), files) == "4: four"
    with pytest.raises(BadCall, match="greater than or equal to 1"):
        checked("read", {"path": "a.py", "first": 0}, tools_named(["read"]))


def test_an_unknown_tool_is_a_fault_of_the_card(tmp_path: Path) -> None:
    company_with_tools(tmp_path)
    reader = {"title": "Reader", "prompt": "You read.", "tools": ["raed"]}
    write_cards(tmp_path / "cards", "roles", reader=reader)

    (problem,) = check_company(Cards(tmp_path / "cards"), "tiny")

    assert "unknown tool 'raed' — did you mean 'read'?" in str(problem)


def test_tools_that_nobody_would_use_are_a_fault_of_the_card(tmp_path: Path) -> None:
    company_with_tools(tmp_path, calls=3)
    write_cards(tmp_path / "cards", "roles", reader={"title": "Reader", "prompt": "You read."})
    (limits,) = check_company(Cards(tmp_path / "cards"), "tiny")
    person = {"title": "Reader", "human": True, "tools": ["read"]}
    write_cards(tmp_path / "cards", "roles", reader=person)
    (human,) = check_company(Cards(tmp_path / "cards"), "tiny")

    assert "the role 'reader' has no tools to limit" in str(limits)
    assert "a person has no use for tools" in str(human)


async def test_a_company_without_tools_is_frozen_as_before(tmp_path: Path) -> None:
    assert "tools" not in Role(name="a", title="A").model_dump()
    company_with_tools(tmp_path)
    async with ScriptedProvider([FIRST, SECOND]) as provider:
        run = await work(tmp_path, provider)
    frozen = as_json(read_events(run.folder / "journal.jsonl")[0].data)["company"]

    assert "tools" not in frozen["roles"]["programmer"]
    assert "tools" not in frozen["phases"]["write"]["talk"]
    assert frozen["roles"]["reader"]["tools"] == ["read"]
    assert house(tmp_path, provider).cards.frozen() == frozen
