"""Reading YAML that someone else wrote: plain data with the line of everything in it, or an error.

Read from the parser's events, so nothing is ever built that the rules refuse: no anchors, aliases,
merge keys, tags or duplicate keys; bounded size and depth. Scalars follow the YAML 1.2 core
schema: `no` and `12:30` are text. Keys are always text.
"""

import os
import re
from collections.abc import Iterator
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
from warehouse.plain_file import open_plain_file

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
class YamlDocument:
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


def read_yaml(path: Readable, file: str) -> YamlDocument:
    """The mapping in a YAML file. Raises CardError, with `file` as the name people know it by."""
    try:
        if not path.is_file():
            raise CardError([Problem(file, 1, "there is no such file")])
        content = _content(path)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name cannot be used"
        raise CardError([Problem(file, 1, f"cannot be read: {reason}")]) from None
    return parse_yaml(content, file)


def _content(path: Readable) -> bytes:
    """What a card says; a link could lead to any file, which a message would then quote."""
    if not isinstance(path, Path):
        return path.read_bytes()
    with os.fdopen(open_plain_file(path), "rb") as card:
        return card.read(MAX_BYTES + 1)


def parse_yaml(content: bytes, file: str, *, most: int = MAX_BYTES) -> YamlDocument:
    """The mapping in YAML text of at most `most` bytes. Raises CardError and nothing else, whatever
    the text."""
    if len(content) > most:
        raise CardError([_too_large(file, most)])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CardError([Problem(file, line, "is not UTF-8 text; save it as UTF-8")]) from None
    try:
        return _Builder(file, yaml.parse(text, Loader=_LOADER)).document()
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


def _too_large(file: str, most: int) -> Problem:
    return Problem(file, 1, f"is larger than {most // 1024} kB; a card is a page of text")


class _Builder:
    """Builds plain data from parser events, refusing what a card may not hold."""

    def __init__(self, file: str, events: Iterator[yaml.Event]) -> None:
        self._file = file
        self._events = events
        self._lines: dict[Where, int] = {}
        self._problems: list[Problem] = []

    def document(self) -> YamlDocument:
        """The one document there is. Raises CardError."""
        root, documents = None, 0
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    message = "holds a second document ('---'); one card, one file"
                    raise self._stopped(_line(event), message)
            elif isinstance(event, NodeEvent):
                root = self._value(event, ())
        if self._problems:
            raise CardError(self._problems)
        if root is None:
            raise CardError([Problem(self._file, 1, "is empty")])
        if not isinstance(root, dict):
            raise CardError([Problem(self._file, 1, "must be a mapping of keys to values")])
        return YamlDocument(self._file, root, self._lines)

    def _value(self, event: yaml.Event, where: Where) -> Any:
        """What an event begins, and where it stands; everything in it is read."""
        self._refuse_anchor(event)
        if isinstance(event, ScalarEvent):
            self._refuse_tag(event, event.implicit == (False, False))
            return self._scalar(event)
        assert isinstance(event, MappingStartEvent | SequenceStartEvent)
        self._refuse_tag(event, not event.implicit)
        if len(where) >= MAX_DEPTH:
            raise self._stopped(_line(event), _TOO_DEEP)
        return (
            self._mapping(where) if isinstance(event, MappingStartEvent) else self._sequence(where)
        )

    def _mapping(self, where: Where) -> dict[str, Any]:
        values: dict[str, Any] = {}
        first_lines: dict[str, int] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            key, line = self._key(event), _line(event)
            if key in first_lines:
                message = f"the key {shown(key)} is given twice, first in line {first_lines[key]}"
                self._problems.append(Problem(self._file, line, message))
            first_lines.setdefault(key, line)
            self._lines[(*where, key)] = line
            values[key] = self._value(next(self._events), (*where, key))
        return values

    def _sequence(self, where: Where) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            here = (*where, len(items))
            self._lines[here] = _line(event)
            items.append(self._value(event, here))
        return items

    def _key(self, event: yaml.Event) -> str:
        self._refuse_anchor(event)
        if not isinstance(event, ScalarEvent):
            raise self._stopped(_line(event), "a key must be a word, not a list or a mapping")
        self._refuse_tag(event, event.implicit == (False, False))
        key: str = event.value
        if key == "<<" and event.implicit[0]:
            raise self._stopped(_line(event), "merge keys ('<<') are not allowed; write it out")
        self._refuse_surrogates(event)
        return key

    def _scalar(self, event: ScalarEvent) -> str | int | float | bool | None:
        text: str = event.value
        if event.implicit[0]:
            if _NULL.fullmatch(text):
                return None
            if _TRUE.fullmatch(text) or _FALSE.fullmatch(text):
                return text[0] in "tT"
            if _FLOAT.fullmatch(text) or _INTEGER.fullmatch(text):
                return self._number(text, _line(event))
        self._refuse_surrogates(event)
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

    def _refuse_anchor(self, event: yaml.Event) -> None:
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None) is not None:
            message = "anchors and aliases ('&', '*') are not allowed; write it out"
            raise self._stopped(_line(event), message)

    def _refuse_tag(self, event: Any, explicit: bool) -> None:
        if explicit and event.tag is not None:
            raise self._stopped(_line(event), f"tags ({shown(event.tag)}) are not allowed")

    def _refuse_surrogates(self, event: ScalarEvent) -> None:
        if _SURROGATE.search(event.value):
            raise self._stopped(_line(event), "holds half of a character (a lone surrogate)")

    def _stopped(self, line: int, message: str) -> CardError:
        return CardError([*self._problems, Problem(self._file, line, message)])


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1
