"""The blocks of a reply that may be files, each with the name the reply gives it."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import PurePosixPath

from company.deliverables.diffs import diff_end, starts_diff
from company.deliverables.edits import edit_end, is_edit_start
from company.deliverables.fences import Fence, fences
from company.deliverables.labels import (
    command_above,
    comment_path,
    heading_path,
    info_label,
    label_above,
    names_above,
)
from company.deliverables.languages import canonical, language_of, suits
from company.deliverables.wholeness import is_whole
from warehouse.python_source import looks_like_python

_SEPARATOR = re.compile(r"\W{3,}")
_DOCUMENTS = frozenset({".md", ".markdown", ".rst", ".txt"})
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Block:
    """A candidate: `line` is where it begins in the reply; `sure` that the name is its own.

    `other` is a name it may have as well; `doubtful` that it may end further down; `about` are the
    files that the words above a block without a name speak of.
    `inside` holds the blocks of a Markdown block without a name: it may be a document with code
    samples, or a wrapper around the whole reply.
    """

    line: int
    language: str
    body: str
    name: str | None = None
    sure: bool = False
    closed: bool = True
    doubtful: bool = False
    other: str | None = None
    about: frozenset[str] = frozenset()
    inside: tuple["Block", ...] = ()

    @property
    def is_edit(self) -> bool:
        """Whether it holds edits, and is no program that speaks of them."""
        return any(map(is_edit_start, self.body.split("\n"))) and not is_whole(
            self.language or language_of(self.name or ""), self.body
        )

    @property
    def is_its_own(self) -> bool:
        """Whether its name is its file's, and not that of a program it runs or shows."""
        assert self.name is not None
        if self.language == "shell" and not self._is_command:
            return suits(self.name, "shell")
        if self.sure or suits(self.name, self.language):
            return bool(self.sure or self.language or looks_like_python(self.body))
        return False

    @property
    def _is_command(self) -> bool:
        """Whether it says itself what runs it, and its name needs no extension."""
        return self.sure and self.body.startswith("#!") and "." not in (self.name or "")


def blocks(text: str, line: int = 1, depth: int = 0) -> Iterator[Block]:
    """Every block of a text, in order, and every edit that stands outside of one."""
    lines = text.split("\n")
    at = 0
    for fence in fences(text):
        prose = lines[at : fence.line - 1]
        yield from _loose_changes(prose, line + at)
        yield from _named(fence, prose, line, depth)
        at = fence.last_line if fence.closed else len(lines)
    yield from _loose_changes(lines[at:], line + at)


def _named(fence: Fence, prose: Sequence[str], first_line: int, depth: int) -> Iterator[Block]:
    language_word, path = info_label(fence.info)
    language = canonical(language_word) or (language_of(path) if path else "")
    above = label_above(prose)
    block = Block(
        fence.line + first_line - 1,
        language,
        fence.body,
        path,
        bool(path),
        fence.closed,
        fence.doubtful,
    )
    if path is None and above is not None:
        block = replace(block, name=above.path, sure=above.whole, other=above.other)
    elif path is None:
        command = command_above(prose) if fence.body.startswith("#!") else None
        block = replace(block, name=command, sure=command is not None, about=names_above(prose))
    block = replace(block, sure=block.sure or (fence.unusual and block.name is not None))
    chosen = block.sure and language == ""
    wraps = language in {"", "markdown"} and depth < _DEEPEST and not chosen
    if wraps and _may_be_wrapper(block):
        yield from _wrapped(block, depth)
        return
    is_diff = language == "diff" or starts_diff(block.body.lstrip("\n").split("\n"), 0)
    yield from [block] if is_diff else _split(block) or [block]


def _may_be_wrapper(block: Block) -> bool:
    """Whether there are blocks in a block that are no part of its own text."""
    written = language_of(block.name or "")
    closed = any(fence.closed for fence in fences(block.body))
    return closed and not block.is_edit and not is_whole(written, block.body)


def _wrapped(block: Block, depth: int) -> Iterator[Block]:
    """A block with blocks inside: a document, or a wrapper around files."""
    if block.name and _is_document(block.name):
        yield block
        return
    first, _, rest = block.body.lstrip("\n").partition("\n")
    heading = heading_path(first)
    if heading and _is_document(heading) and not rest.lstrip().startswith(("```", "~~~")):
        yield replace(block, name=heading, sure=True, body=rest.lstrip("\n"))
        return
    inside = tuple(blocks(block.body, block.line + 1, depth + 1))
    if block.name and sum(1 for each in inside if each.name is None) == 1:
        inside = tuple(
            each if each.name else replace(each, name=block.name, sure=block.sure)
            for each in inside
        )
    if any(each.name for each in inside):
        yield from inside
    else:
        yield replace(block, inside=inside)


def _split(block: Block) -> list[Block]:
    """The files of a block that names them in comments of their own lines; empty if it does not."""
    lines = block.body.split("\n")
    start = next((at for at, line in enumerate(lines) if line.strip()), 0)
    if lines[start].startswith("#!"):
        start += 1
    first = comment_path(lines[start]) if start < len(lines) else None
    if first is None or not _comment_counts(first.path, block):
        return []
    if block.sure and block.name == first.path:
        return []
    if not first.whole:
        return [] if block.name else [replace(block, name=first.path, sure=True)]
    cuts = [start, *_later_cuts(lines, start, first.path), len(lines)]
    parts = []
    for here, end in pairwise(cuts):
        label = comment_path(lines[here])
        assert label is not None
        head = lines[:start] if here == start else []
        body = "\n".join([*head, *lines[here + 1 : end]]).lstrip("\n")
        body = body if end == len(lines) else body.rstrip()
        language = language_of(label.path) if len(cuts) > 2 else block.language
        part = Block(block.line + 1 + here, language or block.language, body, label.path, True)
        parts.append(part)
    if len(parts) == 1:
        return [_one_name(block, parts[0])]
    parts[-1] = replace(parts[-1], closed=block.closed)
    return parts


def _one_name(block: Block, part: Block) -> Block:
    """The block under the name outside it, where that is sure and another than the comment's."""
    assert part.name is not None
    outer = block.name
    if outer is None or part.name.endswith(f"/{outer}") or not block.sure:
        outer = part.name
    same = PurePosixPath(outer).name == PurePosixPath(part.name).name
    language = block.language if suits(outer, block.language) else language_of(outer)
    body = part.body if same else block.body
    return replace(block, name=outer, sure=True, body=body, language=language)


def _later_cuts(lines: Sequence[str], start: int, first: str) -> Iterator[int]:
    paths = {first}
    for at in range(start + 1, len(lines)):
        label = comment_path(lines[at])
        apart = not lines[at - 1].strip() or bool(_SEPARATOR.fullmatch(lines[at - 1].strip()))
        if label is None or not label.whole or not apart or lines[at] != lines[at].lstrip():
            continue
        if label.path not in paths and _is_plausible(label.path, lines[at + 1 :]):
            paths.add(label.path)
            yield at


def _is_plausible(path: str, lines: Sequence[str]) -> bool:
    if not path.endswith(".json"):
        return True
    try:
        json.JSONDecoder().raw_decode("\n".join(lines).lstrip())
    except (ValueError, RecursionError):
        return False
    return True


def _comment_counts(path: str, block: Block) -> bool:
    loose = block.language in {"", "text", "markdown", "shell"}
    return suits(path, block.language) or loose or not block.name


def _loose_changes(prose: Sequence[str], line: int) -> Iterator[Block]:
    at, name = 0, None
    while at < len(prose):
        start = next((n for n in range(at, len(prose)) if _starts_change(prose, n)), len(prose))
        if start == len(prose):
            return
        if not is_edit_start(prose[start]):
            at, whole = diff_end(prose, start)
            body = "\n".join(prose[start:at])
            yield Block(line + start, "diff", body, closed=whole or at < len(prose))
            continue
        label = label_above(prose[at:start])
        name = label.path if label else name
        at = edit_end(prose, start)
        yield Block(line + start, "", "\n".join(prose[start:at]), name, name is not None)


def _starts_change(prose: Sequence[str], at: int) -> bool:
    return is_edit_start(prose[at]) or starts_diff(prose, at)


def _is_document(path: str) -> bool:
    return PurePosixPath(path).suffix.lower() in _DOCUMENTS
