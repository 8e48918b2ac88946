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


def value_of(raw: Any, kind: FieldType) -> Any:
    """`given` as the type `kind`; raises `NotA` where it could mean more than one thing."""
    if isinstance(kind, list):
        return _texts(raw)
    if raw is None:
        raise NotA("is missing")
    if isinstance(kind, dict):
        return _choice(raw, kind["one_of"])
    return {"str": _text, "bool": _truth, "int": _whole, "float": _number}[kind](raw)


def _texts(raw: Any) -> list[str]:
    if raw is None or isinstance(raw, bool):
        return []
    if isinstance(raw, dict):
        raw = [f"{name}: {_joined(value)}" for name, value in raw.items()]
    if isinstance(raw, str):
        lines = raw.strip().splitlines()
        bulleted = len(lines) > 1 and all(_BULLET.match(line) for line in lines if line.strip())
        raw = lines if bulleted else [raw]
    if not isinstance(raw, list):
        raw = [raw]
    texts = [_BULLET.sub("", _joined(item)).strip() for item in raw]
    return [text for text in texts if text.lower().rstrip(".") not in _NOTHING]


def _text(raw: Any) -> str:
    if isinstance(raw, dict) or (isinstance(raw, list) and len(raw) > 50):
        raise NotA("must be a text, not an object")
    text = _joined(raw).strip()
    if not text:
        raise NotA("is empty")
    return text


def _truth(raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    word = _word(raw)
    if word in _YES or word in _NO:
        return word in _YES
    raise NotA("must be true or false")


def _whole(raw: Any) -> int:
    number = _number(raw)
    if number != int(number):
        raise NotA("must be a whole number")
    return raw if isinstance(raw, int) else int(number)


def _number(raw: Any) -> float:
    try:
        number = math.nan if isinstance(raw, bool | list | dict) else float(raw)
    except (ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise NotA("must be a number")
    return number


def _choice(raw: Any, options: list[str]) -> str:
    word = _word(raw)
    same = [option for option in options if _word(option) == word]
    if not same:
        same = [option for option in options if mentions(str(raw), option)]
    if len(same) != 1:
        raise NotA(f"must be one of {', '.join(options)}")
    return same[0]


def mentions(text: str, option: str) -> bool:
    """Whether a text has the option as words of its own."""
    return bool(re.search(rf"(?i)(?<![\w.]){re.escape(option)}(?![\w+#])", text))


def _word(raw: Any) -> str:
    return str(raw).strip().strip("\"'`.!*").strip().lower()


def _joined(raw: Any) -> str:
    if isinstance(raw, dict):
        parts = [_joined(value) for value in raw.values()]
        return ": ".join(part for part in parts if part)
    if isinstance(raw, list):
        return ", ".join(map(_joined, raw))
    text = "" if raw is None else str(raw)
    return text.encode(errors="replace").decode()
