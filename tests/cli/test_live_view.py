"""The live view: a story above, a few still lines below, and nothing that drives the terminal."""

import io
import json
import os
import pty
import select
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console
from rich.text import Text

from company.cli.views.live import LiveView, hanging
from company.cli.views.now_panel import NowPanel, tail
from company.cli.views.story import Story
from tests.support.command_line import ROOT, model_at, provider
from tests.support.journals import (
    Step,
    answered,
    asked,
    committed,
    ended,
    events,
    forked,
    phase,
    small_run,
    started,
    tool_used,
)
from tests.support.scripted_company import TASK
from tests.support.waiting import PATIENCE
from warehouse.history.now import Now
from warehouse.history.transcript import TranscriptFold

EVIL = "\x1b]52;c;aGk=\x07\x1b[2J[bold red]boo[/] \u202e\x07 [/nothing]"
CHARACTERS_THAT_DRIVE = "\x1b\x07\u202e\x9b"


def story_of(steps: list[Step]) -> list[str]:
    fold, story = TranscriptFold(), Story()
    entries = [fold.add(event) for event in events(steps)]
    return [line.plain for entry in entries if entry for line in story.lines_of(entry)]


def panel_of(steps: list[Step], width: int = 80) -> list[str]:
    fold, now = TranscriptFold(), Now()
    for event in events(steps):
        now.add(event, fold.add(event))
    console = Console(file=io.StringIO(), width=width, force_terminal=False, markup=False)
    console.print(NowPanel(now))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


def test_the_story_tells_phases_talks_files_and_checks_in_order() -> None:
    assert story_of(small_run()) == [
        "A tip calculator",
        "pair · pair · lmstudio:m · sandbox none",
        "● Coding",
        "  Programmer → Chief  20 tokens, 0:02",
        "  + main.py  +30 -0",
        "● Run and test, round 1",
        "  ✓ syntax passed (0.2 s)",
        "  ✗ tests FAILED, exit code 1 (0.2 s)",
        "– Manual: there is nothing to explain",
        "  ! The prompt did not fit.",
    ]


def test_a_fork_is_headed_by_itself() -> None:
    own = {"task": {"text": "Another task"}, "chain": "round", "model": "ollama:other"}
    assert story_of([started(), forked("2.manual", "fork", "parent", **own)])[2:] == [
        "Another task",
        "pair · round · ollama:other · sandbox none",
        "fork: forked from parent at 2.manual, nothing changed",
    ]


def test_a_phase_in_a_loop_is_told_with_its_round() -> None:
    loop = ("step.started", "2.review/round-2", {"name": "review", "kind": "round", "round": 2})
    steps = [
        loop,
        phase("2.review/round-2/comment", "Review"),
        ("note", "2.review/round-2/comment", {}),
    ]
    assert story_of(steps)[0] == "● Review, round 2"


def test_the_lines_below_say_step_talk_words_and_figures() -> None:
    steps = [
        started(),
        phase("1.coding", "Coding"),
        *committed("0.source/commit", ("main.py", "added", 30, 2)),
        asked("1.coding/turn-1", "Write"),
        ("words", "1.coding/turn-1", {"text": "def main():\n    return 42"}),
    ]
    _, where, who, *words, figures = panel_of(steps)
    assert "Coding  step 1 of 2" in where
    assert "Programmer → Chief  lmstudio:m" in who
    assert words[0] == "  │ def main():"
    assert "0 calls" in figures
    assert "1 file " in figures
    assert "main.py +30 -2" in figures


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_the_number_of_lines_below_never_changes_and_none_is_too_wide(width: int) -> None:
    steps = small_run()
    steps.insert(4, ("words", "1.coding/turn-1", {"text": "很长的词 " * 500 + "\n" * 50}))
    heights = set()
    for length in range(len(steps)):
        lines = panel_of(steps[:length], width)
        heights.add(len(lines))
        assert all(Text(line).cell_len <= width for line in lines)
    assert heights == {7}


def test_the_words_shown_are_the_last_ones_folded_to_the_width() -> None:
    assert tail("one\ntwo\nthree\nfour", 10, 3) == ["two", "three", "four"]
    assert tail("abcdefgh", 3, 3) == ["abc", "def", "gh"]
    assert tail("你好你好", 4, 3) == ["你好", "你好", ""]
    assert tail("", 4, 3) == ["", "", ""]


def test_nothing_from_outside_drives_the_terminal_or_is_read_as_markup() -> None:
    steps = [
        started(task={"text": EVIL}, name=EVIL, model=EVIL),
        phase("1.coding", EVIL),
        asked("1.coding/turn-1", EVIL),
        ("words", "1.coding/turn-1", {"text": EVIL}),
    ]
    said = panel_of(steps)
    steps += [
        answered("1.coding/turn-1", EVIL),
        *committed("1.coding/commit", (EVIL, "added", 1, 0)),
        ("deliverable", "1.coding", {"kind": "decision", "fields": {EVIL: EVIL}}),
        ("deliverable.rejected", "1.coding", {"complaint": EVIL}),
        ("execution", "1.coding", {"checks": [{"name": EVIL, "remark": EVIL, "ok": False}]}),
        ("effect.failed", "1.coding", {"effect": "completion", "ordinal": 0, "error": EVIL}),
        ("note", "1.coding", {"text": EVIL}),
        ended("1.coding", "failed", EVIL),
        ("run.ended", "", {"status": "stopped", "reason": EVIL, "exit_code": 3}),
    ]
    told = story_of(steps)
    assert len(told) > 8
    assert not set("".join(said + told)) & set(CHARACTERS_THAT_DRIVE)
    assert any("[bold red]boo[/]" in line for line in told)
    console = Console(file=io.StringIO(), force_terminal=True, markup=False, highlight=False)
    view = LiveView(console)
    with view:
        for event in events(steps):
            if event.kind not in ("effect.ended", "run.ended", "execution"):
                view.on_event(event)
    assert isinstance(console.file, io.StringIO)
    assert "\x1b]52" not in console.file.getvalue()
    assert "\x1b[2J" not in console.file.getvalue()
    assert "[bold red]boo[/]" in console.file.getvalue()


def test_calls_of_tools_are_told_while_they_go_on_and_once_they_have_ended() -> None:
    began, over = tool_used("1.coding/turn-1/tool-1", f"1: tip {EVIL}")
    items = [{"text": f"Write it {EVIL}", "done": True}, {"text": "Test it", "done": False}]
    plan = ("plan", "1.coding/turn-1/tool-2", {"role": "programmer", "items": items})
    steps = [started(), phase("1.coding", "Coding"), began]
    assert "  Programmer uses read main.py 20" in panel_of(steps)
    story, below = story_of([*steps, over, plan]), "".join(panel_of([*steps, over, plan]))
    assert "  Programmer uses read main.py 20  0.1 s" in story
    assert story[-3] == "  ≡ Programmer's plan, 1 of 2 done"
    assert story[-1] == "    ☐ Test it"
    assert "uses" not in below
    assert "plan 1 of 2" in below
    assert not set("".join(story) + below) & set(CHARACTERS_THAT_DRIVE)


def test_a_long_line_of_the_story_hangs_below_its_beginning() -> None:
    console = Console(width=20, markup=False)
    pieces = [
        piece.plain.rstrip() for piece in hanging(Text("  ! one two three four five"), console)
    ]
    assert pieces == ["  ! one two", "    three four five"]


def test_a_verdict_without_comments_does_not_mention_them() -> None:
    verdict = {"kind": "verdict", "fields": {"approved": True, "comments": []}}
    steps = [phase("1.review", "Review"), ("deliverable", "1.review", verdict)]
    assert story_of(steps) == ["● Review", "  ✓ approved: yes"]


def test_the_past_of_a_resumed_run_is_known_and_not_told_again() -> None:
    console = Console(file=io.StringIO(), width=80, markup=False)
    view = LiveView(console)
    past = events(small_run()[:5])
    view.recall(past)
    view.on_event(events([*small_run()[:5], ("note", "1.coding", {"text": "going on"})])[-1])
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue().splitlines() == ["  ! going on"]


def test_what_a_person_is_asked_stays_on_the_screen() -> None:
    console = Console(file=io.StringIO(), force_terminal=True, markup=False, width=80)
    assert isinstance(console.file, io.StringIO)
    view = LiveView(console)
    with view:
        for event in events(small_run()[:3]):
            view.on_event(event)
        with view.aside():
            console.file.write("a question\nan answer\n")
            asked = len(console.file.getvalue())
    after = console.file.getvalue()[asked:]
    first_drawing = after.split("─", 1)[0]
    assert "\x1b[1A" not in first_drawing


def on_a_terminal(arguments: list[str], cwd: Path, env: dict[str, str]) -> tuple[int, str]:
    """The exit code of a command on a terminal of 80 columns, and all that it wrote."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "softhouse", *arguments],
        cwd=cwd,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(cwd),
            "PYTHONPATH": str(ROOT),
            "TERM": "xterm-256color",
            "COLUMNS": "80",
            **env,
        },
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    )
    os.close(slave)
    written = b""
    while True:
        readable, _, _ = select.select([master], [], [], 60)
        if not readable:
            process.kill()
            break
        try:
            piece = os.read(master, 65536)
        except OSError:
            break
        if not piece:
            break
        written += piece
    os.close(master)
    return process.wait(timeout=PATIENCE), written.decode()


def test_on_a_terminal_a_run_is_watched_live_and_ends_with_the_handover(tmp_path: Path) -> None:
    with provider() as server:
        code, shown = on_a_terminal(
            ["run", TASK, "--company", "solo", "--model", model_at(server), "--sandbox", "none"],
            tmp_path,
            {},
        )
    assert code == 0
    assert "\x1b[1;36m● Coding" in shown
    assert "Programmer → Chief Technology Officer" in shown
    assert "Verdict   unseen: nothing was run: there is no sandbox" in shown


def test_on_a_terminal_events_are_json_in_ascii(tmp_path: Path) -> None:
    with provider() as server:
        run = ["run", "tips \u202e\x9b2J", "--company", "solo", "--model", model_at(server)]
        code, shown = on_a_terminal([*run, "--sandbox", "none", "--json"], tmp_path, {})
    assert code == 0
    first, *_ = shown.splitlines()
    assert json.loads(first)["data"]["task"]["text"] == "tips \u202e\x9b2J"
    assert shown.isascii()


def test_no_color_is_respected(tmp_path: Path) -> None:
    with provider() as server:
        _, shown = on_a_terminal(
            ["run", TASK, "--company", "solo", "--model", model_at(server), "--sandbox", "none"],
            tmp_path,
            {"NO_COLOR": "1"},
        )
    assert "● Coding" in shown
    assert "36m" not in shown
    assert "32m" not in shown


def test_a_dumb_terminal_gets_plain_lines(tmp_path: Path) -> None:
    with provider() as server:
        _, shown = on_a_terminal(
            ["run", TASK, "--company", "solo", "--model", model_at(server), "--sandbox", "none"],
            tmp_path,
            {"TERM": "dumb"},
        )
    assert "phase    1.coding Coding" in shown
    assert "\x1b" not in shown
