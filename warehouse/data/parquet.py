"""Rows as a Parquet file, always with the same bytes: what is committed must come out alike on every machine
and in every year, which no library promises. One row group, plain values, nothing compressed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from struct import pack

from warehouse.events import Rows
from warehouse.events.rows import Cell

MAGIC = b"PAR1"
CREATED_BY = "softhouse"
PLAIN, RLE = 0, 3
OPTIONAL, UTF8 = 1, 0
UNCOMPRESSED = DATA_PAGE = 0
LARGEST = 2**63


class Physical(IntEnum):
    """How Parquet calls the kinds of values."""

    BOOLEAN = 0
    INT64 = 2
    DOUBLE = 5
    BYTE_ARRAY = 6


@dataclass(frozen=True)
class _Column:
    name: str
    cells: Sequence[Cell]

    @property
    def kind(self) -> Physical:
        """What all its values are; text where they are of several kinds."""
        kinds = {type(cell) for cell in self.cells if cell is not None}
        if kinds == {bool}:
            return Physical.BOOLEAN
        if kinds == {int} and all(-LARGEST <= int(each or 0) < LARGEST for each in self.cells):
            return Physical.INT64
        return Physical.DOUBLE if kinds and kinds <= {int, float} else Physical.BYTE_ARRAY

    def page(self) -> bytes:
        """Which of the cells there are, and their values."""
        there = _bits([cell is not None for cell in self.cells])
        levels = _number((len(there) << 1) | 1) + there
        values = [cell for cell in self.cells if cell is not None]
        return pack("<I", len(levels)) + levels + _values(self.kind, values)


def parquet(rows: Rows) -> bytes:
    """The file. No two columns may be called alike."""
    columns = _columns(rows)
    content, chunks, count = MAGIC, list[bytes](), len(rows.rows)
    for column in columns:
        page, begins = column.page(), len(content)
        head = _struct(
            _int(1, DATA_PAGE), _int(2, len(page)), _int(3, len(page)), _page_head(count)
        )
        content += head + page
        size = len(head) + len(page)
        about = _struct(
            _int(1, column.kind), _list(2, 5, [_zigzag(PLAIN), _zigzag(RLE)]),
            _list(3, 8, [_binary(column.name)]), _int(4, UNCOMPRESSED), _long(5, count), _long(6, size),
            _long(7, size), _long(9, begins),
        )  # fmt: skip
        chunks.append(_struct(_long(2, begins), (3, 12, about)))
    group = _struct(_list(1, 12, chunks), _long(2, len(content) - len(MAGIC)), _long(3, count))
    schema = [_struct(_text(4, "rows"), _int(5, len(columns))), *map(_schema_of, columns)]
    footer = _struct(
        _int(1, 1), _list(2, 12, schema), _long(3, count), _list(4, 12, [group]), _text(6, CREATED_BY)
    )  # fmt: skip
    return content + footer + pack("<I", len(footer)) + MAGIC


def stored(rows: Rows) -> Rows:
    """The rows as the file gives them back: every column of one kind."""
    cells = [_as_kind(column.kind, column.cells) for column in _columns(rows)]
    return Rows(rows.columns, tuple(zip(*cells, strict=True)), rows.cut)


def _columns(rows: Rows) -> list[_Column]:
    return [_Column(name, [row[at] for row in rows.rows]) for at, name in enumerate(rows.columns)]


def _as_kind(kind: Physical, cells: Sequence[Cell]) -> list[Cell]:
    match kind:
        case Physical.DOUBLE:
            return [None if cell is None else float(cell) for cell in cells]
        case Physical.BYTE_ARRAY:
            return [None if cell is None else str(cell) for cell in cells]
    return list(cells)


def _values(kind: Physical, values: Sequence[Cell]) -> bytes:
    match kind:
        case Physical.BOOLEAN:
            return _bits([bool(each) for each in values])
        case Physical.INT64:
            return pack(f"<{len(values)}q", *values)
        case Physical.DOUBLE:
            return pack(f"<{len(values)}d", *values)
    texts = [str(each).encode(errors="replace") for each in values]
    return b"".join(pack("<I", len(text)) + text for text in texts)


def _bits(flags: Sequence[bool]) -> bytes:
    """Eight to a byte, the first one lowest."""
    number = sum(1 << at for at, flag in enumerate(flags) if flag)
    return number.to_bytes((len(flags) + 7) // 8, "little")


# What follows is Thrift's compact protocol: a field is its number, its type and its content.
Field = tuple[int, int, bytes]


def _struct(*fields: Field) -> bytes:
    written, last = b"", 0
    for number, type_, content in fields:
        written += bytes([(number - last) << 4 | type_]) + content
        last = number
    return written + b"\0"


def _int(number: int, value: int) -> Field:
    return number, 5, _zigzag(value)


def _long(number: int, value: int) -> Field:
    return number, 6, _zigzag(value)


def _text(number: int, value: str) -> Field:
    return number, 8, _binary(value)


def _list(number: int, type_: int, items: Sequence[bytes]) -> Field:
    short = len(items) < 15
    head = (
        bytes([len(items) << 4 | type_]) if short else bytes([0xF0 | type_]) + _number(len(items))
    )
    return number, 9, head + b"".join(items)


def _binary(value: str) -> bytes:
    content = value.encode(errors="replace")
    return _number(len(content)) + content


def _zigzag(value: int) -> bytes:
    return _number(value << 1 if value >= 0 else (-value << 1) - 1)


def _number(value: int) -> bytes:
    written = b""
    while value > 0x7F:
        written += bytes([value & 0x7F | 0x80])
        value >>= 7
    return written + bytes([value])


def _page_head(count: int) -> Field:
    return 5, 12, _struct(_int(1, count), _int(2, PLAIN), _int(3, RLE), _int(4, RLE))


def _schema_of(column: _Column) -> bytes:
    fields = [_int(1, column.kind), _int(3, OPTIONAL), _text(4, column.name)]
    return _struct(*fields, *([_int(6, UTF8)] if column.kind is Physical.BYTE_ARRAY else []))
