"""SEARCH/REPLACE edits: a ten-line fix costs ten lines, not the whole file again."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

SEARCH = "<<<<<<< SEARCH"
DIVIDER = "======="
REPLACE = ">>>>>>> REPLACE"

_SEARCH = re.compile(r"\s*<{5,9}\s*(?:SEARCH|ORIGINAL|HEAD)\b.*", re.IGNORECASE)
_DIVIDER = re.compile(r"\s*={5,9}\s*")
_REPLACE = re.compile(r"\s*>{5,9}\s*(?:REPLACE|UPDATED|NEW)\b.*", re.IGNORECASE)
_QUOTED_LINES = 8
_QUOTED_WIDTH = 160
_MOST_COMPARED_LINES = 3_000


class EditFailed(Exception):
    """An edit that does not fit the file; the message says why and what to write instead."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the lines `search` by the lines `replace`. An empty search makes a new file.

    `above` are the lines between the edit before and this one, which may name another file.
    """

    search: tuple[str, ...]
    replace: tuple[str, ...]
    above: tuple[str, ...] = ()


def is_edit_start(line: str) -> bool:
    return bool(_SEARCH.fullmatch(line))


def is_edit_end(line: str) -> bool:
    return bool(_REPLACE.fullmatch(line))


def read_edits(lines: Sequence[str]) -> list[Edit]:
    """The edits written in `lines`.

    Raises `EditFailed` for an edit that lacks its divider or its end.
    """
    edits, at, last = [], 0, 0
    while at < len(lines):
        if not is_edit_start(lines[at]):
            at += 1
            continue
        divider = _find(_DIVIDER, lines, at + 1)
        end = _find(_REPLACE, lines, divider + 1)
        if end >= len(lines) or any(map(is_edit_start, lines[at + 1 : end])):
            raise EditFailed(
                f"An edit is incomplete: after '{SEARCH}' there must come a line '{DIVIDER}' and"
                f" then a line '{REPLACE}'."
            )
        search, replace = lines[at + 1 : divider], lines[divider + 1 : end]
        edits.append(Edit(tuple(search), tuple(replace), tuple(lines[last:at])))
        at = last = end + 1
    return edits


def apply_edit(text: str, edit: Edit) -> str:
    """The text with one edit made.

    The searched lines must occur once. They are looked for as they stand, then without regard to
    trailing spaces, then to indentation, where the replacement is moved by the same amount.
    Raises `EditFailed`.
    """
    search, replace = edit.search, edit.replace
    if not any(line.strip() for line in search):
        if text.strip():
            raise EditFailed("The SEARCH part is empty, but the file is not: quote lines from it.")
        return "\n".join(replace).strip("\n") + "\n"
    while not search[0].strip():
        search, replace = search[1:], replace[1:] if _begins_blank(replace) else replace
    while not search[-1].strip():
        search, replace = search[:-1], replace[:-1] if _begins_blank(replace[::-1]) else replace
    lines = text.split("\n")
    for alike in (_as_is, str.rstrip, str.strip):
        places = _places(lines, search, alike)
        if len(places) > 1:
            raise EditFailed(
                f"The SEARCH lines occur {len(places)} times, at lines"
                f" {', '.join(str(place + 1) for place in places[:5])}. Quote more of the lines"
                f" around the one you mean:\n{_quoted(search)}"
            )
        if places:
            end = places[0] + len(search)
            moved = _moved(replace, search, lines[places[0] : end])
            if moved is not None:
                return "\n".join([*lines[: places[0]], *moved, *lines[end:]])
    needle = "\n".join(search)
    if text.count(needle) == 1:
        return text.replace(needle, "\n".join(replace))
    raise EditFailed(
        f"The SEARCH lines are not in the file:\n{_quoted(search)}\n"
        f"The nearest lines of the file are:\n{_quoted(_nearest(lines, search))}"
    )


def _find(pattern: re.Pattern[str], lines: Sequence[str], start: int) -> int:
    return next((at for at in range(start, len(lines)) if pattern.fullmatch(lines[at])), len(lines))


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


def _moved(
    replace: Sequence[str], search: Sequence[str], matched: Sequence[str]
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
        return [extra + line if line.strip() else line for line in replace]
    extra = here.removesuffix(there)
    if all(searched == extra + now for now, searched in indents):
        return [line.removeprefix(extra) for line in replace]
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
