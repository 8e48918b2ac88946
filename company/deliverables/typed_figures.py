"""Figures that a reporter typed and that stand in a row: by rule they become the references they should have been.

A small model understands what a report is sooner than what a reference is. What no row holds goes back to it.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from warehouse.data.report import CITATION, FIGURE, Query, shown

NUMBER = re.compile(r"(?<!\w)\d+(?:[.,]\d+)*")
"""What is no part of a name, such as sales_2024."""
LIST_NUMBER = re.compile(r"^[ \t]{0,8}\d{1,3}[.)](?=[ \t])", re.MULTILINE)
NAME_OF_QUERY = re.compile(r"(?i:\bquer(?:y|ies)\b)[\s*_`#]{1,4}\d{1,4}(?!\w)(?![.,]\d)")
"""How a report calls a query, which is no figure."""
_AS_IT_STANDS = (LIST_NUMBER, NAME_OF_QUERY, FIGURE, CITATION)
_ALONE = rf"(?<![-/:]){NUMBER.pattern}(?![-/:]?\w)"
"""A number that is no part of a date or a time."""
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_DECIMAL = re.compile(r"\d{1,30}(?:\.\d{1,30})?")
FEWEST_IN_ORDER = 3
SMALLEST = 10
"""A smaller number stands in many rows by chance."""
LONGEST_TEXT, MOST_TEXTS = 200, 2_000
"""Characters of a text that is looked for in a report, and how many such texts."""

Numbers = Mapping[Decimal | None, str]
"""The reference to each number."""


def referred(
    paragraph: str, queries: Sequence[Query], numbers: Numbers, known: Collection[str]
) -> str:
    """The paragraph with a reference in the place of each typed figure that is not `known` and stands in a
    row, also as part of a text there, or is the number of a query's rows.

    What stands in several columns of a query is left: which is meant, nobody can know. So is a digit by
    itself in one of many rows, where it may stand by chance: unless its line says another value of that
    row, or all figures of the line stand in one column, in this order. `numbers` are those of `numbers_in`
    the queries.
    """
    return "".join(
        _referred(line, queries, numbers, known) if NUMBER.search(line) else line
        for line in paragraph.splitlines(keepends=True)
    )


def place_of(written: str, queries: Sequence[Query]) -> str:
    """A reference to where a typed figure stands, one of several maybe; empty where no row has it."""
    value = _value(written)
    cells = (each for number, query in enumerate(queries, 1) for each in _cells(number, query))
    found = (told for _, told, cell in cells if value in {*_values(cell), *_values(_turned(cell))})
    return next(found, "")


def _referred(line: str, queries: Sequence[Query], numbers: Numbers, known: Collection[str]) -> str:
    texts, numbers = _texts(queries, line), {**numbers, **_of_named_rows(line, queries)}
    looked_for = [each.pattern for each in _AS_IT_STANDS]
    looked_for += [rf"(?<!\w){re.escape(text)}(?!\w)" for text in texts]

    pattern = re.compile("|".join([*looked_for, _ALONE]), re.MULTILINE)
    typed = [each[0] for each in pattern.finditer(line) if NUMBER.fullmatch(each[0])]
    in_order = iter(_in_order([each for each in typed if each not in known], queries))

    def written(found: re.Match[str]) -> str:
        if found[0] in known:
            return found[0]
        if NUMBER.fullmatch(found[0]) and (reference := next(in_order, "")):
            return reference
        return texts.get(found[0]) or numbers.get(_value(found[0]), found[0])

    return pattern.sub(written, line)


def _in_order(typed: Sequence[str], queries: Sequence[Query]) -> list[str]:
    """The references to figures that all stand in one column, each in a row after that of the one before;
    none where they do not, or are too few to be no chance."""
    if len(typed) < FEWEST_IN_ORDER:
        return []
    for number, query in enumerate(queries, 1):
        for column in query.columns:
            cells = ((told, cell) for name, told, cell in _cells(number, query) if name == column)
            found = [
                next((told for told, cell in cells if _value(each) in _values(cell)), "")
                for each in typed
            ]
            if all(found):
                return found
    return []


def _of_named_rows(line: str, queries: Sequence[Query]) -> Numbers:
    """The references to numbers of the rows that a line says a text of."""
    numbers = defaultdict[Decimal | None, dict[str, str]](dict)
    for number, query in enumerate(queries, 1):
        named = {
            place
            for place, row in enumerate(query.rows, 1)
            if any(isinstance(cell, str) and _says(line, cell) for cell in row)
        }
        if not named or numbers:
            continue
        for column, reference, cell in _cells(number, query):
            if int(reference.split(".")[1]) in named:
                for value in _values(cell):
                    numbers[value].setdefault(column, reference)
    return {value: min(of.values()) for value, of in numbers.items() if len(of) == 1}


def numbers_in(queries: Sequence[Query]) -> Numbers:
    """The reference to each number that a query brought, the first one that did."""
    known = dict[Decimal | None, str]()
    for number, query in enumerate(queries, 1):
        meant, references = defaultdict[Decimal, set[str]](set), dict[Decimal, str]()
        for column, reference, cell in _cells(number, query):
            for value in _values(cell):
                meant[value].add(column)
                references.setdefault(value, reference)
        many = Decimal(len(query.rows))
        if many > 1 and not query.cut and many not in references:
            meant[many].add("rows")
            references[many] = f"{{{number}.rows}}"
        for value, reference in references.items():
            is_chance = value < SMALLEST and many > 1 and not reference.endswith(".rows}")
            if value not in known and len(meant[value]) == 1 and not is_chance:
                known[value] = reference
    return known


def _texts(queries: Sequence[Query], paragraph: str) -> dict[str, str]:
    """The texts of rows that a paragraph says and that hold digits, with their references; longest first."""
    texts = dict[str, str]()
    cells = (each for number, query in enumerate(queries, 1) for each in _cells(number, query))
    for _, reference, cell in cells:
        is_text = isinstance(cell, str) and len(cell) <= LONGEST_TEXT and not NUMBER.fullmatch(cell)
        if is_text and len(texts) < MOST_TEXTS and NUMBER.search(cell) and cell in paragraph:
            texts.setdefault(cell, reference)
    return dict(sorted(texts.items(), key=lambda each: -len(each[0])))


def _cells(number: int, query: Query) -> Iterator[tuple[str, str, Any]]:
    """Each cell of a query after its column's name and the reference to it."""
    for place, row in enumerate(query.rows, 1):
        for column, cell in zip(query.columns, row, strict=True):
            yield column, f"{{{number}.{place}.{column}}}", cell


def _says(line: str, text: str) -> bool:
    """Whether a line holds a text of some length, not as part of a longer word."""
    is_there = 1 < len(text) <= LONGEST_TEXT and text in line
    return is_there and re.search(rf"(?<!\w){re.escape(text)}(?!\w)", line) is not None


def _values(cell: Any) -> set[Decimal]:
    """What a cell comes to, as it is and as a report shows it; nothing where it is no number, or one with a
    sign, which a figure has not."""
    values = {_value(text) for text in (str(cell), shown(cell))}
    return {value for value in values if value is not None}


def _turned(cell: Any) -> Any:
    """A negative number without its sign."""
    return str(cell).removeprefix("-")


def _value(written: str) -> Decimal | None:
    """What a number comes to, however its digits are parted; None where that is not sure."""
    plain = written.replace(",", "") if _THOUSANDS.fullmatch(written) else written
    return Decimal(plain) if _DECIMAL.fullmatch(plain) else None
