"""Characters that nobody sees: what of them belongs to how people write, and what only hides.

Persian and the scripts of India need joiners, emoji joiners and variation selectors, Thai a space without
width. There they stay. Anywhere else, and more than one after another, they can hide text, or make two
names look like one.
"""

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import regex

INVISIBLE = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u206a-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"
)
"""For a character class: Unicode's Default_Ignorable_Code_Point, without bidi controls, and annotations."""

_RUN = re.compile(f"[{INVISIBLE}]+")

_JOINED = "Arab Syrc Mand Nkoo Adlm Rohg Mong Phag Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Khmr Mymr Tibt"
_UNSPACED = "Thai Laoo Khmr Mymr Tibt Java Bali"
_FLAGS = ("gbeng", "gbsct", "gbwls")
"""England, Scotland and Wales: the only flags that are spelled with tags."""


def with_marks(text: str) -> str:
    """The text with `<U+200B>` in place of each character that only hides."""
    return _RUN.sub(_marked, text)


def _marked(run: re.Match[str]) -> str:
    pieces, at = [], run.start()
    while at < run.end():
        right = _right_use().match(run.string, at)
        end = right.end() if right else at + 1
        pieces.append(run.string[at:end] if right else f"<U+{ord(run.string[at]):04X}>")
        at = end
    return "".join(pieces)


@cache
def _right_use() -> "regex.Pattern[str]":
    """What of a run may stand where it stands; each looks at the character before it."""
    import regex

    flags = "|".join("".join(chr(0xE0000 + ord(letter)) for letter in flag) for flag in _FLAGS)
    return regex.compile(
        rf"""(?x)
        (?<= {_any_of(_JOINED)} ) [\u200c\u200d]
        | (?<= {_any_of(_UNSPACED)} ) \u200b (?= {_any_of(_UNSPACED)} )
        | (?<= \p{{Extended_Pictographic}} \ufe0f? | \p{{Emoji_Modifier}} )
          \u200d (?= \p{{Extended_Pictographic}} )
        | (?<= \p{{Emoji}} ) (?<! [0-9\#*] ) [\ufe0e\ufe0f]
        | (?<= [0-9\#*] ) \ufe0f (?= \u20e3 )
        | (?<= \p{{Han}} ) [\ufe00-\ufe02\U000e0100-\U000e01ef]
        | (?<= \p{{Math_Symbol}} ) \ufe00
        | (?<= \p{{Mongolian}} ) [\u180b-\u180f]
        | (?<= \U0001f3f4 ) (?: {flags} ) \U000e007f
        """
    )


def _any_of(scripts: str) -> str:
    """A letter or mark of one of the scripts."""
    own = "".join(rf"\p{{scx={name}}}" for name in scripts.split())
    return rf"(?: (?= [{own}] ) [\p{{L}}\p{{M}}] )"
