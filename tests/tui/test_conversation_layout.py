"""How the conversation is laid out: every row fits, nothing is lost, nothing jumps."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tests.support.conversations import some_inks, state_after
from tests.support.journals import asked, started
from tui.panes.conversation.block import Row, RowBlock
from tui.panes.conversation.body import FOLDED, body_rows, codes_of
from tui.panes.conversation.inks import Inks
from tui.panes.conversation.layout import Heights, Layout
from tui.panes.conversation.parts import Code, Prose, parts
from tui.panes.conversation.search import Search, places
from tui.panes.conversation.talk_blocks import TalkBlocks
from tui.panes.conversation.wrapping import StreamedText, wrapped, wrapped_line

PLAIN = Style()
INKS = Inks(*[PLAIN] * 15, roles=(PLAIN,) * 5)
ALPHABET = string.ascii_letters + " \t\n*_`#>|[]()-+.!\\<&~:$世界🙂é\u200b\u202e\x1b\x07\r"
texts = st.text(ALPHABET, max_size=400) | st.text(max_size=80)
widths = st.integers(4, 120)


def rows_of(text: str, width: int, unfolded: bool = True) -> list[str]:
    return [row.strip.text for row in body_rows(text, width, INKS, unfolded)[0]]


@given(texts, widths, st.booleans())
def test_every_row_of_a_message_fits(text: str, width: int, unfolded: bool) -> None:
    rows, _ = body_rows(text, width, INKS, unfolded)
    assert all(row.strip.cell_length <= width for row in rows)
    assert all(row.strip.cell_length == cell_len(row.strip.text) for row in rows)


@given(texts, widths)
def test_no_row_holds_anything_that_a_terminal_obeys(text: str, width: int) -> None:
    shown = "".join(rows_of(text, width))
    assert not set(shown) & {chr(n) for n in (*range(32), 127, *range(128, 160), 0x202E)}


@given(st.text(string.ascii_letters + " \n*_`#>|[]()-+.<&~", max_size=400), st.integers(8, 100))
def test_no_letter_of_a_message_is_lost(text: str, width: int) -> None:
    shown = "".join(rows_of(text, width))
    fences = "".join(code.path + code.language for code in codes_of(text))
    for letter in string.ascii_letters:
        assert shown.count(letter) + fences.count(letter) >= _outside_fences(text).count(letter)


def _outside_fences(text: str) -> str:
    """Without the info of fences, of which only the language and the path are shown."""
    return "\n".join(
        "" if line.strip().startswith(("```", "~~~")) else line for line in text.split("\n")
    )


@given(st.text(ALPHABET.replace("\r", ""), max_size=300), st.integers(2, 60))
def test_wrapping_keeps_every_character_but_blanks(text: str, width: int) -> None:
    rows = list(wrapped(text, width))
    assert "".join("".join(rows).split()) == "".join(text.split())
    assert all(cell_len(row) <= width for row in rows)


@given(
    st.lists(st.text(string.ascii_letters + " \n世", max_size=30), max_size=20), st.integers(4, 60)
)
def test_a_message_looks_the_same_however_its_words_arrive(pieces: list[str], width: int) -> None:
    stream = StreamedText(width)
    for end in range(len(pieces) + 1):
        stream.take(pieces[:end])
    whole = "".join(pieces)
    expected = list(wrapped(whole, width))
    if whole.endswith("\n") or not whole:
        expected = expected[:-1]
    assert stream.rows(10_000) == expected
    assert stream.count == len(expected)


def test_a_line_of_a_megabyte_is_cut_at_the_edge() -> None:
    rows = list(wrapped_line("x" * 1_000_000, 80))
    assert len(rows) == 12_500
    wide = list(wrapped_line("世" * 100_000, 81))
    assert all(cell_len(row) <= 81 for row in wide)
    assert "".join(wide) == "世" * 100_000


HOSTILE = {
    "nested quotes": ">" * 3_000 + " deep",
    "nested lists": "\n".join("  " * level + "- item" for level in range(200)),
    "a table of 10,000 columns": "|a" * 10_000 + "|\n" + "|-" * 10_000 + "|\n" + "|b" * 10_000,
    "an unclosed fence": "Look:\n```python\nprint(1)\nprint(2)",
    "html": "<script>alert(1)</script> <b>bold</b> text",
    "emphasis without end": "*a **b " * 2_000,
    "links": "[" * 5_000 + "a](b)",
    "entities": "&#x1b;[31m &amp; &nbsp;",
    "image": "![alt](http://example.org/x.png 'title')",
    "nothing": "",
    "blank lines": "\n" * 5_000,
    "markup": "[@click=app.quit]press[/] [/foo] [bold]",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_markdown_is_shown_and_fits(text: str) -> None:
    rows = rows_of(text, 60)
    assert all(cell_len(row) <= 60 for row in rows)
    letters = "".join(rows)
    assert sum(map(str.isalpha, letters)) >= sum(map(str.isalpha, text.replace("```python", "")))


def test_an_escape_written_as_an_entity_stays_harmless() -> None:
    assert "\x1b" not in "".join(rows_of("&#x1b;[31m red &#27;c", 60))


def test_markdown_is_read_and_line_breaks_are_kept() -> None:
    rows = rows_of("# Title\n\nSome **bold** text\nand a new line\n\n- one\n- two", 40)
    assert rows[0] == "Title"
    assert "Some bold text" in rows
    assert "and a new line" in rows
    assert [row.strip() for row in rows if "•" in row] == ["• one", "• two"]


def test_a_long_message_is_folded_and_says_how_much_more_there_is() -> None:
    text = "\n\n".join(f"Paragraph {n}." for n in range(30))
    folded, foldable = body_rows(text, 60, INKS, False)
    assert foldable
    assert len(folded) == FOLDED + 1
    assert folded[-1].strip.text.startswith("… ")
    assert folded[-1].opens == "fold"
    whole, foldable = body_rows(text, 60, INKS, True)
    assert foldable
    assert len(whole) == 59


def test_a_decision_is_told_field_by_field() -> None:
    text = '{"approved": false, "comments": ["too long", "no tests"], "score": 3}'
    assert rows_of(text, 40) == [
        "approved  no",
        "comments  • too long",
        "          • no tests",
        "score     3",
    ]
    assert rows_of('{"a": {"b": 1}}', 40) == ['{"a": {"b": 1}}']


def test_long_code_is_a_chip_until_it_is_unfolded() -> None:
    body = "\n".join(f"print({n})" for n in range(20))
    text = f"Here it is.\n\n### src/main.py\n```python\n{body}\n```"
    folded, foldable = body_rows(text, 60, INKS, False)
    assert foldable
    assert [row.strip.text for row in folded] == [
        "Here it is.",
        "",
        "▸ src/main.py · python · 20 lines",
    ]
    assert folded[-1].opens == 0
    whole = rows_of(text, 60)
    assert whole[2] == "▾ src/main.py · python · 20 lines"
    assert [row.strip() for row in whole[3:]] == body.split("\n")


NAMES = {
    "### main.py\n```python\nx\n```": "main.py",
    "**src/main.py**\n\n```\nx\n```": "src/main.py",
    "`Makefile`:\n```make\nx\n```": "Makefile",
    "File: a/b.txt\n```\nx\n```": "a/b.txt",
    "1. `main.py`\n   ```python\n   x\n   ```": "main.py",
    "```python main.py\nx\n```": "main.py",
    "```python:main.py\nx\n```": "main.py",
    '```python title="main.py"\nx\n```': "main.py",
    "```main.py\nx\n```": "main.py",
    "```python\n# main.py\nx\n```": "main.py",
    "Then run the program main.py now:\n```sh\nx\n```": "",
    "```python\nx\n```": "",
}


@pytest.mark.parametrize(("text", "path"), NAMES.items(), ids=range(len(NAMES)))
def test_code_is_named_as_models_name_it(text: str, path: str) -> None:
    (code,) = codes_of(text)
    assert code.path == path


def test_a_reply_is_taken_apart_into_prose_and_code() -> None:
    text = "Before.\n~~~\na\n~~~\nBetween.\n```js\nb\n\nc\n```\nAfter."
    assert list(parts(text)) == [
        Prose("Before."),
        Code("", "", "a"),
        Prose("Between."),
        Code("", "js", "b\n\nc"),
        Prose("After."),
    ]


def test_code_inside_a_document_stays_inside() -> None:
    text = "```markdown\n# Manual\n```sh\npython main.py\n```\nThe end.\n```"
    assert list(parts(text)) == [
        Code("", "markdown", "# Manual\n```sh\npython main.py\n```\nThe end.")
    ]


def test_a_fence_left_open_is_unfinished() -> None:
    body = "\n".join("x" * 20)
    rows = [row.strip.text for row in body_rows(f"```python\n{body}", 60, INKS, False)[0]]
    assert rows == ["▸ python · 20 lines · unfinished"]


@given(
    st.lists(st.integers(0, 9), max_size=40),
    st.lists(st.tuples(st.integers(0, 39), st.integers(0, 9))),
)
def test_heights_know_every_line(heights: list[int], changes: list[tuple[int, int]]) -> None:
    known = Heights(heights)
    for index, height in changes:
        if index < len(heights):
            assert known.total == sum(heights)
            known[index] = heights[index] = height
    known.append(3)
    heights = [*heights, 3]
    lines = [(index, row) for index, height in enumerate(heights) for row in range(height)]
    assert known.total == len(lines)
    assert [known.at(line) for line in range(known.total)] == lines
    assert [known.top(index) for index in range(len(heights))] == [
        sum(heights[:index]) for index in range(len(heights))
    ]


class Boxes:
    """Blocks of given heights, and wrong guesses of them."""

    def __init__(self, heights: list[int], guess: int) -> None:
        self._heights = heights
        self._guess = guess

    def __len__(self) -> int:
        return len(self._heights)

    def estimate(self, index: int, width: int) -> int:
        return self._guess

    def lay_out(self, index: int, width: int, inks: Inks) -> RowBlock:
        row = Row(Strip([Segment(str(index))]))
        return RowBlock((row,) * self._heights[index])

    def is_message(self, index: int) -> bool:
        return True


@settings(max_examples=200)
@given(
    st.lists(st.integers(1, 30), min_size=10, max_size=60),
    st.integers(1, 20),
    st.lists(st.integers(-9, 9), min_size=1, max_size=40),
)
def test_scrolling_never_jumps_however_wrong_the_guesses_were(
    heights: list[int], guess: int, steps: list[int]
) -> None:
    page = 10
    layout = Layout(Boxes(heights, guess), 20, page, INKS)
    line = layout.line_of_end()
    true_top = sum(heights) - page
    for step in steps:
        line = layout.line_of(*layout.at(max(0, line + step)))
        true_top = max(0, min(true_top + step, sum(heights) - page))
        index, row = layout.at(line)
        assert sum(heights[:index]) + row == max(true_top, 0)


def test_only_what_is_near_is_laid_out() -> None:
    layout = Layout(Boxes([5] * 10_000, 7), 20, 30, INKS)
    layout.line_of_end()
    assert sum(layout.laid_out(index) is not None for index in range(10_000)) <= 13


@given(
    st.lists(st.text("ab \n", max_size=40), max_size=20),
    st.text("ab ", min_size=1, max_size=3).filter(str.strip),
)
def test_occurrences_are_counted_and_numbered(texts: list[str], words: str) -> None:
    search = Search(words, texts)
    pattern = search.pattern
    expected = [(n, k) for n, text in enumerate(texts) for k in range(len(pattern.findall(text)))]
    assert search.count == len(expected)
    assert [search.at(number) for number in range(search.count)] == expected
    for start in range(len(texts)):
        later = [number for number, (item, _) in enumerate(expected) if item >= start]
        if expected:
            assert search.first_from(start) == (later[0] if later else 0)


def test_a_capital_makes_a_search_exact() -> None:
    texts = ["Tip and tip", "TIP"]
    assert Search("tip", texts).count == 3
    assert Search("Tip", texts).count == 1
    assert Search("  ", texts).count == 0


@given(st.text(string.ascii_lowercase[:3] + "  ", min_size=1, max_size=200), st.integers(6, 40))
def test_words_are_found_where_they_stand_across_the_ends_of_rows(text: str, width: int) -> None:
    text = " ".join(text.split())
    rows, _ = body_rows(text, width, INKS, True)
    block = RowBlock(tuple(rows))
    words = " ".join(text.split()[:2])
    if not words or any(len(word) > width for word in text.split()):
        return
    search = Search(words, [text])
    found = list(places(block, search.pattern))
    assert len(found) == search.count
    for place in found:
        pieces = [block.rows[row].strip.text[start:end] for row, start, end in place]
        assert " ".join(" ".join(pieces).split()) == words


async def test_the_theme_gives_every_ink_a_colour() -> None:
    inks = await some_inks()
    named = {name: style for name, style in vars(inks).items() if name != "roles"}
    assert all(style.color is not None for style in named.values())
    assert len({style.color for style in inks.roles}) >= 4
    assert inks.text.bgcolor is None
    assert inks.match.bgcolor is not None


def test_the_mark_of_a_message_being_written_moves_with_the_beat() -> None:
    blocks = TalkBlocks(state_after([started(), asked("1.coding/turn-1", "Write.")]))
    heads = []
    for beat in range(3):
        blocks.beat = beat
        block = blocks.lay_out(1, 60, INKS)
        heads.append(block.rows[block.lead].strip.text)
    assert len(set(heads)) == 3
    assert len(set(map(len, heads))) == 1
