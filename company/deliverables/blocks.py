"""The blocks of a reply that may be files, each with the name the reply gives it."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import PurePosixPath

from company.deliverables.edits import is_edit_end, is_edit_start
from company.deliverables.fences import Fence, fences
from company.deliverables.labels import Label, comment_path, heading_path, info_label, label_in
from company.deliverables.languages import canonical, language_of, suits

_LIST_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s")
_SEPARATOR = re.compile(r"\W{3,}")
_DOCUMENTS = frozenset({".md", ".markdown", ".rst", ".txt"})
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Block:
    """A candidate: `line` is where it begins in the reply; `sure` that the name is its own.

    `inside` holds the blocks of a Markdown block without a name: it may be a document with code
    samples, or a wrapper around the whole reply.
    """

    line: int
    language: str
    body: str
    name: str | None = None
    sure: bool = False
    closed: bool = True
    inside: tuple["Block", ...] = ()

    @property
    def is_edit(self) -> bool:
        return any(map(is_edit_start, self.body.split("\n")))


def blocks(text: str, line: int = 1, depth: int = 0) -> Iterator[Block]:
    """Every block of a text, in order, and every edit that stands outside of one."""
    lines = text.split("\n")
    at = 0
    for fence in fences(text):
        prose = lines[at : fence.line - 1]
        yield from _loose_edits(prose, line + at)
        yield from _named(fence, prose, line, depth)
        at = fence.last_line if fence.closed else len(lines)
    yield from _loose_edits(lines[at:], line + at)


def _named(fence: Fence, prose: Sequence[str], first_line: int, depth: int) -> Iterator[Block]:
    language_word, path = info_label(fence.info)
    language = canonical(language_word) or (language_of(path) if path else "")
    above = label_above(prose)
    block = Block(fence.line + first_line - 1, language, fence.body, path, bool(path), fence.closed)
    if path is None and above is not None:
        block = replace(block, name=above.path, sure=above.whole)
    if language in {"", "markdown"} and depth < _DEEPEST and fences(fence.body):
        yield from _wrapped(block, depth)
        return
    yield from _split(block) or [block]


def _wrapped(block: Block, depth: int) -> Iterator[Block]:
    """A block with blocks inside: a document, or a wrapper around files."""
    if block.name and _is_document(block.name):
        yield block
        return
    first, _, rest = block.body.lstrip("\n").partition("\n")
    heading = heading_path(first)
    if heading and _is_document(heading) and not rest.lstrip().startswith(("```", "~~~")):
        yield replace(block, name=heading, sure=True, body=rest)
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


def label_above(prose: Sequence[str]) -> Label | None:
    """The name announced by the prose above a block: its last line, or a heading further up."""
    written = [line for line in prose if line.strip()]
    if not written:
        return None
    listed = len(written) > 1 and all(
        _LIST_ITEM.match(line) and label_in(line) for line in written[-2:]
    )
    if not listed and (label := label_in(written[-1])):
        return label
    paths = (heading_path(line) for line in reversed(written))
    return next((Label(path, whole=True) for path in paths if path), None)


def _split(block: Block) -> list[Block]:
    """The files of a block that names them in comments of their own lines; empty if it does not."""
    lines = block.body.split("\n")
    start = next((at for at, line in enumerate(lines) if line.strip()), 0)
    if lines[start].startswith("#!"):
        start += 1
    first = comment_path(lines[start]) if start < len(lines) else None
    if first is None or not _comment_counts(first.path, block):
        return []
    if not first.whole:
        return [] if block.name else [replace(block, name=first.path, sure=True)]
    cuts = [start, *_later_cuts(lines, start, first.path), len(lines)]
    parts = []
    for here, end in pairwise(cuts):
        label = comment_path(lines[here])
        assert label is not None
        head = lines[:start] if here == start else []
        body = "\n".join([*head, *lines[here + 1 : end]])
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


def _loose_edits(prose: Sequence[str], line: int) -> Iterator[Block]:
    at, name = 0, None
    while at < len(prose):
        start = next((n for n in range(at, len(prose)) if is_edit_start(prose[n])), len(prose))
        if start == len(prose):
            return
        end = next((n for n in range(start, len(prose)) if is_edit_end(prose[n])), len(prose) - 1)
        label = label_above(prose[at:start])
        name = label.path if label else name
        body = "\n".join(prose[start : end + 1])
        yield Block(line + start, "", body, name, name is not None)
        at = end + 1


def _is_document(path: str) -> bool:
    return PurePosixPath(path).suffix.lower() in _DOCUMENTS
