"""Text made safe to print: nothing in it can drive the terminal, reorder a line or hide.

Model output, program output, file names and journals may carry escape sequences (a clipboard
write, a cleared screen, a forged title) and bidirectional controls (code that reads otherwise than
it runs). Terminals, `rich` and Textual pass them on, so text goes through `safe_text` first.
"""

import re

from warehouse.invisible import INVISIBLE, with_marks

_STRING_SEQUENCE = (
    r"(?P<string>(?:\x1b[\]PX^_]|[\x90\x98\x9d\x9e\x9f])[^\x07\x1b\x9c]*)(?P<end>\x07|\x1b\\|\x9c)?"
)
_CONTROL_SEQUENCE = r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
_SHORT_SEQUENCE = r"\x1b[ -/]+[0-~]|\x1b[0-OQ-WYZ`-~]"
_SEQUENCES = re.compile("|".join((_STRING_SEQUENCE, _CONTROL_SEQUENCE, _SHORT_SEQUENCE)))

_INSIDE_A_STRING = re.compile(r"\x9b[0-?]*[ -/]*[@-~]")

_BIDI = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_LINE_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")

_VISIBLE: dict[int, str] = {
    **{code: chr(0x2400 + code) for code in range(0x20) if code not in {0x09, 0x0A}},
    0x7F: "\u2421",
    **{code: f"<{code:02X}>" for code in range(0x80, 0xA0)},
    **{code: f"<U+{code:04X}>" for code in _BIDI},
}
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029"
    + "".join(map(re.escape, map(chr, _BIDI)))
    + "]"
)
_NOT_AS_IT_IS = re.compile(f"{_UNSAFE.pattern}|[{INVISIBLE}]")


def safe_text(text: str, keep_newlines: bool = True) -> str:
    """Return `text` without anything a terminal would obey.

    Whole escape sequences go; what is left of control characters becomes its picture (`␛`), bidi
    controls and what else nobody sees their code point (`<U+202E>`), lone surrogates `U+FFFD`; what
    belongs to how people write stays, such as the joiners of Persian and of emoji. Every kind of line break
    becomes a newline, or a space with `keep_newlines=False`, where tabs become spaces too.
    """
    if _NOT_AS_IT_IS.search(text):
        text = _SEQUENCES.sub(_shown_sequence, text)
        text = _LINE_BREAKS.sub("\n", text)
        text = with_marks(_UNSAFE.sub(_visible, text))
    return text if keep_newlines else text.replace("\n", " ").replace("\t", " ")


def _shown_sequence(sequence: re.Match[str]) -> str:
    """Nothing; of a string that never ends, which is passed over only once, what it holds."""
    if sequence["string"] is None or sequence["end"] is not None:
        return ""
    return _INSIDE_A_STRING.sub("", sequence["string"])


def _visible(character: re.Match[str]) -> str:
    return _VISIBLE.get(ord(character[0]), "\ufffd")
