"""A curve in braille dots."""

from tui.panes.log.chart import plot
from tui.text.line import bar


def test_a_step_is_drawn_where_it_happens() -> None:
    assert plot([(0.0, 0.0), (5.0, 10.0)], 4, 2, 10.0, 10.0) == ["⠀⢸⠉⠉", "⣀⣸⠀⠀"]


def test_without_time_or_height_there_is_a_line_on_the_ground() -> None:
    assert plot([(0.0, 0.0)], 3, 1, 0.0, 0.0) == ["⣀⣀⣀"]
    assert plot([], 2, 2, 0.0, 0.0) == ["⠀⠀", "⣀⣀"]


def test_a_curve_never_leaves_its_place() -> None:
    curve = [(0.0, 0.0), (1.0, 99.0), (2.0, 100.0), (50.0, 100.0)]
    rows = plot(curve, 7, 3, 2.0, 50.0)
    assert [len(row) for row in rows] == [7, 7, 7]


def test_a_bar_is_filled_to_an_eighth_of_a_cell() -> None:
    assert bar(0.5, 4) == "██  "
    assert bar(1 / 32, 4) == "▏   "
    assert bar(7.0, 4) == "████"
    assert bar(-1.0, 4) == "    "
