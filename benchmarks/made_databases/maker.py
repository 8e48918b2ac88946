"""What the makers of the databases have in common: chance from a seed, dates, and rows into tables."""

import random
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Protocol

SEED = 18
FIRST_NAMES = [
    "Ada",
    "Alan",
    "Barbara",
    "Carl",
    "Dana",
    "Edsger",
    "Emma",
    "Frances",
    "Grace",
    "Hedy",
    "Ivan",
    "Joan",
    "Katherine",
    "Lars",
    "Margaret",
    "Niklaus",
    "Olga",
    "Radia",
    "Sophie",
    "Tim",
]
LAST_NAMES = [
    "Adler",
    "Berger",
    "Costa",
    "Dijk",
    "Eder",
    "Fischer",
    "Gruber",
    "Hofer",
    "Ivanova",
    "Jansen",
    "Keller",
    "Lang",
    "Moser",
    "Novak",
    "Orban",
    "Pichler",
    "Rossi",
    "Schmid",
    "Tanaka",
    "Weber",
]
DAY_ONE = date(2024, 1, 1)


class Make(Protocol):
    """Fills an empty database."""

    def __call__(self, database: sqlite3.Connection, chance: random.Random) -> None: ...


def made(path: Path, make: Make) -> Path:
    """The database in a file, always with the same rows."""
    with sqlite3.connect(path) as database:
        make(database, random.Random(SEED))
    database.close()
    return path


def insert(database: sqlite3.Connection, table: str, rows: Iterable[Sequence[object]]) -> None:
    """Put rows into a table, each with a value for each column."""
    for row in rows:
        database.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)


def day(chance: random.Random, days: int = 730, start: date = DAY_ONE) -> str:
    """One of so many days, as ISO writes it."""
    return str(start + timedelta(days=chance.randrange(days)))


def later(chance: random.Random, than: str, days: int) -> str:
    """One of so many days after another."""
    return day(chance, days, date.fromisoformat(than) + timedelta(days=1))


def person(number: int) -> str:
    """A name that nobody else has, among 400."""
    return f"{FIRST_NAMES[number % 20]} {LAST_NAMES[(number + number // 20) % 20]}"
