"""A long list of lines: its cursor, its end, its edges, and what it lets through."""

from dataclasses import dataclass

from textual.app import App, ComposeResult
from textual.geometry import Offset
from textual.selection import Selection

from tui.panes.lines_view import LinesView
from tui.text.line import FixedLines, Line, Lines


@dataclass
class Counted:
    """So many numbered lines; remembers which were made."""

    count: int
    made: set[int]
    width: int = 0

    def __len__(self) -> int:
        return self.count

    def line(self, number: int) -> Line:
        self.made.add(number)
        return Line(((f"line {number}", ""),))


class Window(App[None]):
    def __init__(self, view: LinesView) -> None:
        super().__init__()
        self.view = view
        self.chosen: list[int] = []

    def compose(self) -> ComposeResult:
        yield self.view

    def on_lines_view_chosen(self, message: LinesView.Chosen) -> None:
        self.chosen.append(message.number)


def _fixed(*texts: str, width: int = 0) -> Lines:
    return FixedLines([Line(((text, ""),)) for text in texts], width)


def _row(view: LinesView, y: int) -> str:
    return view.render_line(y).text


async def test_of_a_million_lines_only_those_in_view_are_made() -> None:
    lines = Counted(1_000_000, set())
    view = LinesView()
    async with Window(view).run_test(size=(40, 10)) as pilot:
        view.show_lines(lines)
        await pilot.pause()
        await pilot.press("G")
        assert _row(view, 9).startswith("line 999999")
        assert len(lines.made) < 100


async def test_arrows_letters_and_pages_move_the_cursor() -> None:
    view = LinesView()
    async with Window(view).run_test(size=(40, 10)) as pilot:
        view.show_lines(Counted(100, set()))
        await pilot.pause()
        seen = []
        for key in ("j", "down", "k", "pagedown", "ctrl+d", "ctrl+u", "pageup", "G", "up", "g"):
            await pilot.press(key)
            seen.append(view.cursor)
        assert seen == [1, 2, 1, 11, 16, 11, 1, 99, 98, 0]


async def test_a_cursor_on_the_last_line_stays_on_the_last_line() -> None:
    lines = Counted(5, set())
    view = LinesView(follows=True)
    async with Window(view).run_test(size=(40, 4)) as pilot:
        view.show_lines(lines)
        await pilot.pause()
        assert view.cursor == 4
        lines.count = 50
        view.update()
        await pilot.pause()
        assert (view.cursor, _row(view, 3).strip()) == (49, "line 49")


async def test_a_cursor_that_was_moved_up_stays_where_it_is() -> None:
    lines = Counted(5, set())
    view = LinesView(follows=True)
    async with Window(view).run_test(size=(40, 4)) as pilot:
        view.show_lines(lines)
        await pilot.pause()
        await pilot.press("k")
        top = view.scroll_offset.y
        lines.count = 50
        view.update()
        await pilot.pause()
        assert (view.cursor, view.scroll_offset.y) == (3, top)
        await pilot.press("G")
        lines.count = 60
        view.update()
        await pilot.pause()
        assert view.cursor == 59


async def test_fewer_lines_take_the_cursor_along() -> None:
    lines = Counted(50, set())
    view = LinesView()
    async with Window(view).run_test(size=(40, 4)) as pilot:
        view.show_lines(lines, cursor=40)
        await pilot.pause()
        lines.count = 3
        view.update()
        await pilot.pause()
        assert view.cursor == 2
        lines.count = 0
        view.say("Nothing is left.").update()
        await pilot.pause()
        await pilot.press("j", "k", "enter", "G", "pagedown")
        assert (view.cursor, _row(view, 0).strip()) == (0, "Nothing is left.")


async def test_enter_and_a_second_click_choose() -> None:
    view = LinesView()
    app = Window(view)
    async with app.run_test(size=(40, 10)) as pilot:
        view.show_lines(Counted(5, set()))
        await pilot.pause()
        await pilot.press("j", "enter")
        await pilot.click(view, offset=(2, 3))
        assert (app.chosen, view.cursor) == ([1], 3)
        await pilot.click(view, offset=(2, 3), times=2)
        assert app.chosen == [1, 3]
        await pilot.click(view, offset=(2, 8))  # below the last line
        assert view.cursor == 3


async def test_long_lines_end_in_an_ellipsis_and_can_be_seen_by_moving_sideways() -> None:
    text = "".join(f"{number:04}" for number in range(100))
    view = LinesView()
    async with Window(view).run_test(size=(20, 4)) as pilot:
        view.show_lines(FixedLines([Line(((text, ""),), lead=(("7 ", ""),))], len(text)))
        await pilot.pause()
        assert _row(view, 0) == f"7 {text[:17]}…"
        await pilot.press("greater_than_sign")
        assert _row(view, 0) == f"7 {text[8:25]}…"
        await pilot.press("less_than_sign")
        assert _row(view, 0) == f"7 {text[:17]}…"


async def test_a_line_of_a_million_characters_is_cut_and_counted() -> None:
    view = LinesView()
    async with Window(view).run_test(size=(60, 4)) as pilot:
        view.show_lines(_fixed("x" * 1_000_000, width=3_000))
        await pilot.pause()
        view.scroll_to(x=1_990, animate=False)
        await pilot.pause()
        assert "998,000 more characters" in _row(view, 0)


async def test_nothing_a_terminal_would_obey_is_shown() -> None:
    evil = "a\x1b[2Jb\x1b]52;c;aGk=\x07c\r\nd\u202ee\tf[@click=app.exit]g[/]"
    line = Line(((evil, ""),), lead=(("\x1b[31m1", ""),), tail=(("\x9b2J2", ""),))
    view = LinesView()
    async with Window(view).run_test(size=(80, 4)) as pilot:
        view.show_lines(FixedLines([line])).say("\x1b[2Jnothing")
        await pilot.pause()
        shown = _row(view, 0)
        assert "abc d<U+202E>e f[@click=app.exit]g[/]" in shown
        assert not any(ord(character) < 32 or 0x7F <= ord(character) < 0xA0 for character in shown)
        view.show_lines(_fixed())
        await pilot.pause()
        assert _row(view, 0).strip() == "nothing"


async def test_the_tail_gives_way_where_there_is_no_room() -> None:
    lines = FixedLines([Line((("a rather long name", ""),), tail=(("+10 -3", ""),))])
    view = LinesView()
    async with Window(view).run_test(size=(40, 4)) as pilot:
        view.show_lines(lines)
        await pilot.pause()
        assert _row(view, 0).endswith("+10 -3")
        await pilot.resize_terminal(16, 4)
        await pilot.pause()
        assert _row(view, 0) == "a rather long n…"


async def test_what_is_selected_with_the_mouse_is_copied_without_line_numbers() -> None:
    lines = FixedLines([Line(((f"text {n}", ""),), lead=((f"{n} ", ""),)) for n in range(9)])
    view = LinesView()
    async with Window(view).run_test(size=(40, 4)) as pilot:
        view.show_lines(lines)
        await pilot.pause()
        found = view.get_selection(Selection(Offset(2, 1), Offset(4, 3)))
        assert found == ("xt 1\ntext 2\ntext", "\n")
        view.screen.selections = {view: Selection(Offset(2, 1), Offset(4, 3))}
        await pilot.pause()
        assert _row(view, 1).startswith("1 text 1")


async def test_wide_characters_fill_no_more_cells_than_there_are() -> None:
    view = LinesView()
    async with Window(view).run_test(size=(11, 4)) as pilot:
        view.show_lines(_fixed("漢字漢字漢字漢字", "🙂" * 20, "e\u0301" * 30))
        await pilot.pause()
        assert [view.render_line(y).cell_length for y in range(4)] == [11] * 4
