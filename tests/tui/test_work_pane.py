"""The pane of the product: files, code, diffs."""

from collections.abc import Sequence
from pathlib import Path
from shutil import copy

import pytest

from tests.support.journals import (
    AT,
    Step,
    committed,
    ended,
    phase,
    small_run,
    started,
    tool_used,
    write_run,
)
from tests.support.panes import OpenPane, obeyed, opened, state_of
from tests.support.products import commits_of, made_run
from tui.panes.messages import OpenCode, OpenCommit, OpenFile, OpenStep
from tui.panes.work.pane import WorkPane
from tui.run_state.run_state import RunState
from warehouse.journal.journal import FILE_NAME, Event, read_events
from warehouse.runs.folders import DEMOS, PRODUCT

MAIN = b"import os\n\n\ndef main():\n    return 'hello'\n"
CHANGED = b"import os\n\n\ndef main():\n    print('now')\n    return 'hello'\n"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """Three commits: two files, one of them changed, the other deleted and a folder added."""
    return made_run(
        tmp_path,
        {"main.py": MAIN, "old.txt": b"old\n"},
        {"main.py": CHANGED},
        {"old.txt": None, "src/app/core.py": b"x = 1\n", "src/util.py": b"y = 2\n"},
    )


def _texts(shown: OpenPane[WorkPane]) -> list[str]:
    return [line.strip() for line in shown.lines]


# Files.


async def test_files_stand_in_folders_with_marks_lines_and_sizes(run: Path) -> None:
    async with opened(WorkPane(run), state_of(run)) as shown:
        assert _texts(shown) == ["▾ src/", "▾ app/", "core.py", "util.py", "main.py", "old.txt"]
        core, main, old = (shown.view.lines.line(n) for n in (2, 4, 5))
        assert "".join(text for text, _ in core.lead).strip() == "A"
        assert "".join(text for text, _ in old.lead).strip() == "D"
        assert "".join(text for text, _ in main.lead).strip() == ""
        assert "".join(text for text, _ in main.tail).split() == ["6", "60", "B"]
        assert "4 files" not in shown.screen
        assert "3 files · 8 lines · 3 changed since the last phase" in shown.screen


async def test_marks_can_tell_of_other_times(run: Path) -> None:
    async with opened(WorkPane(run), state_of(run)) as shown:
        await shown.press("m")
        assert "in the last commit" in shown.screen
        await shown.press("m")
        assert "3 changed since the start" in shown.screen
        assert "old.txt" not in shown.screen  # it came and went


async def test_enter_folds_a_folder_and_opens_a_file(run: Path) -> None:
    async with opened(WorkPane(run), state_of(run)) as shown:
        await shown.press("enter")
        assert _texts(shown) == ["▸ src/", "main.py", "old.txt"]
        await shown.press("j", "enter")
        assert shown.pane.current == "code"
        assert _texts(shown)[4] == "print('now')"
        await shown.press("h", "k", "enter")
        assert len(shown.lines) == 6


async def test_one_click_opens_a_file(run: Path) -> None:
    async with opened(WorkPane(run), state_of(run)) as shown:
        await shown.pilot.click(shown.view, offset=(8, 4))
        await shown.settle()
        assert shown.pane.current == "code"


async def test_d_shows_what_was_last_changed_in_a_file(run: Path) -> None:
    async with opened(WorkPane(run), state_of(run)) as shown:
        await shown.press("j", "j", "j", "j", "d")
        assert shown.pane.current == "diff"
        assert "Coding: change 2" in shown.screen
        assert any("print('now')" in line for line in shown.lines)


async def test_the_cursor_stays_on_its_file_when_others_come(tmp_path: Path) -> None:
    run = made_run(tmp_path, {"m.py": b"1\n", "z.py": b"1\n"}, {"a.py": b"1\n"})
    events = state_of(run).events
    state = state_of(run, 5)
    async with opened(WorkPane(run), state) as shown:
        await shown.press("j")
        state.add(events[5:])
        await shown.show(state)
        assert _texts(shown) == ["a.py", "m.py", "z.py"]
        assert shown.view.cursor == 2


async def test_without_any_commit_it_says_so(tmp_path: Path) -> None:
    run = made_run(tmp_path)
    async with opened(WorkPane(run), state_of(run)) as shown:
        assert "No files yet." in shown.screen
        await shown.press("enter", "d", "m", "l")
        assert "Choose a file" in shown.screen
        await shown.press("enter", "d", "y", "o", "l")
        assert "No commits yet." in shown.screen
        await shown.press("enter", "d", "y", "o", "n", "N", "f")
        assert shown.app.asked == []


async def test_five_thousand_files_are_shown_at_once(tmp_path: Path) -> None:
    files = [(f"d{n % 50:02}/f{n:04}.py", "added", 1, 0) for n in range(5_000)]
    run = write_run(tmp_path, [started(), *committed("1.coding/commit", *files)])
    async with opened(WorkPane(run), state_of(run)) as shown:
        assert len(shown.lines) == 5_050
        await shown.press("G")
        assert "f4999.py" in shown.screen


# Code.


async def test_code_is_shown_with_numbers_colours_and_where_it_is_from(run: Path) -> None:
    async with opened(WorkPane(run), state_of(run)) as shown:
        shown.pane.open(OpenFile("main.py", line=5))
        await shown.settle()
        assert shown.view.cursor == 4
        assert f"main.py · {commits_of(run)[1][:7]} · Programmer · 6 lines" in shown.screen
        line = shown.view.lines.line(3)
        assert ("def", "$text-accent") in line.pieces
        assert ("main", "$text-primary bold") in line.pieces


async def test_a_file_is_shown_as_any_commit_has_it(run: Path) -> None:
    async with opened(WorkPane(run), state_of(run)) as shown:
        shown.pane.open(OpenFile("main.py", commits_of(run)[0]))
        await shown.settle()
        assert "\n".join(shown.lines) == MAIN.decode().rstrip("\n")


async def test_a_deleted_file_is_shown_as_it_was(run: Path) -> None:
    async with opened(WorkPane(run), state_of(run)) as shown:
        shown.pane.open(OpenFile("old.txt"))
        await shown.settle()
        assert shown.lines == ["old"]
        assert f"as it was before {commits_of(run)[2][:7]} deleted it" in shown.screen
        await shown.press("d")
        assert "Coding: change 3" in shown.screen


async def test_an_open_file_changes_as_the_run_goes_on_and_back(run: Path) -> None:
    events = state_of(run).events
    state = state_of(run, 5)
    async with opened(WorkPane(run), state) as shown:
        shown.pane.open(OpenFile("main.py"))
        await shown.settle()
        assert len(shown.lines) == 5
        state.add(events[5:])
        await shown.show(state)
        assert len(shown.lines) == 6
        await shown.show(state_of(run, 5))
        assert len(shown.lines) == 5
        await shown.show(state_of(run, 1))
        assert "there is no file main.py" in shown.screen


async def test_y_copies_the_file_without_what_a_terminal_would_obey(tmp_path: Path) -> None:
    run = made_run(tmp_path, {"a.txt": b"one\n\x1b[2Jtwo\n"})
    async with opened(WorkPane(run), state_of(run)) as shown:
        await shown.press("enter", "y")
        assert shown.app.copied == "one\ntwo\n"


async def test_o_leads_to_the_words_that_made_it(run: Path) -> None:
    async with opened(WorkPane(run), state_of(run)) as shown:
        shown.pane.open(OpenFile("main.py"))
        await shown.settle()
        await shown.press("o")
        (asked,) = shown.app.asked
        assert isinstance(asked, OpenStep) and asked.where == "2.coding"


async def test_a_file_that_is_not_text_is_not_shown_as_text(tmp_path: Path) -> None:
    run = made_run(tmp_path, {"picture.png": b"\x89PNG\0" + bytes(2_000)})
    async with opened(WorkPane(run), state_of(run)) as shown:
        await shown.press("enter")
        assert "picture.png is not text: 2.0 kB of something else." in shown.screen
        await shown.press("d")
        assert "This is not text." in shown.screen


async def test_an_empty_file_is_said_to_be_empty(tmp_path: Path) -> None:
    run = made_run(tmp_path, {"a.py": b"1\n", "empty.py": b""})
    async with opened(WorkPane(run), state_of(run)) as shown:
        shown.pane.open(OpenFile("empty.py"))
        await shown.settle()
        assert "It is empty." in shown.screen


async def test_code_that_is_no_file_is_coloured_by_its_language(run: Path) -> None:
    async with opened(WorkPane(run), state_of(run)) as shown:
        shown.pane.open(OpenCode("What the Programmer wrote", "def f():\n\tpass\n", "python"))
        await shown.settle()
        assert shown.lines == ["def f():", "    pass"]
        assert "What the Programmer wrote · 2 lines" in shown.screen
        assert ("def", "$text-accent") in shown.view.lines.line(0).pieces


async def test_a_language_nobody_knows_is_shown_plain(run: Path) -> None:
    async with opened(WorkPane(run), state_of(run)) as shown:
        shown.pane.open(OpenCode("Reply", "un deux\n", "../[b]\x1b[2J"))
        await shown.settle()
        assert shown.lines == ["un deux"]


async def test_a_megabyte_is_shown_without_colours_in_its_long_line(tmp_path: Path) -> None:
    long = b"x = 1\ny = '" + b"a" * 1_000_000 + b"'\n"
    run = made_run(tmp_path, {"a.py": long})
    async with opened(WorkPane(run), state_of(run)) as shown:
        await shown.press("enter")
        assert len(shown.lines) == 2
        first, second = (shown.view.lines.line(n).pieces for n in range(2))
        assert len(first) > 1
        assert len(second) == 1
        assert "y = 'aaaa" in shown.screen
        assert "too much for colours from line 2" in shown.screen


async def test_colours_come_as_far_as_somebody_looks(tmp_path: Path) -> None:
    run = made_run(tmp_path, {"a.py": b"x = 'text'  # remark\n" * 5_000})
    async with opened(WorkPane(run), state_of(run)) as shown:
        await shown.press("enter")
        assert len(shown.view.lines.line(0).pieces) > 1
        assert len(shown.view.lines.line(4_999).pieces) == 1
        await shown.press("G")
        assert len(shown.view.lines.line(4_999).pieces) > 1


# Diffs.


async def test_a_diff_shows_marks_and_both_numbers(run: Path) -> None:
    async with opened(WorkPane(run), state_of(run)) as shown:
        shown.pane.open(OpenCommit(commits_of(run)[1]))
        await shown.settle()
        assert "Coding: change 2" in shown.screen
        assert "Programmer · 03:04:05 · 1 file +1" in shown.screen
        row = next(line for line in shown.screen.splitlines() if "print(" in line)
        assert row.split() == ["5", "+", "print('now')"]


async def test_n_and_N_go_from_hunk_to_hunk(tmp_path: Path) -> None:  # noqa: N802
    numbers = [b"%d\n" % n for n in range(60)]
    before = b"".join(numbers)
    after = before.replace(b"\n5\n", b"\nfive\n").replace(b"\n50\n", b"\nfifty\n")
    run = made_run(tmp_path, {"a.txt": before}, {"a.txt": after})
    async with opened(WorkPane(run), state_of(run), size=(60, 12)) as shown:
        shown.pane.open(OpenCommit(commits_of(run)[1]))
        await shown.settle()
        places = []
        for key in ("n", "n", "n", "N", "N"):
            await shown.press(key)
            places.append(shown.lines[shown.view.cursor].split("  ")[0].strip())
        assert places == ["@@ 3 → 3", "@@ 48 → 48", "@@ 48 → 48", "@@ 3 → 3", "@@ 3 → 3"]


async def test_enter_opens_the_file_at_that_line(run: Path) -> None:
    first, second, _ = commits_of(run)
    async with opened(WorkPane(run), state_of(run)) as shown:
        shown.pane.open(OpenCommit(second))
        await shown.settle()
        row = next(n for n, line in enumerate(shown.lines) if "print" in line)
        shown.view.move_to(row)
        await shown.press("enter")
        assert shown.pane.current == "code"
        assert (shown.view.cursor, shown.lines[4].strip()) == (4, "print('now')")
        assert second[:7] in shown.screen
        await shown.press("d")
        assert shown.pane.current == "diff"
        assert first[:7] not in shown.screen


async def test_the_newest_commit_is_followed_until_another_is_chosen(run: Path) -> None:
    events = state_of(run).events
    state = state_of(run, 5)
    async with opened(WorkPane(run), state) as shown:
        await shown.press("l", "l")
        assert "Coding: change 1" in shown.screen
        state.add(events[5:9])
        await shown.show(state)
        assert "Coding: change 2" in shown.screen
        shown.pane.open(OpenCommit(commits_of(run)[0]))
        await shown.settle()
        state.add(events[9:])
        await shown.show(state)
        assert "Coding: change 1" in shown.screen
        await shown.press("f")
        assert "Coding: change 3" in shown.screen


async def test_whoever_reads_a_diff_is_not_taken_to_the_next(run: Path) -> None:
    events = state_of(run).events
    state = state_of(run, 5)
    async with opened(WorkPane(run), state) as shown:
        await shown.press("l", "l", "j")
        state.add(events[5:])
        await shown.show(state)
        assert "Coding: change 1" in shown.screen


async def test_going_back_before_a_chosen_commit_shows_the_newest_of_then(run: Path) -> None:
    async with opened(WorkPane(run), state_of(run)) as shown:
        shown.pane.open(OpenCommit(commits_of(run)[1]))
        await shown.settle()
        await shown.show(state_of(run, 5))
        assert "Coding: change 1" in shown.screen


async def test_y_copies_the_changed_lines(run: Path) -> None:
    async with opened(WorkPane(run), state_of(run)) as shown:
        shown.pane.open(OpenCommit(commits_of(run)[1]))
        await shown.settle()
        await shown.press("y")
        assert "+    print('now')" in shown.app.copied.split("\n")


async def test_a_commit_that_nobody_knows_is_refused_in_words(run: Path) -> None:
    async with opened(WorkPane(run), state_of(run)) as shown:
        shown.pane.open(OpenCommit("ab" * 20))
        await shown.settle()
        assert shown.lines == []
        shown.pane.open(OpenCommit("--output=/tmp/x"))
        await shown.settle()
        assert "is no commit id" in shown.screen


# What is lost or hostile.


async def test_without_a_product_the_journal_tells_what_it_knows(tmp_path: Path) -> None:
    demo = Path(copy(DEMOS / "demo-waterfall" / FILE_NAME, tmp_path)).parent
    async with opened(WorkPane(demo), state_of(demo)) as shown:
        assert "guess_word.py" in _texts(shown)
        await shown.press("G", "enter")
        assert "holds no product" in shown.screen
        await shown.press("o")
        assert isinstance(shown.app.asked[0], OpenStep)
        await shown.press("l")
        assert "MANUAL.md" in shown.screen
        assert "holds no product" in shown.screen
        assert "+288" in shown.screen


async def test_a_lost_content_is_said_to_be_lost(run: Path) -> None:
    for path in (run / PRODUCT / ".git" / "objects").glob("??/*"):
        path.unlink()
    async with opened(WorkPane(run), state_of(run)) as shown:
        assert "main.py" in _texts(shown)
        shown.pane.open(OpenFile("main.py"))
        await shown.settle()
        assert shown.lines == []
        assert "main.py" in shown.screen
        await shown.press("l")
        assert "src/app/core.py" in shown.screen


async def test_names_and_contents_of_enemies_are_only_text(tmp_path: Path) -> None:
    evil = "\x1b]52;c;aGk=\x07\x1b[2J\u202e[@click=app.exit]x[/]\x9b"
    name = "[bold]a[@click=app.exit].py"
    run = made_run(tmp_path, {name: evil.encode() + b"\r\n"})
    steps = list(small_run())
    place = {"effect": "commit", "ordinal": 0}
    files = [{"path": f"{evil}/../..//{evil}", "status": evil, "added": -5, "removed": 10**30}]
    request = {"author": evil, "message": f"{evil}\n\n{evil}"}
    steps += [
        ("effect.started", "9", {**place, "request": request}),
        ("effect.ended", "9", {**place, "result": {"sha": evil, "files": files}}),
    ]
    bad = write_run(tmp_path / "bad", steps)
    for folder in (run, bad):
        async with opened(WorkPane(folder), state_of(folder), size=(80, 24)) as shown:
            for keys in (["G"], ["enter"], ["l"], ["enter"], ["h", "G", "d"]):
                await shown.press(*keys)
                assert obeyed(shown.screen) == []
            assert shown.app.is_running


@pytest.mark.parametrize("width", [30, 80])
async def test_narrow_panes_show_the_same_in_less_room(run: Path, width: int) -> None:
    async with opened(WorkPane(run), state_of(run), size=(width, 24)) as shown:
        assert "main.py" in shown.screen
        shown.pane.open(OpenFile("main.py"))
        await shown.settle()
        assert "def main():" in shown.screen
        shown.pane.open(OpenCommit(commits_of(run)[1]))
        await shown.settle()
        assert "print('now')" in shown.screen
        assert {len(line) for line in shown.screen.splitlines()} == {width}


async def test_every_tab_can_be_reached_by_keys_and_by_mouse(run: Path) -> None:
    async with opened(WorkPane(run), state_of(run)) as shown:
        seen = []
        for key in ("l", "right", "l", "h", "left"):
            await shown.press(key)
            seen.append(shown.pane.current)
        assert seen == ["code", "diff", "files", "diff", "code"]
        await shown.pilot.click("TabStrip", offset=(15, 0))
        await shown.settle()
        assert shown.pane.current == "diff"
        assert shown.pane.has_focus_within


async def test_the_pane_answers_for_files_that_its_own_views_ask_for(run: Path) -> None:
    async with opened(WorkPane(run), state_of(run)) as shown:
        shown.view.post_message(OpenFile("src/util.py"))
        await shown.settle()
        assert shown.lines == ["y = 2"]
        assert shown.app.asked == []


# What is not committed yet.


WORKING = [
    phase("4.coding", "Coding 4"),
    *tool_used(
        "4.coding/turn-1/tool-1", "done", {"main.py": CHANGED.decode() + "    # [b]\x1b[2J\n"}
    ),
]


async def test_what_a_role_has_in_hand_is_shown_before_it_is_committed(tmp_path: Path) -> None:
    run = made_run(tmp_path, {"main.py": MAIN}, more=WORKING)
    async with opened(WorkPane(run), state_of(run)) as shown:
        await shown.press("l", "l")
        assert "Not committed yet" in shown.screen
        assert "in the hands of programmer · 1 file" in shown.screen
        assert "+     print('now')" in shown.screen
        assert "+     # [b]" in shown.screen
        assert "\x1b" not in shown.screen
        events = [*read_events(run / FILE_NAME)]
        more = tool_used("4.coding/turn-1/tool-2", "done", {"new.py": "x = 1\n", "main.py": None})
        state = RunState()
        state.add([*events, *further(events, more)])
        await shown.show(state)
        assert "1 file" not in shown.screen
        assert [line for line in _texts(shown) if line in ("new.py", "x = 1")] == [
            "new.py",
            "x = 1",
        ]
        state.add(further([*events, *more], [ended("4.coding", "failed")]))
        await shown.show(state)
        assert commits_of(run)[0][:7] in shown.screen, "nothing of it was kept"


def further(before: Sequence[object], steps: list[Step]) -> list[Event]:
    """Events that follow others."""
    return [Event.of(n, AT, *step[:2], step[2]) for n, step in enumerate(steps, len(before))]
