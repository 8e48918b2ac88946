"""Unified diffs, and blocks whose lines are marked with + and -: each hunk is an edit."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from company.deliverables.edits import Edit, EditFailed
from company.deliverables.languages import CODE
from company.deliverables.wholeness import is_whole

_HUNK = re.compile(r"@@+(?: -(?P<old>\d+)(?:,(?P<taken>\d+))? \+\d+(?:,(?P<given>\d+))? @@.*|.*)")
_OLD = re.compile(r"--- (?P<path>[^\t]+?)(?:\t.*)?\s*")
_NEW = re.compile(r"\+\+\+ (?P<path>[^\t]+?)(?:\t.*)?\s*")
_PATCH_FILE = re.compile(r"\*\*\* (?P<what>Update|Add|Delete) File: (?P<path>.+?)\s*")
_AROUND = re.compile(
    r"(?:diff --git |index [0-9a-f]+\.\.|(?:new|deleted) file mode |(?:old|new) mode |similarity index "
    r"|rename (?:from|to) |Binary files |\*\*\* (?:Begin|End) (?:Patch|of File))"
)
_DATA = frozenset({"", "text", "markdown", "yaml", "rst", "csv"})
"""Languages in which a line may well begin with + or -."""
_TIGHT = re.compile(r"[+-][^\s+-]")
"""A mark that no list has."""
_NOWHERE = "/dev/null"
_NO_NEWLINE = "\\ No newline"


@dataclass
class FileDiff:
    """What a diff changes in one file; without a path it is the block's.

    `path` is empty where the diff does not name it. `ends_bare` is what it says of the newline at
    the end of the file: that there is none.
    """

    path: str = ""
    is_new: bool = False
    hunks: list[Edit] = field(default_factory=list)
    ends_bare: bool | None = None


def is_diff(language: str, body: str, *, there: bool) -> bool:
    """Whether a block holds changes rather than a file; `there` when its file exists.

    A program that parses, or holds a diff among other lines, is none; `+print(1)` parses, and no
    program has a mark before each of its lines.
    """
    lines = [line for line in body.split("\n") if line.strip()]
    if language == "diff":
        return bool(lines)
    if lines and language in CODE and _are_marked(lines):
        return True
    if not lines or is_whole(language, body):
        return False
    if starts_diff(lines, 0) or (_is_hunk(lines[0]) and any(line[0] in "+-" for line in lines[1:])):
        return True
    added, taken = (sum(1 for line in lines if line.startswith(mark)) for mark in "+-")
    if language in _DATA and not any(_TIGHT.match(line) for line in lines):
        return False
    if all(line[0] in " +-" for line in lines):
        return True
    return there and language not in _DATA and bool(added and taken)


def is_marked_twice(hunk: Edit) -> bool:
    """Whether the new lines of a hunk begin with marks themselves."""
    new = [line for line in hunk.replace if line.strip() and line not in hunk.search]
    return bool(new) and _are_marked(new)


def _are_marked(lines: Sequence[str]) -> bool:
    return all(line.startswith(("+", "-")) for line in lines)


def starts_diff(lines: Sequence[str], at: int) -> bool:
    """Whether the head of a unified diff stands at a line."""
    if _PATCH_FILE.fullmatch(lines[at]) or lines[at].startswith(("*** Begin Patch", "diff --git ")):
        return True
    following = lines[at + 1 : at + 3]
    return (
        len(following) == 2
        and bool(_OLD.fullmatch(lines[at]) and _NEW.fullmatch(following[0]))
        and _is_hunk(following[1])
    )


def diff_end(lines: Sequence[str], start: int) -> tuple[int, bool]:
    """The line after the last that can belong to a diff that stands outside of a block, and whether
    its last hunk has the lines that it is said to have.

    A blank line belongs to it where more lines are said to come.
    """
    at, taken, given = start, 0, 0
    while at < len(lines):
        line, mark = lines[at], lines[at][:1]
        if _is_hunk(line):
            taken, given = _said(line)
        elif not _is_head(line) and (
            mark in {" ", "+", "-", "\\"} or (not line and taken and given)
        ):
            taken, given = taken - (mark not in {"+", "\\"}), given - (mark not in {"-", "\\"})
        elif not _is_head(line):
            break
        at += 1
    return at, taken <= 0 and given <= 0


def _said(hunk: str) -> tuple[int, int]:
    """How many lines a hunk is said to take, and to give."""
    match = _HUNK.fullmatch(hunk)
    assert match
    return (int(match["taken"] or 1), int(match["given"] or 1)) if match["old"] else (0, 0)


def read_diff(lines: Sequence[str]) -> list[FileDiff]:
    """The changes a diff makes, file by file.

    Raises `EditFailed` where it takes a file away or moves it.
    """
    diffs = list(_files(lines))
    return [each for each in diffs if each.hunks or each.is_new]


def _files(lines: Sequence[str]) -> Iterator[FileDiff]:
    diff, hunk = FileDiff(), list[str]()
    said_at: int | None = None
    for at, line in enumerate(lines):
        headed = _OLD.fullmatch(line) and at + 1 < len(lines) and _NEW.fullmatch(lines[at + 1])
        patched = _PATCH_FILE.fullmatch(line)
        if headed or patched or _is_hunk(line) or line.startswith("diff --git "):
            _close(diff, hunk, said_at)
            hunk, said_at = [], None
        if headed or patched:
            yield diff
            diff = _headed(line, lines[at + 1]) if headed else _patched(line)
        elif _is_hunk(line):
            match = _HUNK.fullmatch(line)
            said_at = int(match["old"]) if match and match["old"] else None
        elif line.startswith(("rename ", "deleted file mode ", "Binary files ")):
            raise EditFailed(f"A reply cannot do this: '{line.strip()}'. Write whole files.")
        elif line.startswith(_NO_NEWLINE):
            diff.ends_bare = not hunk or not hunk[-1].startswith("-")
        elif not _AROUND.match(line) and not (_NEW.fullmatch(line) and not hunk):
            hunk.append(line)
    _close(diff, hunk, said_at)
    yield diff


def _headed(old: str, new: str) -> FileDiff:
    before, after = _OLD.fullmatch(old), _NEW.fullmatch(new)
    assert before and after
    if after["path"] == _NOWHERE:
        raise EditFailed(f"A reply cannot take a file away ({before['path']}). Leave it out.")
    return FileDiff(after["path"].strip('"'), before["path"] == _NOWHERE)


def _patched(line: str) -> FileDiff:
    match = _PATCH_FILE.fullmatch(line)
    assert match
    if match["what"] == "Delete":
        raise EditFailed(f"A reply cannot take a file away ({match['path']}). Leave it out.")
    return FileDiff(match["path"], match["what"] == "Add")


def _close(diff: FileDiff, hunk: list[str], said_at: int | None) -> None:
    while hunk and not hunk[-1]:
        hunk.pop()
    if not hunk:
        return
    readings = list(
        dict.fromkeys([_edit(hunk, said_at, bare=False), _edit(hunk, said_at, bare=True)])
    )
    first, *others = readings
    diff.hunks.append(replace(first, others=tuple(others)))


def _edit(hunk: Sequence[str], said_at: int | None, *, bare: bool) -> Edit:
    """A hunk as an edit; `bare` where the lines that stay are written without a leading space."""
    old = [_unmarked(line, bare) for line in hunk if not line.startswith("+")]
    new = [_unmarked(line, bare) for line in hunk if not line.startswith("-")]
    return Edit(tuple(old), tuple(new), at=said_at)


def _unmarked(line: str, bare: bool) -> str:
    if line[:1] in {"+", "-"} or (line.startswith(" ") and not bare):
        return line[1:]
    return line


def _is_hunk(line: str) -> bool:
    return line.startswith("@@") and bool(_HUNK.fullmatch(line))


def _is_head(line: str) -> bool:
    return bool(_AROUND.match(line) or _PATCH_FILE.fullmatch(line))
