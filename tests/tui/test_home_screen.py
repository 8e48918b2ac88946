"""The run browser at work: every key, the mouse, and runs that change while they are looked at."""

import os
from pathlib import Path

import pytest

from tests.support.browsing import Browser, browsing
from tests.support.journals import answered, small_run, started, told, write_lines, write_run
from tui.browser.roster import DEMOS, GroupHead
from tui.browser.run_row import RunRow
from tui.panes.home_lines import HomeSummary, RunDetails
from tui.panes.run_table import RunTableHead
from tui.screens.compare import CompareScreen
from tui.screens.fork import ForkScreen
from tui.screens.new_run import NewRunScreen
from tui.screens.questions import ConfirmScreen
from warehouse.events import RunEnded, RunResumed
from warehouse.journal.journal import Journal
from warehouse.runs.folders import demos

EVIL = "\x1b[2J\x1b]52;c;aGk=\x07\u202e[/red][@click=app.quit]boo[/]\r\n$(x)"
HEAD = 4
"""Lines above the table."""


def run_id(number: int) -> str:
    return f"20260101-00{number // 60:02}{number % 60:02}-run-{number:04x}"


def write_runs(products: Path, count: int, **order: object) -> None:
    """Runs called run 0, run 1 …, the last one the newest."""
    for number in range(count):
        task = {"text": f"Task {number}", "images": [], "source": None}
        steps = [started(name=f"run {number}", task=task, **order), *small_run()[1:]]
        write_run(products, steps, run_id(number))


def stamped(products: Path, count: int) -> None:
    """The same, each a second later than the one before."""
    write_runs(products, count)
    for number in range(count):
        journal = products / run_id(number) / "journal.jsonl"
        at = f"2026-01-01T00:{number // 60:02}:{number % 60:02}"
        journal.write_text(journal.read_text().replace("2026-01-02T03:04:05", at))


@pytest.fixture
def products(tmp_path: Path) -> Path:
    stamped(tmp_path / "products", 4)
    return tmp_path / "products"


async def test_all_runs_are_listed_the_newest_first_and_the_demos_below(products: Path) -> None:
    async with browsing(products) as browser:
        assert browser.names == ["run 3", "run 2", "run 1", "run 0"]
        assert browser.table.run is not None
        assert browser.table.run.name == "run 3"
        lines = browser.table.roster.lines
        assert isinstance(lines[4], GroupHead)
        assert lines[4].title == DEMOS
        shown = [line.folder for line in lines[5:] if isinstance(line, RunRow)]
        assert sorted(shown) == sorted(demos().values())


async def test_a_line_tells_what_matters_at_every_size(products: Path) -> None:
    for size, words in (
        ((80, 24), ["– unverified", "run 3", "✓1 ✗1", "2 days ago"]),
        ((120, 40), ["– unverified", "run 3", "pair", "✓1 ✗1", "120", "$0", "2 days ago"]),
        ((200, 60), ["– unverified", "run 3  Task 3", "pair", "lmstudio:m", "✓1 ✗1", "120", "$0"]),
    ):
        async with browsing(products, size) as browser:
            row = browser.row(0)
            assert [word for word in words if word not in row] == []
            assert row in browser.screen_text
            assert all(len(line) == size[0] for line in browser.screen_text.split("\n"))


async def test_the_top_tells_where_runs_lie_how_they_stand_and_what_they_took(
    products: Path,
) -> None:
    write_lines(products, "20260103-000000-broken", "no")
    async with browsing(products) as browser:
        top = browser.screen_text.split("\n")[:2]
        assert str(products)[-20:] in top[0]
        assert "5 runs   – 4 unverified   ! 1 broken" in top[1]
        assert "480 tokens" in top[1]
    async with browsing(products, (40, 24)) as browser:
        assert "5 runs   – 4   ! 1" in browser.screen_text


async def test_the_cursor_goes_by_letters_arrows_and_pages(products: Path) -> None:
    stamped(products / "many", 60)
    async with browsing(products / "many") as browser:
        page = browser.table.size.height
        for keys, expected in (
            (["j"], 1), (["down", "j"], 3), (["k"], 2), (["up"], 1), (["up", "k", "k"], 0),
            (["pagedown"], page), (["pageup"], 0), (["G"], 62), (["g"], 0), (["end"], 62),
            (["home"], 0), (["ctrl+d"], page // 2), (["ctrl+u"], 0),
        ):  # fmt: skip
            await browser.press(*keys)
            assert browser.table.cursor == expected, keys


async def test_enter_and_a_double_click_open_a_run(products: Path) -> None:
    async with browsing(products) as browser:
        await browser.press("j", "enter")
        assert [folder.name for folder in browser.app.opened] == [run_id(2)]
        await browser.pilot.click(offset=(20, HEAD + 3))
        assert len(browser.app.opened) == 1
        await browser.pilot.double_click(offset=(20, HEAD + 3))
        await browser.pilot.pause()
        assert [folder.name for folder in browser.app.opened] == [run_id(2), run_id(0)]


async def test_a_demo_is_opened_like_any_run(products: Path) -> None:
    async with browsing(products) as browser:
        await browser.press("G", "enter")
        assert browser.app.opened[0] in demos().values()


async def test_s_goes_through_the_columns_and_capital_s_turns_them_round(products: Path) -> None:
    async with browsing(products) as browser:
        await browser.press("S")
        assert browser.names == ["run 0", "run 1", "run 2", "run 3"]
        assert "oldest first" in browser.screen_text
        for _ in range(2):
            await browser.press("s")
        assert browser.table.roster.sorted_by == "name"
        assert browser.names == ["run 0", "run 1", "run 2", "run 3"]
        assert "run ↑" in browser.screen_text
        await browser.press("S")
        assert browser.names == ["run 3", "run 2", "run 1", "run 0"]
        assert "Run ↓" in browser.screen_text


async def test_a_click_on_a_title_sorts_by_it_and_another_one_the_other_way(
    products: Path,
) -> None:
    async with browsing(products) as browser:
        head = browser.home.query_one(RunTableHead)
        laid = {each.column.key: each.start for each in head._laid()}
        for expected in ("run 0", "run 3"):
            await browser.pilot.click(RunTableHead, offset=(laid["name"] + 4, 0))
            await browser.pilot.pause()
            assert (browser.table.roster.sorted_by, browser.names[0]) == ("name", expected)


async def test_titles_stand_above_their_columns(products: Path) -> None:
    for width in (80, 120, 200):
        async with browsing(products, (width, 24)) as browser:
            head, row = browser.screen_text.split("\n")[HEAD - 1 : HEAD + 1]
            assert head.index("Status") == row.index("– unverified")
            assert head.index("Run") == row.index("run 3")
            assert head.index("Tests") == row.index("✓1 ✗1")
            assert head.rindex("Started") + len("Started") == row.index("2 days ago") + 10


async def test_runs_are_found_as_words_are_typed(products: Path) -> None:
    async with browsing(products) as browser:
        await browser.press("slash")
        await browser.type("run 000002")
        assert browser.names == ["run 2"]
        assert "1 found" in browser.screen_text
        await browser.press("backspace")
        assert len(browser.names) == 4
        await browser.press("2", "enter")
        assert browser.app.focused is browser.table
        await browser.press("enter")
        assert [folder.name for folder in browser.app.opened] == [run_id(2)]
        await browser.press("escape")
        assert len(browser.names) == 4


async def test_arrows_move_the_cursor_while_words_are_typed(products: Path) -> None:
    async with browsing(products) as browser:
        await browser.press("slash", "r", "down", "down", "up")
        assert browser.table.cursor == 1
        assert browser.app.focused is not browser.table


async def test_words_that_nothing_has_say_so(products: Path) -> None:
    async with browsing(products) as browser:
        await browser.press("slash")
        await browser.type("[/nothing]")
        assert browser.names == []
        assert "No run has all of: [/nothing]." in browser.screen_text
        await browser.press("escape")
        assert len(browser.names) == 4
        assert browser.app.focused is browser.table


async def test_the_cursor_stays_on_its_run_when_lines_move(products: Path) -> None:
    async with browsing(products) as browser:
        await browser.press("j", "S")
        assert (browser.table.run and browser.table.run.name, browser.table.cursor) == ("run 2", 2)
        await browser.press("slash", "r", "escape")
        assert browser.table.run
        assert browser.table.run.name == "run 2"


async def test_v_groups_runs_with_sums_and_enter_folds_a_group(tmp_path: Path) -> None:
    for number, company in enumerate(("pair", "solo", "pair")):
        frozen = {**started()[2]["company"], "company": {"name": company}}
        steps = [started(name=f"run {number}", company=frozen), *small_run()[1:]]
        write_run(tmp_path, steps, run_id(number))
    async with browsing(tmp_path) as browser:
        await browser.press("v", "v", "g")
        assert "by company" in browser.screen_text
        assert browser.row(0).startswith("▌▾ pair   2 runs · 0 of 2 verified · 240 tokens")
        await browser.press("enter")
        assert browser.names == ["run 1"]
        assert browser.row(0).startswith("▌▸ pair")
        await browser.press("l", "j", "h")
        assert browser.names == ["run 1"]
        assert browser.table.cursor == 0
        await browser.press("right", "left", "right")
        assert len(browser.names) == 3
        await browser.pilot.click(offset=(20, HEAD))
        await browser.pilot.pause()
        assert browser.names == ["run 1"]
        assert browser.app.opened == []


async def test_space_marks_runs_and_escape_unmarks_them(products: Path) -> None:
    async with browsing(products) as browser:
        await browser.press("space", "space")
        assert [run.name for run in browser.table.roster.marked.values()] == ["run 3", "run 2"]
        assert "2 marked" in browser.screen_text
        assert "◆" in browser.row(0)
        await browser.press("k", "space")
        assert [run.name for run in browser.table.roster.marked.values()] == ["run 3"]
        await browser.press("escape")
        assert browser.table.roster.marked == {}
        assert "◆" not in browser.screen_text
        await browser.pilot.click(offset=(1, HEAD))
        await browser.pilot.pause()
        assert len(browser.table.roster.marked) == 1


async def test_c_compares_the_marked_runs_or_the_marked_one_with_the_one_under_the_cursor(
    products: Path,
) -> None:
    async with browsing(products) as browser:
        await browser.press("c")
        assert "Mark two runs" in browser.said
        await browser.press("space", "c")
        assert isinstance(browser.app.screen, CompareScreen)
        assert [folder.name for folder in browser.app.screen._folders] == [run_id(3), run_id(2)]
        await browser.press("escape", "space", "g", "c")
        assert isinstance(browser.app.screen, CompareScreen)
        await browser.press("escape", "j", "j", "space", "c")
        assert not isinstance(browser.app.screen, CompareScreen)


async def test_n_and_f_open_their_forms(products: Path) -> None:
    async with browsing(products) as browser:
        await browser.press("n")
        assert isinstance(browser.app.screen, NewRunScreen)
        await browser.press("escape", "f")
        assert isinstance(browser.app.screen, ForkScreen)
        assert browser.app.screen._folder.name == run_id(3)


async def test_demos_can_be_looked_at_and_nothing_else(products: Path) -> None:
    async with browsing(products) as browser:
        await browser.press("G", "f", "r", "D")
        assert browser.app.screen is browser.home
        for refused in ("not forked", "not gone on with", "not deleted"):
            assert refused in browser.said
        await browser.press("k", "k", "f")
        assert "Go to a run first" in browser.said


async def test_a_run_at_work_is_not_taken_up_again(tmp_path: Path) -> None:
    folder = write_run(tmp_path, small_run()[:4])
    journal, _ = Journal.open(folder / "journal.jsonl")
    async with browsing(tmp_path) as browser:
        await browser.press("r")
        assert "is being worked on" in browser.said
    journal.close()


async def test_d_deletes_a_run_only_when_told_so_twice(products: Path) -> None:
    async with browsing(products) as browser:
        for keys in (["enter"], ["escape"], ["n"]):
            await browser.press("D")
            assert isinstance(browser.app.screen, ConfirmScreen)
            assert run_id(3) in browser.screen_text
            await browser.press(*keys)
            assert (products / run_id(3)).is_dir()
        await browser.press("D", "y")
        await browser.until(lambda: len(browser.names) == 3)
        assert not (products / run_id(3)).exists()
        assert browser.table.run
        assert browser.table.run.name == "run 2"


async def test_all_marked_runs_are_deleted_together_but_none_that_is_worked_on(
    products: Path,
) -> None:
    journal, _ = Journal.open(products / run_id(2) / "journal.jsonl")
    async with browsing(products) as browser:
        await browser.press("space", "space", "space", "D")
        assert "these 3 runs" in browser.screen_text
        await browser.press("right", "enter")
        await browser.until(lambda: len(browser.names) == 2)
        assert browser.names == ["run 2", "run 0"]
        assert "is being worked on" in browser.said
    journal.close()
    assert (products / run_id(2)).is_dir()


async def test_a_run_at_work_tells_more_in_place_as_its_journal_grows(tmp_path: Path) -> None:
    write_run(tmp_path, small_run(), run_id(0))
    folder = tmp_path / run_id(1)
    folder.mkdir()
    journal = Journal.create(folder / "journal.jsonl")
    for step in small_run()[:4]:
        journal.append(*told(step))
    async with browsing(tmp_path) as browser:
        await browser.press("j")
        assert "● running" in browser.row(0)
        for step in (answered("1.coding/turn-1", "Here it is"), *small_run()[5:11]):
            journal.append(*told(step))
        await browser.until(lambda: "✓1 ✗1" in browser.row(0))
        assert "● running" in browser.row(0)
        assert "1 running" in browser.screen_text
        assert browser.table.cursor == 1
        journal.append(RunEnded(status="failed", exit_code=1, reason="no more"))
        journal.close()
        await browser.until(lambda: "✗ failed" in browser.row(0))
        await browser.press("k")
        assert "no more" in browser.screen_text


async def test_a_run_that_begins_elsewhere_appears_above_and_the_cursor_stays(
    products: Path,
) -> None:
    async with browsing(products) as browser:
        await browser.press("j")
        write_run(products, [started(name="new"), *small_run()[1:]], "20270101-000000-new-0001")
        await browser.until(lambda: "new" in browser.names)
        assert browser.names[0] == "new"
        assert browser.table.run
        assert browser.table.run.name == "run 2"


async def test_a_scrolled_table_keeps_what_is_on_the_screen_when_a_run_appears(
    tmp_path: Path,
) -> None:
    stamped(tmp_path, 60)
    async with browsing(tmp_path, (80, 24)) as browser:
        await browser.press("pagedown", "pagedown")
        under = _rows_on_screen(browser)
        write_run(tmp_path, [started(name="new"), *small_run()[1:]], "20270101-000000-new-0001")
        await browser.until(lambda: "new" in browser.names)
        await browser.pilot.pause()
        assert _rows_on_screen(browser) == under


async def test_capital_r_reads_all_runs_anew(products: Path) -> None:
    async with browsing(products) as browser:
        journal = products / run_id(3) / "journal.jsonl"
        before = journal.stat()
        text = journal.read_text().replace('"name":"run 3"', '"name":"mad 3"')
        journal.write_text(text)
        os.utime(journal, ns=(before.st_atime_ns, before.st_mtime_ns))
        await browser.press("R")
        await browser.until(lambda: "mad 3" in browser.names)


async def test_a_run_opened_from_here_is_looked_at_again_on_return(products: Path) -> None:
    async with browsing(products) as browser:
        await browser.press("enter", "n")
        journal, _ = Journal.open(products / run_id(3) / "journal.jsonl")
        journal.append(RunResumed())
        await browser.press("escape")
        await browser.until(lambda: "● running" in browser.row(0))
        journal.close()


async def test_the_cursor_is_on_the_run_that_was_shown_last_also_on_one_begun_elsewhere(
    products: Path,
) -> None:
    async with browsing(products) as browser:
        await browser.press("n")
        browser.app.open_run(products / run_id(1))
        await browser.press("escape")
        assert browser.table.run
        assert browser.table.run.name == "run 1"
        await browser.press("n")
        new = write_run(products, [started(name="new"), *small_run()[1:]], "20270101-000000-new-01")
        browser.app.open_run(new)
        await browser.press("escape")
        await browser.until(lambda: browser.table.run and browser.table.run.name == "new")


async def test_an_empty_folder_says_how_to_begin_and_offers_the_demos(tmp_path: Path) -> None:
    async with browsing(tmp_path / "none", (80, 24)) as browser:
        assert "No runs yet" in browser.screen_text
        assert "begins one" in browser.screen_text
        await browser.press("enter")
        assert browser.app.opened[0] in demos().values()
        write_run(tmp_path / "none", small_run())
        await browser.until(lambda: browser.names == ["Tips"])
        await browser.pilot.pause()
        assert "No runs yet" not in browser.screen_text


async def test_a_folder_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    async with browsing(tmp_path / "file") as browser:
        assert "cannot be read" in browser.screen_text
        assert "No runs yet" not in browser.screen_text


async def test_the_run_under_the_cursor_is_told_in_full(products: Path) -> None:
    async with browsing(products) as browser:
        said = browser.home.query_one(RunDetails).content
        assert str(said).startswith("– unverified  tests failed")
        assert str(products / run_id(3)) in str(said)
        await browser.press("j")
        assert "Task 2" in str(browser.home.query_one(RunDetails).content)
        await browser.press("v", "v", "g")
        assert "4 runs · 0 of 4 verified" in str(browser.home.query_one(RunDetails).content)


async def test_five_thousand_runs_are_scrolled_through_line_by_line_drawn(tmp_path: Path) -> None:
    line = b"".join(_journal_lines())
    for number in range(5_000):
        folder = tmp_path / f"20260101-000000-{number:04}"
        folder.mkdir()
        (folder / "journal.jsonl").write_bytes(line)
    async with browsing(tmp_path) as browser:
        assert len(browser.names) == 5_000
        drawn: list[int] = []
        """The lines that are made; those seen before are kept for a while."""
        draw = browser.table.lines.line

        def counting(number: int):  # type: ignore[no-untyped-def]  # stands for the method
            drawn.append(number)
            return draw(number)

        browser.table.lines.line = counting  # type: ignore[method-assign]
        await browser.press("G", "pageup", "pageup", "g", "pagedown", "j")
        assert 0 < len(drawn) <= 6 * browser.table.size.height
        await browser.press("slash")
        await browser.type("20260101-000000-4321")
        assert len(browser.names) == 1


async def test_hostile_names_and_tasks_are_shown_and_nothing_more(tmp_path: Path) -> None:
    task = {"text": EVIL * 50, "images": [], "source": None}
    frozen = {**started()[2]["company"], "company": {"name": EVIL}}
    order = {"name": EVIL, "task": task, "company": frozen, "model": EVIL, "experiment": EVIL}
    ended = {"status": EVIL, "exit_code": 0, "reason": EVIL}
    write_run(tmp_path, [started(**order), ("run.ended", "", ended)])
    write_lines(tmp_path, "20260101-000000-[@click=app.quit]", "\x1b[2J")
    (tmp_path / "20260101-000000-\udcff\x1b[2J").mkdir()
    for size in ((80, 24), (200, 60)):
        async with browsing(tmp_path, size) as browser:
            keys = ["j", "v", "v", "v", "v", "v", "s", "s", "s", "D", "escape", "f"]
            for key in keys:
                await browser.press(key)
                text = browser.screen_text
                assert not any(character in text for character in "\x1b\x07\u202e\udcff"), key
            assert browser.app.is_running


async def test_a_journal_that_lies_about_everything_is_a_line(tmp_path: Path) -> None:
    data = {**started()[2], "name": [], "task": {"text": 3}, "model": {}, "experiment": 7}
    checks = ("execution", "1.x", {"verified": 3, "checks": {"a": 1}, "summary": 9})
    end = ("run.ended", "", {"status": {}, "exit_code": "x", "reason": []})
    write_run(tmp_path, [("run.started", "", data), checks, end])
    async with browsing(tmp_path, (200, 60)) as browser:
        assert "broken" in browser.row(0)


async def test_nothing_is_drawn_while_nothing_changes(products: Path) -> None:
    async with browsing(products) as browser:
        told: list[int] = []
        summary = browser.home.query_one(HomeSummary)
        tell = summary.tell

        def counting(roster, unread: int) -> None:  # type: ignore[no-untyped-def]
            told.append(unread)
            tell(roster, unread)

        summary.tell = counting  # type: ignore[method-assign]
        looks = _looks(browser)
        await browser.until(lambda: len(looks) > 3)
        assert told == []


async def test_runs_are_not_looked_at_while_another_screen_hides_them(products: Path) -> None:
    async with browsing(products) as browser:
        await browser.press("n")
        looks = _looks(browser)
        before = len(looks)
        for _ in range(50):
            await browser.pilot.pause(0.02)
        assert len(looks) - before <= 1


def _rows_on_screen(browser: Browser) -> list[str]:
    """The lines of the table without the scrollbar."""
    return [line[:-1] for line in browser.screen_text.split("\n")[HEAD : HEAD + 10]]


def _looks(browser: Browser) -> list[float]:
    """Grows with every look at the folder from now on."""
    looks: list[float] = []
    watch = browser.home._watch
    look = watch.look

    def counting(seconds: float):  # type: ignore[no-untyped-def]
        looks.append(seconds)
        return look(seconds)

    watch.look = counting  # type: ignore[method-assign]
    return looks


def _journal_lines() -> list[bytes]:
    from tests.support.journals import events

    return [event.line() for event in events([started(), small_run()[-1]])]
