"""Two runs side by side in the window."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.app import App
from textual.pilot import Pilot

from tests.support.journals import AT, Step, check_data, small_run, started, write_lines, write_run
from tui.browser.side_by_side import patch_lines, sheet, side_by_side
from tui.screens.compare import CompareScreen
from warehouse.errors import JournalError
from warehouse.product.product import Product

A, B = "20260101-000000-first-aaaa", "20260102-000000-second-bbbb"
EVIL = "\x1b[2J\x1b]52;c;aGk=\x07\u202e[/red][@click=app.quit]\r"


def steps(passed: bool, **order: object) -> list[Step]:
    checks = [check_data("syntax", True), check_data("tests", passed)]
    told = ("execution", "3.run_tests", {"verified": passed, "summary": "", "checks": checks})
    status = "verified" if passed else "unverified"
    end = ("run.ended", "", {"status": status, "exit_code": 0 if passed else 1, "reason": "so"})
    return [started(**order), *small_run()[1:5], told, end]


def keep(folder: Path, files: dict[str, bytes]) -> None:
    """Give a run a product of these files."""
    product = Product.create(folder / "product")
    product.commit(
        files, author="Programmer", role="programmer", message="Coding", trailers={}, at=AT, parent=None
    )  # fmt: skip


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """Two runs that differ in seed, tests and two files."""
    a = write_run(tmp_path, steps(True, run=A, name="One"), A)
    b = write_run(tmp_path, steps(False, run=B, name="Two", seed=2), B)
    keep(a, {"main.py": b"a\nb\n", "same.py": b"x\n", "gone.py": b"1\n"})
    keep(b, {"main.py": b"a\nc\nd\n", "same.py": b"x\n", "wide.py": b"x" * 500 + b"\n"})
    return a, b


@dataclass
class Compared:
    """An open comparison."""

    app: App[None]
    pilot: Pilot[None]
    screen: CompareScreen

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    @property
    def text(self) -> str:
        strips = self.app.screen._compositor.render_strips(self.app.screen.size)
        return "\n".join(strip.text for strip in strips)


@asynccontextmanager
async def comparing(a: Path, b: Path, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Compared]:
    app, screen = App[None](), CompareScreen(a, b)
    async with app.run_test(size=size) as pilot:
        app.push_screen(screen)
        await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.pause()
        yield Compared(app, pilot, screen)


async def test_what_differs_is_told_in_two_columns_and_the_rest_is_counted(
    pair: tuple[Path, Path],
) -> None:
    async with comparing(*pair) as compared:
        lines = [" ".join(line.split()) for line in compared.text.split("\n")]
        assert lines[0].startswith(f"A ✓ verified One {A}")
        assert lines[1].startswith(f"B – unverified Two {B}")
        assert lines[2] == "They share no past: each began by itself."
        for told in (
            "status verified unverified",
            "tests passed FAILED, exit code 1",
            "main.py 2 lines 3 lines, +2 -1",
            "gone.py 1 line –",
            "seed 1 2",
        ):
            assert told in lines
        assert not any(line.startswith("same.py") for line in lines)
        assert "● Files and 1 the same" in lines


async def test_a_shows_also_what_is_the_same(pair: tuple[Path, Path]) -> None:
    async with comparing(*pair) as compared:
        await compared.press("a")
        assert "same.py" in compared.text
        await compared.press("a")
        assert "same.py" not in compared.text


async def test_enter_shows_a_file_line_by_line_and_escape_closes_it_and_then_the_comparison(
    pair: tuple[Path, Path],
) -> None:
    for size in ((80, 24), (120, 40), (200, 60)):
        async with comparing(*pair, size) as compared:
            rows = compared.screen._rows
            compared.screen._sheet.move_to(next(n for n, r in enumerate(rows) if r.path))
            assert compared.screen._rows[compared.screen._sheet.cursor].path == "gone.py"
            await compared.press("down", "enter")
            for line in ("--- a/main.py", "-b", "+c", "+d"):
                assert line in compared.text
            assert compared.screen._rows[compared.screen._sheet.cursor].path == "main.py"
            await compared.press("escape")
            assert "--- a/main.py" not in compared.text
            assert compared.app.screen is compared.screen
            await compared.press("escape")
            assert compared.app.screen is not compared.screen


async def test_n_goes_from_one_file_that_differs_to_the_next_and_around(
    pair: tuple[Path, Path],
) -> None:
    async with comparing(*pair) as compared:
        seen = []
        for key in ("n", "n", "n", "n", "N"):
            await compared.press(key)
            seen.append(compared.screen._path)
        assert seen == ["gone.py", "main.py", "wide.py", "gone.py", "wide.py"]
        await compared.press("tab", "greater_than_sign")
        assert compared.screen._patch.scroll_offset.x > 0


async def test_two_runs_of_the_same_files_say_so(tmp_path: Path) -> None:
    a = write_run(tmp_path, steps(True), A)
    async with comparing(a, a) as compared:
        assert "They are the same, event for event." in compared.text
        await compared.press("n", "enter")
        assert not compared.screen.has_class("-patch")


async def test_a_run_that_cannot_be_read_is_told_of(tmp_path: Path) -> None:
    a = write_run(tmp_path, steps(True), A)
    for content in ("not json", ""):
        b = write_lines(tmp_path, f"{B}-{len(content)}", *([content] if content else []))
        async with comparing(a, b) as compared:
            assert "✗" in compared.text
            await compared.press("a", "n", "N", "enter", "j", "escape")


async def test_hostile_runs_and_files_are_shown_and_nothing_more(tmp_path: Path) -> None:
    folders = []
    for number, name in enumerate((A, B)):
        task = {"text": f"{EVIL}{number}\n" * 30, "images": [], "source": None}
        order = {"name": EVIL, "task": task, "model": f"{EVIL}{number}"}
        folders.append(write_run(tmp_path, steps(True, **order), name))
        files = {f"{number}.py": EVIL.encode() * 9, "m.py": f"{EVIL}{number}\n".encode() * 9}
        keep(folders[-1], files)
    for size in ((80, 24), (200, 60)):
        async with comparing(folders[0], folders[1], size) as compared:
            for key in ("a", "G", "g", "n", "n", "tab", "G"):
                await compared.press(key)
                assert not any(character in compared.text for character in "\x1b\x07\u202e\r"), key


@pytest.mark.parametrize("width", [20, 60, 78, 118, 198])
def test_lines_of_the_sheet_fit_their_width(pair: tuple[Path, Path], width: int) -> None:
    both = side_by_side(*pair)
    for everything in (False, True):
        for row in sheet(both, width, everything=everything):
            if row.name:
                assert cell_len(row.line.text) <= max(width, 40)


def test_a_journal_without_events_cannot_be_compared(tmp_path: Path) -> None:
    a, b = write_run(tmp_path, steps(True), A), write_lines(tmp_path, B)
    with pytest.raises(JournalError, match="nothing to compare"):
        side_by_side(a, b)


def test_a_file_only_one_has_is_a_patch_from_nothing(pair: tuple[Path, Path]) -> None:
    row = side_by_side(*pair).file("gone.py")
    assert row is not None
    lines = [line.text for line in patch_lines(row)]
    assert lines == ["--- a/gone.py", "+++ /dev/null", "@@ -1 +0,0 @@", "-1"]
