"""Comparing what a program left with what a customer expects of it, and saying the difference."""

import asyncio
import json
from collections.abc import Iterator
from math import isclose
from typing import Any

import regex

from company.acceptance.check_card import FileExpectation, TextExpectation

TOLERANCE = 1e-9
PATTERN_SECONDS = 2.0
"""Time of one regular expression on one text; both may be made so that it never ends."""
SHOWN_TEXT = 160
"""Characters of an output that a reason quotes."""


async def fault_of_file(content: bytes | None, expected: FileExpectation) -> str:
    """What is wrong with a file, None being one that is not there; empty where nothing is."""
    if content is None:
        return "" if expected.absent else "is not there"
    if expected.absent:
        return "is there, but must not be"
    return await fault_of_text(content.decode("utf-8", "replace"), expected)


async def fault_of_text(text: str, expected: TextExpectation) -> str:
    """What is wrong with a text; empty where nothing is. Blanks at the ends of its lines and the
    way its lines end do not count."""
    text = _plain(text)
    if expected.equals is not None and text != _plain(expected.equals):
        return _difference(_plain(expected.equals), text)
    for piece in expected.contains:
        if _one_ending(piece) not in text:
            return f"does not hold {quoted(piece)}; it is {quoted(text)}"
    for line in expected.lines:
        if line.rstrip() not in text.split("\n"):
            return f"has no line {quoted(line)}; it is {quoted(text)}"
    for piece in expected.lacks:
        if _one_ending(piece) in text:
            return f"holds {quoted(piece)}, which it must not"
    for pattern in expected.matches:
        if fault := await _fault_of_match(pattern, text):
            return fault
    return _fault_of_json(text, expected.json_) if expected.wants_json else ""


def quoted(text: str) -> str:
    """A text as a reason may quote it: short, in one line, without control characters."""
    if not text:
        return "nothing"
    return repr(text) if len(text) <= SHOWN_TEXT else f"{text[:SHOWN_TEXT]!r}…"


def _one_ending(text: str) -> str:
    return text.replace("\r\n", "\n")


def _plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in _one_ending(text).split("\n")).rstrip("\n")


def _difference(expected: str, got: str) -> str:
    expected_lines, lines = expected.split("\n"), got.split("\n")
    if len(expected_lines) == len(lines) == 1:
        return f"should be {quoted(expected)}, not {quoted(got)}"
    pairs = zip(expected_lines, lines, strict=False)
    shared = min(len(expected_lines), len(lines))
    place = next((place for place, (a, b) in enumerate(pairs) if a != b), shared)
    if place >= len(expected_lines):
        return (
            f"should end after line {len(expected_lines)}, but goes on with {quoted(lines[place])}"
        )
    if place >= len(lines):
        return (
            f"should go on after line {len(lines)} with {quoted(expected_lines[place])}, but ends"
        )
    a, b = expected_lines[place] or "an empty line", lines[place] or "an empty line"
    return f"differs in line {place + 1}: should be {_line(a)}, not {_line(b)}"


def _line(text: str) -> str:
    return text if text == "an empty line" else quoted(text)


async def _fault_of_match(pattern: str, text: str) -> str:
    compiled = regex.compile(pattern, regex.MULTILINE)

    def search() -> bool:
        # `concurrent` lets other threads work meanwhile: the pattern may take all of its time.
        return compiled.search(text, timeout=PATTERN_SECONDS, concurrent=True) is not None

    try:
        match = await asyncio.to_thread(search)
    except TimeoutError:
        return (
            f"could not be compared with the expression {quoted(pattern)} within"
            f" {PATTERN_SECONDS:g} s; write a simpler one"
        )
    except MemoryError:
        return f"takes too much memory to be compared with the expression {quoted(pattern)}"
    return "" if match else f"has nothing like {quoted(pattern)} in it; it is {quoted(text)}"


def _fault_of_json(text: str, expected: Any) -> str:
    try:
        value = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return f"is not JSON; it is {quoted(text)}"
    return next(_unequal(expected, value, ""), "")


def _no_number(word: str) -> None:
    raise ValueError(word)


def _unequal(expected: Any, got: Any, where: str) -> Iterator[str]:
    """The places where two values differ. It looks no deeper than what is expected."""
    if isinstance(expected, dict) and isinstance(got, dict):
        for key in [*expected, *(key for key in got if key not in expected)]:
            place = f"{where}.{key}"
            if key not in got:
                yield f"has no {_place(place)}"
            elif key not in expected:
                yield f"has a {_place(place)}, which it should not"
            else:
                yield from _unequal(expected[key], got[key], place)
    elif isinstance(expected, list) and isinstance(got, list):
        if len(expected) != len(got):
            about = f"{_place(where)} " if where else ""
            yield f"{about}should have {len(expected)} items, not {len(got)}"
        for number, (one, other) in enumerate(zip(expected, got, strict=False)):
            yield from _unequal(one, other, f"{where}[{number}]")
    elif not _same(expected, got):
        about = f"{_place(where)} " if where else ""
        yield f"{about}should be {_value(expected)}, not {_value(got)}"


def _same(expected: Any, got: Any) -> bool:
    if isinstance(expected, bool) or isinstance(got, bool):
        return expected is got
    if isinstance(expected, int | float) and isinstance(got, int | float):
        try:
            return isclose(expected, got, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
        except OverflowError:  # a whole number beyond what a float holds
            return expected == got
    return type(expected) is type(got) and bool(expected == got)


def _place(where: str) -> str:
    return quoted(where.removeprefix("."))


def _value(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=True) if not isinstance(value, dict | list) else ""
    if isinstance(value, dict):
        text = "an object"
    elif isinstance(value, list):
        text = "a list"
    return text if len(text) <= SHOWN_TEXT else f"{text[:SHOWN_TEXT]}…"
