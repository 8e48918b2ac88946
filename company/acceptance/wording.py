"""What words say, by those of `words.yaml`: each kind of them is one pattern."""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

_NUMBER = re.compile(
    r"\s*+(?:(?:of|is|von|de|=|:|为|は|code|status|statut|estado|with|mit|dem)\s*+)?(\d{1,3})\b",
    re.I,
)
_LETTER = re.compile(r"[a-zà-ÿа-яё]", re.IGNORECASE)


@cache
def wording() -> Mapping[str, re.Pattern[str]]:
    """A pattern for each kind of words."""
    import yaml

    text = (files("company.acceptance") / "words.yaml").read_text("utf-8")
    kinds: dict[str, list[list[str]]] = yaml.safe_load(text)
    return {
        kind: re.compile("|".join(_one(word) for words in lists for word in words), re.IGNORECASE)
        for kind, lists in kinds.items()
    }


def _one(word: str) -> str:
    """A word as a whole, where its script has spaces between words."""
    stem = word.removesuffix("*")
    pattern = r"\s+".join(map(re.escape, stem.split()))
    start = r"\b" if _LETTER.match(stem[0]) else ""
    end = r"\w*" if stem != word else r"\b" if _LETTER.match(stem[-1]) else ""
    return f"{start}{pattern}{end}"


def says(words: str, kind: str) -> bool:
    return wording()[kind].search(words) is not None


def begins(words: str, kind: str) -> bool:
    return wording()[kind].match(words.lstrip(" \n,(")) is not None


def exit_code(words: str) -> int | None:
    """The exit code that words name last, 0 and those of signals left out."""
    for match in wording()["exits"].finditer(words):
        if number := _NUMBER.match(words, match.end()):
            return int(number[1]) if 0 < int(number[1]) < 126 else None
    return None
