"""SEARCH/REPLACE edits: a ten-line fix costs ten lines, not the whole file again."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

SEARCH = "<<<<<<< SEARCH"
DIVIDER = "======="
REPLACE = ">>>>>>> REPLACE"

_SEARCH = re.compile(r"\s*(<{5,})\s*(?:SEARCH|ORIGINAL|HEAD)\b.*", re.IGNORECASE)
_DIVIDER = re.compile(r"\s*(={5,})\s*")
_REPLACE = re.compile(r"\s*(>{5,})\s*(?:REPLACE|UPDATED|NEW)\b.*", re.IGNORECASE)


class EditFailed(Exception):
    """An edit that does not fit the file; the message says why and what to write instead."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the lines `search` by the lines `replace`. An empty search makes a new file.

    `above` are the lines between the edit before and this one, which may name another file.
    `others` are further readings, where the lines hold the marks of an edit themselves.
    `at` is the line, from 1, that it is said to begin at; it decides between places that are alike.
    """

    search: tuple[str, ...]
    replace: tuple[str, ...]
    above: tuple[str, ...] = ()
    others: tuple["Edit", ...] = ()
    at: int | None = None


def is_edit_start(line: str) -> bool:
    return bool(_SEARCH.fullmatch(line))


def edit_end(lines: Sequence[str], start: int) -> int:
    """The line after the edit that begins at `start`; after the last line where it does not end."""
    opening = _SEARCH.fullmatch(lines[start])
    assert opening is not None
    return min(_end(lines, start + 1, len(opening[1])) + 1, len(lines))


def edited_lines(lines: Sequence[str]) -> set[int]:
    """The numbers, from 0, of the lines inside of edits: what they hold is no mark of the reply."""
    inside: set[int] = set()
    for start, end in _spans(lines):
        inside.update(range(start + 1, end) if end < len(lines) else ())
    return inside


def read_edits(lines: Sequence[str]) -> list[Edit]:
    """The edits written in `lines`.

    Raises `EditFailed` for an edit that lacks its divider or its end.
    """
    edits, last = [], 0
    for start, end in _spans(lines):
        dividers = _dividers(lines, start, end)
        if end >= len(lines) or not dividers:
            raise EditFailed(
                f"An edit is incomplete: after '{SEARCH}' there must come a line '{DIVIDER}' and"
                f" then a line '{REPLACE}'."
            )
        first, *others = (
            Edit(tuple(lines[start + 1 : at]), tuple(lines[at + 1 : end]), tuple(lines[last:start]))
            for at in dividers
        )
        edits.append(replace(first, others=tuple(others)))
        last = end + 1
    return edits


def _spans(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where edits begin and end; one that does not ends behind the last line."""
    at = 0
    while at < len(lines):
        if opening := _SEARCH.fullmatch(lines[at]):
            end = _end(lines, at + 1, len(opening[1]))
            yield at, end
            at = end if end < len(lines) else at
        at += 1


def _end(lines: Sequence[str], start: int, length: int) -> int:
    """The mark that ends an edit, of this length if there is one; the number of lines if none."""
    loose = len(lines)
    for at in range(start, len(lines)):
        if (mark := _REPLACE.fullmatch(lines[at])) and len(mark[1]) == length:
            return at
        if mark:
            loose = min(loose, at)
        elif (mark := _SEARCH.fullmatch(lines[at])) and len(mark[1]) == length:
            break
    return loose


def _dividers(lines: Sequence[str], start: int, end: int) -> list[int]:
    """The lines that may part an edit: those as long as its first mark, if there are any."""
    opening = _SEARCH.fullmatch(lines[start])
    assert opening is not None
    found = [(at, mark) for at in range(start + 1, end) if (mark := _DIVIDER.fullmatch(lines[at]))]
    alike = [at for at, mark in found if len(mark[1]) == len(opening[1])]
    return alike or [at for at, _ in found]
