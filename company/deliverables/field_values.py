"""One value as a model gave it, as the type it should have."""

import math
import re
from typing import Any

from phases.yields import FieldType

_YES = frozenset({"yes", "true", "y", "1", "approved", "ok", "okay", "pass", "passed"})
_NO = frozenset({"no", "false", "n", "0", "rejected", "not approved", "fail", "failed"})
_NOTHING = frozenset({"", "none", "null", "n/a", "no comments", "no comment", "-", "[]"})
_BULLET = re.compile(r"^\s*(?:[-*+•]|\d{1,3}[.)])\s+")


class NotA(Exception):
    """The value does not have the type; the message continues "'name' …"."""


def value_of(given: Any, kind: FieldType) -> Any:
    """`given` as the type `kind`; raises `NotA` where it could mean more than one thing."""
    if isinstance(kind, list):
        return _texts(given)
    if given is None:
        raise NotA("is missing")
    if isinstance(kind, dict):
        return _choice(given, kind["one_of"])
    return {"str": _text, "bool": _truth, "int": _whole, "float": _number}[kind](given)


def _texts(given: Any) -> list[str]:
    if given is None or isinstance(given, bool):
        return []
    if isinstance(given, dict):
        given = [f"{name}: {_joined(value)}" for name, value in given.items()]
    if isinstance(given, str):
        lines = given.strip().splitlines()
        bulleted = len(lines) > 1 and all(_BULLET.match(line) for line in lines if line.strip())
        given = lines if bulleted else [given]
    if not isinstance(given, list):
        given = [given]
    texts = [_BULLET.sub("", _joined(item)).strip() for item in given]
    return [text for text in texts if text.lower().rstrip(".") not in _NOTHING]


def _text(given: Any) -> str:
    if isinstance(given, dict) or (isinstance(given, list) and len(given) > 50):
        raise NotA("must be a text, not an object")
    text = _joined(given).strip()
    if not text:
        raise NotA("is empty")
    return text


def _truth(given: Any) -> bool:
    if isinstance(given, bool):
        return given
    word = _word(given)
    if word in _YES or word in _NO:
        return word in _YES
    raise NotA("must be true or false")


def _whole(given: Any) -> int:
    number = _number(given)
    if number != int(number):
        raise NotA("must be a whole number")
    return given if isinstance(given, int) else int(number)


def _number(given: Any) -> float:
    try:
        number = math.nan if isinstance(given, bool | list | dict) else float(given)
    except (ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise NotA("must be a number")
    return number


def _choice(given: Any, options: list[str]) -> str:
    word = _word(given)
    same = [option for option in options if _word(option) == word]
    if not same:
        same = [option for option in options if mentions(str(given), option)]
    if len(same) != 1:
        raise NotA(f"must be one of {', '.join(options)}")
    return same[0]


def mentions(text: str, option: str) -> bool:
    """Whether a text has the option as words of its own."""
    return bool(re.search(rf"(?i)(?<![\w.]){re.escape(option)}(?![\w+#])", text))


def _word(given: Any) -> str:
    return str(given).strip().strip("\"'`.!*").strip().lower()


def _joined(given: Any) -> str:
    if isinstance(given, dict):
        parts = [_joined(value) for value in given.values()]
        return ": ".join(part for part in parts if part)
    if isinstance(given, list):
        return ", ".join(map(_joined, given))
    text = "" if given is None else str(given)
    return text.encode(errors="replace").decode()
