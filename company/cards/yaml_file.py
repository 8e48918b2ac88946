"""Reading YAML that someone else wrote: plain data with the line of everything in it, or an error.

Read from the parser's events, so nothing is ever built that the rules refuse: no anchors, aliases,
merge keys, tags or duplicate keys; bounded size and depth. Scalars follow the YAML 1.2 core
schema: `no` and `12:30` are text. Keys are always text.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from company.cards.problems import CardError, Problem, shown

MAX_BYTES = 256 * 1024
MAX_DEPTH = 32
MAX_NUMBER_LENGTH = 30
_TOO_DEEP = f"is nested deeper than {MAX_DEPTH} levels"
Where = tuple[str | int, ...]
"""The keys and indexes that lead to a value."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL = re.compile(r"~|null|Null|NULL|")
_TRUE = re.compile(r"true|True|TRUE")
_FALSE = re.compile(r"false|False|FALSE")
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", re.ASCII)
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", re.ASCII)
_SURROGATE = re.compile(r"[\ud800-\udfff]")


class Readable(Protocol):
    """A file: a `pathlib.Path`, or one inside an installed package."""

    def is_file(self) -> bool: ...
    def read_bytes(self) -> bytes: ...


@dataclass(frozen=True)
class Document:
    """What a YAML file says, and in which line it says it."""

    file: str
    """The file's name for messages."""
    data: dict[str, Any]
    lines: dict[Where, int] = field(repr=False)
    """The line of every key and list item, counted from 1."""

    def line(self, where: Where) -> int:
        """The line of what `where` leads to, or of the nearest thing around it."""
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)

    def problem(self, where: Where, message: str) -> Problem:
        """A problem with what `where` leads to."""
        return Problem(self.file, self.line(where), message)


def read_yaml(path: Readable, file: str) -> Document:
    """The mapping in a YAML file. Raises CardError, with `file` as the name people know it by."""
    try:
        if not path.is_file():
            raise CardError([Problem(file, 1, "there is no such file")])
        if isinstance(path, Path) and path.stat().st_size > MAX_BYTES:
            raise CardError([_too_large(file, MAX_BYTES)])
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name cannot be used"
        raise CardError([Problem(file, 1, f"cannot be read: {reason}")]) from None
    return parse_yaml(content, file)


def parse_yaml(content: bytes, file: str, *, most: int = MAX_BYTES) -> Document:
    """The mapping in YAML text of at most `most` bytes. Raises CardError and nothing else, whatever
    the text."""
    if len(content) > most:
        raise CardError([_too_large(file, most)])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CardError([Problem(file, line, "is not UTF-8 text; save it as UTF-8")]) from None
    builder = _Builder(file)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        message = f"this is not YAML: {error.problem or error.context or 'it cannot be read'}"
        if "nesting depth" in message:  # libyaml has a limit of its own since PyYAML 6.0.4
            message = _TOO_DEEP
        raise CardError([Problem(file, line, message)]) from None
    except yaml.YAMLError:
        message = "this is not YAML: it holds a character that text does not have"
        raise CardError([Problem(file, 1, message)]) from None
    return builder.document()


def _too_large(file: str, most: int) -> Problem:
    return Problem(file, 1, f"is larger than {most // 1024} kB; a card is a page of text")


@dataclass
class _Open:
    """A mapping or list whose end has not been read yet."""

    value: dict[str, Any] | list[Any]
    where: Where
    key: str | None = None
    first_lines: dict[str, int] = field(default_factory=dict)


class _Builder:
    """Builds plain data from parser events, refusing what a card may not hold."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.root: Any = None
        self.lines: dict[Where, int] = {}
        self.open: list[_Open] = []
        self.documents = 0
        self.problems: list[Problem] = []

    def document(self) -> Document:
        if self.problems:
            raise CardError(self.problems)
        if not self.documents or self.root is None:
            raise CardError([Problem(self.file, 1, "is empty")])
        if not isinstance(self.root, dict):
            raise CardError([Problem(self.file, 1, "must be a mapping of keys to values")])
        return Document(self.file, self.root, self.lines)

    def take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise self._stopped(line, "holds a second document ('---'); one card, one file")
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            self.open.pop()
        elif isinstance(event, NodeEvent):
            self._node(event, line)

    def _node(self, event: NodeEvent, line: int) -> None:
        if isinstance(event, AliasEvent) or event.anchor is not None:
            raise self._stopped(
                line, "anchors and aliases ('&', '*') are not allowed; write it out"
            )
        parent = self.open[-1] if self.open else None
        if parent is not None and isinstance(parent.value, dict) and parent.key is None:
            self._key(parent, event, line)
            return
        if isinstance(event, ScalarEvent):
            self._refuse_tag(event, line, event.implicit == (False, False))
            self._put(parent, self._scalar(event, line), line)
            return
        assert isinstance(event, MappingStartEvent | SequenceStartEvent)
        self._refuse_tag(event, line, not event.implicit)
        if len(self.open) >= MAX_DEPTH:
            raise self._stopped(line, _TOO_DEEP)
        value: dict[str, Any] | list[Any] = {} if isinstance(event, MappingStartEvent) else []
        self.open.append(_Open(value, self._put(parent, value, line)))

    def _key(self, parent: _Open, event: NodeEvent, line: int) -> None:
        if not isinstance(event, ScalarEvent):
            raise self._stopped(line, "a key must be a word, not a list or a mapping")
        self._refuse_tag(event, line, event.implicit == (False, False))
        key: str = event.value
        if key == "<<" and event.implicit[0]:
            raise self._stopped(line, "merge keys ('<<') are not allowed; write it out")
        self._refuse_surrogates(key, line)
        if key in parent.first_lines:
            first = parent.first_lines[key]
            self._add(line, f"the key {shown(key)} is given twice, first in line {first}")
        parent.first_lines.setdefault(key, line)
        parent.key = key
        self.lines[(*parent.where, key)] = line

    def _put(self, parent: _Open | None, value: Any, line: int) -> Where:
        """Hang a value where it belongs; returns the way to it."""
        if parent is None:
            self.root = value
            return ()
        if isinstance(parent.value, list):
            where: Where = (*parent.where, len(parent.value))
            parent.value.append(value)
            self.lines[where] = line
            return where
        assert parent.key is not None
        where = (*parent.where, parent.key)
        parent.value[parent.key] = value
        parent.key = None
        return where

    def _scalar(self, event: ScalarEvent, line: int) -> str | int | float | bool | None:
        text: str = event.value
        if not event.implicit[0]:
            self._refuse_surrogates(text, line)
            return text
        if _NULL.fullmatch(text):
            return None
        if _TRUE.fullmatch(text) or _FALSE.fullmatch(text):
            return text[0] in "tT"
        if _FLOAT.fullmatch(text) or _INTEGER.fullmatch(text):
            return self._number(text, line)
        self._refuse_surrogates(text, line)
        return text

    def _number(self, text: str, line: int) -> int | float:
        if len(text) > MAX_NUMBER_LENGTH:
            raise self._stopped(line, f"the number {text[:20]}… is too long")
        if _INTEGER.fullmatch(text):
            base = {"0o": 8, "0x": 16}.get(text[:2], 10)
            return int(text[2:] if base != 10 else text, base)
        number = float(text)
        if number in (float("inf"), float("-inf")):
            raise self._stopped(line, f"the number {text} is too large")
        return number

    def _refuse_tag(self, event: Any, line: int, explicit: bool) -> None:
        if explicit and event.tag is not None:
            raise self._stopped(line, f"tags ({shown(event.tag)}) are not allowed")

    def _refuse_surrogates(self, text: str, line: int) -> None:
        if _SURROGATE.search(text):
            raise self._stopped(line, "holds half of a character (a lone surrogate)")

    def _add(self, line: int, message: str) -> None:
        self.problems.append(Problem(self.file, line, message))

    def _stopped(self, line: int, message: str) -> CardError:
        self._add(line, message)
        return CardError(self.problems)
