"""What in a file name deceives the eye: nothing there to see, or something that is taken for another."""

import re
import unicodedata

from warehouse.invisible import INVISIBLE

_INVISIBLE = re.compile(f"[{INVISIBLE}\u2800]")
_UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_SLASHES = frozenset("\u2044\u2215\u2216\u29f5\u29f8\u29f9\u2571\u2572")
_ALIKE = frozenset({"LATIN", "CYRILLIC", "GREEK", "COPTIC", "ARMENIAN", "CHEROKEE", "LISU"})
"""Scripts with letters that nobody tells from those of another of them."""


def deception_in(name: str) -> str | None:
    """What is wrong with a name, as in "it …", naming the character; None for an honest one."""
    for character in name:
        if unicodedata.category(character) in _UNSEEN_CATEGORIES or _INVISIBLE.match(character):
            return f"contains a control or invisible character, {_told(character)}"
        plain = unicodedata.normalize("NFKC", character)
        if character in _SLASHES or (plain.isascii() and not character.isascii()):
            return f"contains {_told(character)}, which looks like a plain character and is none"
    if stranger := _of_another_script(name):
        return (
            f"contains {_told(stranger)} in one word with letters of another script, which look alike;"
            " write each word in one script"
        )
    return None


def _of_another_script(name: str) -> str | None:
    """The first letter that is not of the script of its word, or is not Latin where others are."""
    word: dict[str, str] = {}
    for character in name:
        kind = unicodedata.category(character)[0]
        if kind not in "LMN":
            word = {}
        elif kind == "L":
            script = unicodedata.name(character, "").partition(" ")[0]
            if script in _ALIKE:
                word.setdefault(script, character)
            if len(word) > 1:
                return next(letter for script, letter in word.items() if script != "LATIN")
    return None


def _told(character: str) -> str:
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()
