"""The questions of `benchmarks/questions/`, each with the rows that its reference query brings."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from benchmarks.made_databases import company, hospital, shop
from benchmarks.made_databases.maker import Make, made

FOLDER = Path(__file__).parent / "questions"
MAKERS: Mapping[str, Make] = {
    "shop": shop.make,
    "hospital": hospital.make,
    "company": company.make,
}


@dataclass(frozen=True)
class Question:
    """One question to one of the databases."""

    id: str
    database: str
    """Which of the three."""
    question: str
    sql: str
    """The reference query, which no company is shown."""
    in_order: bool = False
    """Whether the question says in which order the rows are wanted."""


def questions() -> list[Question]:
    """All of them, by schema."""
    return [
        Question(database=name, **each)
        for name in MAKERS
        for each in yaml.safe_load((FOLDER / f"{name}.yaml").read_text())
    ]


def made_in(folder: Path) -> dict[str, Path]:
    """The databases, made in a folder."""
    return {name: made(folder / f"{name}.db", make) for name, make in MAKERS.items()}


def wanted(
    database: sqlite3.Connection, question: Question
) -> list[tuple[int | float | str | None, ...]]:
    """The rows that the reference query brings."""
    return database.execute(question.sql).fetchall()
