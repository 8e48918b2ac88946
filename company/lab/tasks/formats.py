"""Files that hold tasks: each kind becomes plain data with its lines, not yet checked as tasks."""

import codecs
import csv
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from gzip import GzipFile
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from company.cards.problems import CardError, Problem, nearest, shown
from company.cards.yaml_file import Where, YamlDocument, parse_yaml
from warehouse.plain_file import FileTooLarge

MAX_BYTES = 16 * 1024 * 1024
MAX_YAML_BYTES = 4 * 1024 * 1024
"""YAML takes longer to read than the others: its every line is kept."""
SEPARATORS = {",": "a comma", ";": "a semicolon", "\t": "a tab"}
"""What may stand between columns; the first of those that are as frequent."""
COLUMNS = ("id", "prompt", "company", "chain", "model", "category", "images")
SRDD = {"Name": "id", "Description": "prompt", "Category": "category"}
"""The columns of the SRDD data set, whose names are neither unique nor always fit for an id."""


@dataclass(frozen=True)
class Part:
    """A piece of a task file that is checked as a whole: one task, or a list of them."""

    document: YamlDocument
    is_list: bool = False
    names_are_ids: bool = True
    """False where an `id` is but a name to derive one from."""

    def tasks(self) -> list[tuple[Where, dict[str, Any]]]:
        """What is to become tasks, and where in the document it stands."""
        if not self.is_list:
            return [((), self.document.data)]
        listed = self.document.data.get("tasks")
        entries = enumerate(listed) if isinstance(listed, list) else ()
        return [(("tasks", place), each) for place, each in entries if isinstance(each, dict)]


def parts_of(suffix: str, content: bytes, file: str) -> list[Part]:
    """The parts of a file of this kind, `file` being its name for people.

    Raises CardError with every line that cannot be read.
    """
    if suffix in (".yaml", ".yml"):
        document = parse_yaml(content, file, most=MAX_YAML_BYTES)
        return [Part(document, is_list="tasks" in document.data)]
    return _READERS[suffix](_text(content, file), file)


def _text(content: bytes, file: str) -> str:
    is_utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return content.decode("utf-16" if is_utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CardError([Problem(file, line, "is not UTF-8 text; save it as UTF-8")]) from None


def _one(data: dict[str, Any], line: int, file: str, *, names_are_ids: bool = True) -> Part:
    return Part(YamlDocument(file, data, {(): line}), names_are_ids=names_are_ids)


def _from_lines(text: str, file: str) -> list[Part]:
    """A task a line; blank lines and those that begin with `#` are none."""
    lines = enumerate(text.split("\n"), start=1)
    return [
        _one({"prompt": line.strip()}, number, file)
        for number, line in lines
        if line.strip() and not line.lstrip().startswith("#")
    ]


def _from_json_lines(text: str, file: str) -> list[Part]:
    """A JSON object a line."""
    parts: list[Part] = []
    problems: list[Problem] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            parts.append(_one(_mapping(_json(line, number, file), number, file), number, file))
        except CardError as error:
            problems += error.problems
    if problems:
        raise CardError(problems)
    return parts


def _from_json(text: str, file: str) -> list[Part]:
    """One JSON object, or a list of them, which have no lines."""
    value = _json(text, 1, file)
    each = value if isinstance(value, list) else [value]
    return [_one(_mapping(data, 1, file), 1, file) for data in each]


def _json(text: str, line: int, file: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        fault = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        place = line + getattr(error, "lineno", 1) - 1
        raise CardError([Problem(file, place, f"this is not JSON: {fault}")]) from None


def _mapping(data: Any, line: int, file: str) -> dict[str, Any]:
    if isinstance(data, dict):
        return data
    fault = f'must be an object like {{"prompt": "…"}}, not {shown(data)}'
    raise CardError([Problem(file, line, fault)])


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    unique = dict(pairs)
    if len(unique) < len(pairs):
        times = Counter(key for key, _ in pairs)
        twice = next(key for key, number in times.items() if number > 1)
        raise ValueError(f"the key {shown(twice)} is given twice")
    return unique


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no value JSON has")


def _from_rows(text: str, file: str) -> list[Part]:
    """A task a row, with the columns named in the first."""
    separator = _separator(text)
    rows = _rows(text, file, separator)
    line, header = next(rows, (1, []))
    srdd = {"Name", "Description"} <= set(header)
    names = [SRDD.get(name, name) for name in header] if srdd else list(map(str.lower, header))
    if problems := list(_faults_of_header(names, header, line, file)):
        raise CardError(problems)
    parts = []
    for line, row in rows:
        if len(row) != len(header):
            fault = (
                f"has {len(row)} columns, the first row has {len(header)};"
                f" put a text that holds {SEPARATORS[separator]} into double quotes"
            )
            problems.append(Problem(file, line, fault))
            continue
        cells = dict(zip(names, map(str.strip, row), strict=True))
        data: dict[str, Any] = {name: cell for name, cell in cells.items() if cell}
        if "images" in data:
            data["images"] = [each.strip() for each in cells["images"].split(";") if each.strip()]
        parts.append(_one(data, line, file, names_are_ids=not srdd))
    if problems:
        raise CardError(problems)
    return parts


def _separator(text: str) -> str:
    """What stands between the names in the first row: spreadsheets have ';' where ',' is decimal."""
    header = next((line for line in text.splitlines() if line.strip()), "")
    return max(SEPARATORS, key=header.count)


def _rows(text: str, file: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Every row that is not blank, and the line it begins in."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            fault = f"this is not CSV: {error}; a double quote inside quotes is written twice"
            raise CardError([Problem(file, line, fault)]) from None
        if any(map(str.strip, row)):
            yield line, row


def _faults_of_header(
    names: list[str], header: list[str], line: int, file: str
) -> Iterator[Problem]:
    if not header:
        yield Problem(file, line, "is empty; its first row names the columns, `prompt` among them")
        return
    times = Counter(names)
    for name, heading in zip(names, header, strict=True):
        if name not in COLUMNS:
            fault = f"unknown column {shown(heading)}{nearest(name, COLUMNS)}"
            yield Problem(file, line, fault)
        elif times[name] > 1:
            yield Problem(file, line, f"the column '{name}' is there twice")
    if "prompt" not in names:
        yield Problem(file, line, "has no column 'prompt'; name the columns in the first row")


_READERS: Mapping[str, Callable[[str, str], list[Part]]] = {
    ".csv": _from_rows,
    ".json": _from_json,
    ".jsonl": _from_json_lines,
    ".txt": _from_lines,
}
SUFFIXES = (*_READERS, ".yaml", ".yml")
PACKED = ".gz"
"""What may stand behind any of them."""


def kind_of(path: Path) -> str:
    """The suffix that says what a file holds, whether it is packed or not."""
    inner = path.with_suffix("") if path.suffix.lower() == PACKED else path
    return inner.suffix.lower()


def unpacked(content: bytes, most: int) -> bytes:
    """What a gzip file holds. Raises FileTooLarge beyond so many bytes, OSError, EOFError or zlib.error
    where it is none."""
    with GzipFile(fileobj=BytesIO(content)) as file:
        inside = file.read(most + 1)
    if len(inside) > most:
        raise FileTooLarge(most)
    return inside
