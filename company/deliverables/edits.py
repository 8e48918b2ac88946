"""SEARCH/REPLACE edits: a ten-line fix costs ten lines, not the whole file again."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

SEARCH = "<<<<<<< SEARCH"
DIVIDER = "======="
REPLACE = ">>>>>>> REPLACE"

_SEARCH = re.compile(r"\s*(<{5,})\s*(?:SEARCH|ORIGINAL|HEAD)\b.*", re.IGNORECASE)
_DIVIDER = re.compile(r"\s*(={5,})\s*")
_REPLACE = re.compile(r"\s*(>{5,})\s*(?:REPLACE|UPDATED|NEW)\b.*", re.IGNORECASE)
_QUOTED_LINES = 8
_QUOTED_WIDTH = 160
_MOST_COMPARED_LINES = 3_000


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


def apply_edit(text: str, edit: Edit) -> str:
    """The text with one edit made.

    The searched lines must occur once. They are looked for as they stand, then without regard to
    trailing spaces, then to indentation, where the replacement is moved by the same amount.
    Raises `EditFailed`, also where two readings of the edit fit.
    """
    if not edit.others:
        return _applied(text, edit)
    fitting, failure = set(), None
    for reading in (edit, *edit.others):
        try:
            fitting.add(_applied(text, reading))
        except EditFailed as failed:
            failure = failure or failed
    if len(fitting) > 1:
        raise EditFailed(
            f"The edit can be read in {len(fitting)} ways, for its lines hold '{DIVIDER}'"
            " themselves. Write all three marks of the edit with nine characters instead of seven."
        )
    if not fitting:
        assert failure is not None
        raise failure
    return fitting.pop()


def _applied(text: str, edit: Edit) -> str:
    search, new = edit.search, edit.replace
    if not any(line.strip() for line in search):
        if text.strip():
            raise EditFailed("The SEARCH part is empty, but the file is not: quote lines from it.")
        return "\n".join(new).strip("\n") + "\n"
    lines = text.split("\n")
    for wanted, instead in ((search, new), _without_blank_ends(search, new)):
        for alike in (_as_is, str.rstrip, str.strip):
            at = _place(lines, wanted, alike, edit.at)
            found = lines[at : at + len(wanted)] if at is not None else []
            moved = _moved(instead, wanted, found) if found else None
            if at is not None and moved is not None:
                kept = _with_lines_as_they_were(moved, found)
                return "\n".join([*lines[:at], *kept, *lines[at + len(wanted) :]])
    bare, instead = _without_blank_ends(search, new)
    needle = "\n".join(bare)
    if text.count(needle) == 1:
        return text.replace(needle, "\n".join(instead))
    raise EditFailed(
        f"The SEARCH lines are not in the file:\n{_quoted(search)}\n"
        f"The nearest lines of the file are:\n{_quoted(_nearest(lines, search))}"
    )


def _without_blank_ends(
    search: Sequence[str], new: Sequence[str]
) -> tuple[Sequence[str], Sequence[str]]:
    """The same without the blank lines around the search, and those of its replacement."""
    while not search[0].strip():
        search, new = search[1:], new[1:] if _begins_blank(new) else new
    while not search[-1].strip():
        search, new = search[:-1], new[:-1] if _begins_blank(new[::-1]) else new
    return search, new


def _place(
    lines: list[str], search: Sequence[str], alike: Callable[[str], str], said: int | None
) -> int | None:
    """The one place where the lines are, or the one of several that is `said`. Raises `EditFailed`."""
    places = _places(lines, search, alike)
    if said is not None and said - 1 in places:
        return said - 1
    if len(places) > 1:
        raise EditFailed(
            f"The SEARCH lines occur {len(places)} times, at lines"
            f" {', '.join(str(place + 1) for place in places[:5])}. Quote more of the lines"
            f" around the one you mean:\n{_quoted(search)}"
        )
    return places[0] if places else None


def _begins_blank(lines: Sequence[str]) -> bool:
    return bool(lines) and not lines[0].strip()


def _as_is(line: str) -> str:
    return line


def _places(lines: list[str], search: Sequence[str], alike: Callable[[str], str]) -> list[int]:
    needle, have = [alike(line) for line in search], [alike(line) for line in lines]
    size = len(needle)
    return [
        at
        for at in range(len(have) - size + 1)
        if have[at] == needle[0] and have[at : at + size] == needle
    ]


def _with_lines_as_they_were(new: Sequence[str], old: Sequence[str]) -> list[str]:
    """The new lines; those that begin or end them as before keep the spaces they ended in."""
    kept, most = list(new), min(len(new), len(old))
    for order in (range(most), range(-1, -most - 1, -1)):
        for at in order:
            if kept[at].rstrip() != old[at].rstrip():
                break
            kept[at] = old[at]
    return kept


def _moved(
    new: Sequence[str], search: Sequence[str], matched: Sequence[str]
) -> Sequence[str] | None:
    """The replacement, indented as the found lines are; None if those are not moved evenly."""
    indents = [
        (_indent(there), _indent(here))
        for here, there in zip(search, matched, strict=True)
        if here.strip()
    ]
    there, here = indents[0]
    extra = there.removesuffix(here)
    if all(now == extra + searched for now, searched in indents):
        return [extra + line if line.strip() else line for line in new]
    extra = here.removesuffix(there)
    if all(searched == extra + now for now, searched in indents):
        return [line.removeprefix(extra) for line in new]
    return None


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _nearest(lines: list[str], search: Sequence[str]) -> list[str]:
    longest = max(search, key=lambda line: len(line.strip())).strip()[:_QUOTED_WIDTH]
    matcher = SequenceMatcher(b=longest, autojunk=False)
    best, best_at = -1.0, 0
    for at, line in enumerate(lines[:_MOST_COMPARED_LINES]):
        matcher.set_seq1(line.strip()[:_QUOTED_WIDTH])
        if matcher.real_quick_ratio() > best and matcher.quick_ratio() > best:
            score = matcher.ratio()
            best, best_at = max((score, at), (best, best_at), key=lambda pair: pair[0])
    start = max(0, best_at - search.index(max(search, key=lambda line: len(line.strip()))))
    return lines[start : start + max(len(search), 3)]


def _quoted(lines: Sequence[str]) -> str:
    shown = [line[:_QUOTED_WIDTH] for line in lines[:_QUOTED_LINES]]
    return "\n".join(f"| {line}" for line in [*shown, *(["…"] if len(lines) > len(shown) else [])])
