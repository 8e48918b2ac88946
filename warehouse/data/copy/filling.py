"""Invented rows for the tables of an empty copy: SQLite itself refuses what its keys and checks do not allow."""

import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from random import Random

from warehouse.data.copy.values import Value, invented

ATTEMPTS = 40
"""Rows that are invented for one that is kept, before a table is left as it is."""
EMPTY_SHARE = 0.25
"""Of the values of a column that need not have one."""
LONGEST_TEXT = 1_000
"""That is invented for a check about its length."""
ROUNDS = 20
"""In which rows are taken away whose references lead nowhere; each may leave others alone."""
_LITERAL = re.compile(r"'((?:[^']|'')*)'|(?<![\w.'])(-?\d{1,15}(?:\.\d{1,6})?)(?![\w'])")
_CHECK = re.compile(r"\bcheck\b", re.IGNORECASE)


@dataclass(frozen=True)
class Place:
    """A column that is filled."""

    name: str
    type: str
    may_be_empty: bool
    is_number: bool
    """Whether it is the number of its row."""
    is_alone: bool
    """Whether no two rows may have the same value."""
    hints: tuple[Value, ...]
    """Values that stand in the checks about it."""


@dataclass(frozen=True)
class Target:
    """A table that is filled."""

    name: str
    places: tuple[Place, ...]
    references: tuple[tuple[tuple[str, ...], str, tuple[str, ...]], ...]
    """Of each its own columns, the table, and the columns there."""


@dataclass(frozen=True)
class Row:
    """One invented row of a table."""

    target: Target
    values: Mapping[str, Value]

    @property
    def statement(self) -> str:
        columns, marks = ", ".join(map(quoted, self.values)), ", ".join("?" * len(self.values))
        return f"INSERT INTO {quoted(self.target.name)} ({columns}) VALUES ({marks})"  # noqa: S608


def quoted(name: str) -> str:
    """A name as SQLite takes it, whatever it is."""
    return '"{}"'.format(name.replace('"', '""'))


def filled(connection: sqlite3.Connection, rows: int, seed: int) -> tuple[str, tuple[str, ...]]:
    """A script that fills the tables of a connection, and which of them stay empty, in words."""
    targets = _in_order([*_targets(connection)])
    connection.execute("PRAGMA foreign_keys = ON")
    _begin(connection)
    kept, empty = list[Row](), dict[str, str]()
    for target in targets:
        made, fault = _filled(connection, target, rows, Random(f"{seed}/{target.name}"))  # noqa: S311 - rows, not secrets
        kept += made
        if not made:
            empty[target.name] = fault
    kept = _those_that_hold(connection, kept)
    for target in targets:
        if all(row.target is not target for row in kept):
            empty.setdefault(target.name, "its references lead in a circle")
    words = (f"No rows could be invented for {name}: {fault}." for name, fault in empty.items())
    return _script(kept), tuple(words)


def _begin(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        connection.execute("ROLLBACK")
    connection.execute("BEGIN")
    connection.execute("PRAGMA defer_foreign_keys = ON")


def _filled(
    connection: sqlite3.Connection, target: Target, rows: int, random: Random
) -> tuple[list[Row], str]:
    made, fault = list[Row](), "it has no column that could be filled"
    for number in range(1, rows + 1 if target.places else 1):
        for attempt in range(ATTEMPTS):
            row = _invented(connection, target, number, attempt * rows, random)
            if row is None:
                return made, "what it refers to has no rows"
            try:
                connection.execute(row.statement, tuple(row.values.values()))
            except (sqlite3.Error, OverflowError) as error:
                fault = str(error)
            else:
                made.append(row)
                break
        else:
            return made, fault
    return made, ""


def _invented(
    connection: sqlite3.Connection, target: Target, number: int, more: int, random: Random
) -> Row | None:
    """A row that may do; None where it would have to refer to one that is not there."""
    values = {place.name: _value(place, number, number + more, random) for place in target.places}
    for columns, table, others in target.references:
        there = _there(connection, table, others)
        may_be_empty = any(p.may_be_empty for p in target.places if p.name in columns)
        if not there and table == target.name:
            there = [tuple(values.get(other) for other in others)]
        elif not there:
            there = [(number,)] if len(others) == 1 else []
        is_first_of_its_own = table == target.name and number == 1
        if may_be_empty and (is_first_of_its_own or random.random() < EMPTY_SHARE):
            there = [(None,) * len(columns)]
        if not there:
            return None
        # The first tries take one after the other, since none may be referred to twice in some tables.
        in_turn = not more and table != target.name
        chosen = there[(number - 1) % len(there)] if in_turn else random.choice(there)
        values |= zip(columns, chosen, strict=False)
    return Row(target, {p.name: values[p.name] for p in target.places})


def _value(place: Place, number: int, unlike: int, random: Random) -> Value:
    if place.is_number:
        return number
    if place.may_be_empty and random.random() < EMPTY_SHARE:
        return None
    if place.hints and random.random() < 0.9:
        hint = random.choice(place.hints)
        if isinstance(hint, str) and not place.is_alone:
            return hint
        if isinstance(hint, int | float):
            return _near(place, hint, unlike, random)
    return invented(place.name, place.type, unlike, random, alone=place.is_alone)


def _near(place: Place, hint: float, unlike: int, random: Random) -> Value:
    """A value that a number in a check may be about: one beside it, between it and another, or a text so long."""
    value = invented(place.name, place.type, unlike, random, alone=place.is_alone)
    if isinstance(value, str):
        fits = 0 < hint <= LONGEST_TEXT and random.random() < 0.5
        return (value * int(hint + 1))[: int(hint)] if fits else value
    numbers = [each for each in place.hints if isinstance(each, int | float)]
    between = int(min(numbers)), int(max(numbers))
    return random.choice([hint, hint + 1, hint - 1, random.randint(*between), value])


def _there(
    connection: sqlite3.Connection, table: str, columns: Sequence[str]
) -> list[tuple[Value, ...]]:
    names = ", ".join(map(quoted, columns))
    try:
        return connection.execute(f"SELECT {names} FROM {quoted(table)}").fetchall()  # noqa: S608
    except sqlite3.Error:
        return []


def _those_that_hold(connection: sqlite3.Connection, rows: list[Row]) -> list[Row]:
    """The rows that can be put in one after the other, with references that lead somewhere."""
    for _ in range(ROUNDS):
        _begin(connection)
        kept, numbers = list[Row](), dict[tuple[str, int], Row]()
        for row in rows:
            try:
                at = connection.execute(row.statement, tuple(row.values.values())).lastrowid
            except sqlite3.Error:
                continue
            kept.append(row)
            numbers[row.target.name, at or 0] = row
        try:
            alone = connection.execute("PRAGMA foreign_key_check").fetchall()
        except sqlite3.Error:
            alone = []
        gone = {id(numbers.get((table, at))) for table, at, *_ in alone}
        lost = {table for table, at, *_ in alone if (table, at) not in numbers}
        rows = [row for row in kept if id(row) not in gone and row.target.name not in lost]
        if len(rows) == len(kept):
            break
    connection.execute("ROLLBACK")
    return rows


def _script(rows: Sequence[Row]) -> str:
    lines = ["BEGIN;", "PRAGMA defer_foreign_keys = ON;"]
    for head, group in groupby(rows, lambda row: row.statement.partition(" VALUES ")[0]):
        values = (", ".join(map(_written, row.values.values())) for row in group)
        lines.append(f"{head} VALUES\n  " + ",\n  ".join(f"({each})" for each in values) + ";")
    return "\n".join([*lines, "COMMIT;", ""])


def _written(value: Value) -> str:
    match value:
        case None:
            return "NULL"
        case bytes():
            return f"X'{value.hex()}'"
        case str():
            return "'{}'".format(value.replace("'", "''"))
    return repr(value)


def _targets(connection: sqlite3.Connection) -> Iterator[Target]:
    ask = connection.execute
    listed = ask("PRAGMA main.table_list").fetchall()
    for name in sorted(each[1] for each in listed if each[2] == "table"):
        if name.startswith("sqlite_"):
            continue
        (sql,) = ask("SELECT sql FROM sqlite_master WHERE name = ?", [name]).fetchone()
        facts = ask(f"PRAGMA table_xinfo({quoted(name)})").fetchall()
        alone = _alone(connection, name)
        keys = [fact[1] for fact in facts if fact[5]]
        places = tuple(
            Place(
                column,
                type_,
                may_be_empty=not required and not key,
                is_number=keys == [column] and type_.lower() == "integer",
                is_alone=column in alone or keys == [column],
                hints=_hints(sql, column),
            )
            for _, column, type_, required, _, key, hidden in facts
            if not hidden
        )
        yield Target(name, places, tuple(_references(connection, name)))


def _alone(connection: sqlite3.Connection, table: str) -> set[str]:
    indexes = connection.execute(f"PRAGMA index_list({quoted(table)})").fetchall()
    held = (
        connection.execute(f"PRAGMA index_info({quoted(index[1])})").fetchall()
        for index in indexes
        if index[2]
    )
    return {each[0][2] for each in held if len(each) == 1 and each[0][2]}


def _references(
    connection: sqlite3.Connection, table: str
) -> Iterator[tuple[tuple[str, ...], str, tuple[str, ...]]]:
    facts = connection.execute(f"PRAGMA foreign_key_list({quoted(table)})").fetchall()
    for _, group in groupby(sorted(facts, key=lambda fact: fact[:2]), lambda fact: fact[0]):
        parts = list(group)
        other = parts[0][2]
        keyed = sorted(
            (fact[5], fact[1])
            for fact in connection.execute(f"PRAGMA table_xinfo({quoted(other)})").fetchall()
            if fact[5]
        )
        others = [part[4] for part in parts]
        if None in others:
            others = [name for _, name in keyed]
        yield tuple(part[3] for part in parts), other, tuple(others)


def _hints(sql: str, column: str) -> tuple[Value, ...]:
    """The values that stand in checks in which the column is named."""
    checks = _CHECK.split(sql)[1:]
    about = [each for each in map(_inside, checks) if re.search(rf"(?<!\w){re.escape(column)}(?!\w)", each, re.IGNORECASE)]  # fmt: skip
    found = (match for each in about for match in _LITERAL.finditer(each))
    return tuple(
        match[1].replace("''", "'") if match[1] is not None else float(match[2]) if "." in match[2] else int(match[2])
        for match in found
    )  # fmt: skip


def _inside(text: str) -> str:
    """What stands in the parentheses that a text begins with."""
    depth = 0
    for at, letter in enumerate(text):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if depth <= 0 and letter == ")":
            return text[: at + 1]
    return text


def _in_order(targets: list[Target]) -> list[Target]:
    """Those that are referred to before those that refer to them, as far as that can be."""
    order, left = list[Target](), targets
    while left:
        waiting = {target.name for target in left}
        free = [t for t in left if all(r[1] not in waiting or r[1] == t.name for r in t.references)]
        # In a circle the one goes first that may be left without.
        free = free or sorted(left, key=_needs)[:1]
        order += free
        left = [target for target in left if target not in free]
    return order


def _needs(target: Target) -> int:
    empty = {place.name for place in target.places if place.may_be_empty}
    return sum(not empty & set(columns) for columns, _, _ in target.references)
