"""Text from models, providers and strangers that is after time, memory, the eye or a key."""

import re
import time

import pytest

from company.deliverables.files import Files
from company.deliverables.kind import Unreadable
from phases.yields import FilesYield
from warehouse.paths import check_path
from warehouse.python_source import compiled, syntax_tree
from warehouse.terminal_text import safe_text

SECONDS = 10.0
"""Of CPU: several times what any takes here, and a fraction of what each took without bounds."""


def nested_finally(levels: int) -> str:
    """Code that the compiler writes out anew, twice, at each level."""
    blocks = [f"{' ' * n}try:\n{' ' * n} a\n{' ' * n}finally:\n" for n in range(levels)]
    return "".join(blocks) + " " * levels + "x\n"


BOMBS = {
    "a dotted name": "import a" + ".a" * 900_000,
    "a dotted name over lines": "import a" + " . \\\n a" * 200_000,
    "a dotted name it is from": "from a" + ".a" * 900_000 + " import b",
    "fields far from the start": 'f"' + " " * 400_000 + "{x}" * 16_000 + '"',
    "fields in three quotes": "Rf'''\n" + "x\n" * 100_000 + "{xy}\n" * 16_000 + "'''",
    "more statements than anybody writes": "x;" * 1_000_000,
    "more arguments than anybody writes": "f(" + "a," * 1_000_000 + ")",
    "quotes that never close": '"""' + '\\"""' * 200_000,
    "finally within finally": nested_finally(19),
    "a finally for each return": (
        "def f():\n try:\n" + "  return\n" * 40_000 + " finally:\n" + "  x\n" * 40_000
    ),
    "a number of a million digits": "x = 0x" + "f" * 1_000_000,
    "an empty line for each byte": "\n" * 1_900_000 + "x",
    "one long line": "x = " + "a" * 1_900_000,
}


@pytest.mark.parametrize("bomb", BOMBS)
@pytest.mark.parametrize("read", [syntax_tree, compiled])
def test_no_source_holds_its_reader_up(read: object, bomb: str) -> None:
    assert callable(read)
    began = time.process_time()
    try:
        read(BOMBS[bomb])
    except SyntaxError as refused:
        assert str(refused)
    assert time.process_time() - began < SECONDS


def test_what_people_write_is_within_the_bounds() -> None:
    program = "def f(a):\n    return [f'{a}: {b:>10}' for b in a if b and a.b.c.d] or 'x'\n" * 5_000
    deep = "x = " + " + ".join(["'a'"] * 400)
    choice = "if a == 0:\n    b\n" + "".join(f"elif a == {n}:\n    b\n" for n in range(200))

    for source in (program, deep, choice):
        assert syntax_tree(source).body


HIDING = {
    "zero width": "pay\u200bload",
    "a joiner between Latin letters": "a\u200db\u200cc",
    "a byte order mark inside": "a\ufeffb",
    "a soft hyphen": "pass\u00adword",
    "a word joiner": "a\u2060b\u2064c",
    "letters of the tags block": "x" + "".join(chr(0xE0000 + ord(each)) for each in "rm -rf"),
    "tags after a flag that has none": "\U0001f3f4\U000e0072\U000e006d\U000e007f",
    "bytes in variation selectors": "😀" + "".join(chr(0xE0100 + each) for each in b"secret"),
    "a selector after a letter": "x\ufe0fy",
    "a selector after a bare digit": "1\ufe0f2",
    "a second joiner in Persian": "می\u200c\u200c\u200dخواهم",
    "a joiner at the end of an emoji": "👩\u200d",
    "a filler": "a\u3164b\uffa0c\u115fd",
    "bidi controls": "\u202eevil\u2066x\u2069\u200f",
    "an annotation": "a\ufff9b\ufffac\ufffb",
    "a grapheme joiner": "a\u034fb",
}
RIGHT = (
    "👩‍💻 👁️‍🗨️ 🏳️‍🌈 👩🏽‍💻 ❤️‍🔥 🏴‍☠️ 🧑🏿‍🤝‍🧑🏻 1️⃣ #️⃣ ©️ ↔︎ ▶️",
    "\U0001f3f4" + "".join(chr(0xE0000 + ord(each)) for each in "gbsct") + "\U000e007f",
    "می‌خواهم نمی‌دانم ۱۴۰۲ ه‍.ش.",
    "עברית שָׁלוֹם العَرَبِيَّة",
    "क्‍ष ক্‌ত র‍্যা ශ්‍රී நி",
    "ภาษา\u200bไทย",
    "日本語　テキスト 葛\U000e0100 中文，测试 한국어 각",
    "café cafe\u0301 Z̈a̐ naïve № ½ “quotes” — dash",
)
UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]"
)


@pytest.mark.parametrize("hiding", HIDING)
def test_what_nobody_would_see_is_shown_as_a_mark(hiding: str) -> None:
    shown = safe_text(HIDING[hiding])

    assert not UNSEEN.search(shown.replace("می\u200c", "").replace("👩", ""))
    assert re.search(r"<U\+[0-9A-F]{4,5}>", shown)
    assert safe_text(shown) == shown


@pytest.mark.parametrize("text", RIGHT)
def test_what_people_need_to_write_their_language_stays(text: str) -> None:
    assert safe_text(text) == text


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("ma\u200bin.py", "U+200B ZERO WIDTH SPACE"),
        ("src\u2060/x.py", "U+2060 WORD JOINER"),
        ("a\u00adb.py", "U+00AD SOFT HYPHEN"),
        ("x\ufe0f.py", "U+FE0F VARIATION SELECTOR-16"),
        ("x\U000e0101.py", "U+E0101 VARIATION SELECTOR-18"),
        ("x\U000e0041.py", "U+E0041 TAG LATIN CAPITAL LETTER A"),
        ("\u3164.py", "U+3164 HANGUL FILLER"),
        ("a\u2800b.py", "U+2800 BRAILLE PATTERN BLANK"),
        ("a\u202eyp.py", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("m\u0430in.py", "U+0430 CYRILLIC SMALL LETTER A"),
        ("test_\u0430pi.py", "U+0430 CYRILLIC SMALL LETTER A"),
        ("p\u0301\u0430\u0301y.py", "U+0430 CYRILLIC SMALL LETTER A"),
        ("c\u03bfre/x.py", "U+03BF GREEK SMALL LETTER OMICRON"),
        ("\u0430\u03b1.py", "U+0430 CYRILLIC SMALL LETTER A"),
        ("\uff4dain.py", "U+FF4D FULLWIDTH LATIN SMALL LETTER M"),
        ("\U0001d5fcs.py", "U+1D5FC MATHEMATICAL SANS-SERIF BOLD SMALL O"),
        ("main\u2024py.py", "U+2024 ONE DOT LEADER"),
        ("src\u2215main.py", "U+2215 DIVISION SLASH"),
        ("src\uff0fmain.py", "U+FF0F FULLWIDTH SOLIDUS"),
    ],
)
def test_a_name_that_deceives_the_eye_goes_back_to_the_role_with_its_character(
    path: str, named: str
) -> None:
    reply = f"### `{path}`\n```python\nprint(1)\n```\n"
    with pytest.raises(Unreadable) as complaint:
        Files(FilesYield()).read(reply, {})
    assert named in str(complaint.value)
    assert not UNSEEN.search(str(complaint.value))


@pytest.mark.parametrize(
    "path",
    [
        *("отчёт_2024.csv", "тест_api.py", "レポート.py", "λόγος.md", "ภาษาไทย.txt", "café.py"),
        *("日本語_test2.py", "한국어.py", "µ.py", "🚀.md", "x–y.txt", "straße.py", "שלום.md"),
    ],
)
def test_a_name_in_any_language_is_right(path: str) -> None:
    assert check_path(path) == path
