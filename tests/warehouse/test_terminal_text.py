import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.terminal_text import safe_text

OBEYED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ud800-\udfff]"
)
HOSTILE = st.text(
    st.one_of(st.sampled_from("\x1b\x9b\x9d\x07\\[]2Jm;\r\n\t\x00\u202e\ud800a"), st.characters())
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain café 主 👩‍💻\n\tindented", "plain café 主 👩‍💻\n\tindented"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b[2J\x1b[H\x9b2Jgone", "gone"),
        ("\x1b]52;c;c3RvbGVu\x07clipboard", "clipboard"),
        ("\x1b]0;title\x1b\\after", "after"),
        ("\x9d0;title\x9cafter", "after"),
        ("\x1bP1;2q...\x1b\\sixel", "sixel"),
        ("\x1b(B\x1bcreset", "reset"),
        ("\x1b]0;never ended", "␛]0;never ended"),
        ("\x1b\x1b[0m[2J", "␛[2J"),
        ("bell\x07", "bell␇"),
        ("50%\r100%", "50%\n100%"),
        ("a\r\nb", "a\nb"),
        ("a\x0bb\x85c\u2028d", "a\nb\nc\nd"),
        ("\u202eevil\u202c", "<U+202E>evil<U+202C>"),
        ("del\x7f", "del␡"),
        ("lone \ud800", "lone \ufffd"),
        ("c1 \x84", "c1 <84>"),
    ],
)
def test_what_a_terminal_would_obey_is_removed_or_made_visible(text: str, shown: str) -> None:
    assert safe_text(text) == shown


def test_a_title_is_kept_on_one_line() -> None:
    assert safe_text("a\n\tb\r\nc", keep_newlines=False) == "a  b c"


@given(HOSTILE)
def test_nothing_a_terminal_obeys_is_left(text: str) -> None:
    assert not OBEYED.search(safe_text(text))


@given(HOSTILE)
def test_one_line_stays_one_line(text: str) -> None:
    shown = safe_text(text, keep_newlines=False)

    assert len(shown.splitlines()) <= 1
    assert "\t" not in shown


@given(HOSTILE)
def test_making_text_safe_twice_changes_nothing_more(text: str) -> None:
    assert safe_text(safe_text(text)) == safe_text(text)


def test_a_long_unfinished_sequence_is_read_in_linear_time() -> None:
    hostile = "\x1b]" * 20_000

    assert safe_text(hostile) == "␛]" * 20_000
