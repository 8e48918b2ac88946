"""Questions to databases as Spider and BIRD hold them, read as tasks.

An entry holds the query that is right (`query`, `SQL`) beside the question. It is run where the task is judged,
and no company sees it; nor are the tokens and parsed queries of Spider read, or BIRD's descriptions of columns.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SPIDER = frozenset({"db_id", "question", "query"})
BIRD = frozenset({"db_id", "question", "SQL"})
"""The keys by which an entry is known."""
DATABASES = ("database", "dev_databases", "train_databases", "test_database")
"""The folders beside the entries in which their databases lie; the first is taken where none is there."""
USUAL = "dev.json"
"""What is read of such a folder."""
_UNFIT = re.compile(r"[^A-Za-z0-9_.]+")
_UNFIT_IN_NAMES = re.compile(r"[^a-z0-9]+")
_TOLD_APART = re.compile(
    r"""'[^']*'|"[^"]*"|`[^`]*`|\[[^\]]*\]?|--[^\n]*|/\*(?:[^*]|\*(?!/))*|[()]|\border\s+by\b""",
    re.IGNORECASE,
)


def is_question(data: Mapping[str, Any]) -> bool:
    """Whether this is an entry of such a set, and no task as `docs/tasks.md` has it."""
    return data.keys() >= SPIDER or data.keys() >= BIRD


def holds_questions(folder: Path) -> bool:
    """Whether a folder is laid out as such a set."""
    return (folder / USUAL).is_file() and any((folder / name).is_dir() for name in DATABASES)


def as_task(data: Mapping[str, Any], place: int, folder: Path) -> dict[str, Any]:
    """The same as a task; `place` is the entry's own in its file, and `folder` is where that lies."""
    database, query = str(data["db_id"]), data.get("query", data.get("SQL"))
    task = {
        "id": f"{_plain(database)}-{data.get('question_id', place)}",
        "prompt": data["question"],
        "category": data.get("difficulty") or database,
        "databases": {_name(database): _beside(folder, database)},
        "answer": {"query": query, "in_order": orders_rows(str(query))},
    }
    if evidence := data.get("evidence"):
        task["prompt"] = f"{data['question']}\n\nEvidence: {evidence}"
    return task


def orders_rows(sql: str) -> bool:
    """Whether a query says in which order its rows come; of a query inside of it, that says nothing."""
    depth = 0
    for found in _TOLD_APART.finditer(sql):
        if found[0] in "()":
            depth += 1 if found[0] == "(" else -1
        elif depth == 0 and found[0][0] in "oO":
            return True
    return False


def _beside(folder: Path, database: str) -> str:
    """Where the file of a database lies, else where it should."""
    around = next((each for each in DATABASES if (folder / each).is_dir()), DATABASES[0])
    return f"{around}/{database}/{database}.sqlite"


def _plain(database: str) -> str:
    """The database's name as an id may begin."""
    return _UNFIT.sub("-", database)[:60].strip("-_.") or "question"


def _name(database: str) -> str:
    """As roles call it."""
    name = _UNFIT_IN_NAMES.sub("_", database.lower())[:40].strip("_")
    return name if name[:1].isalpha() else "data"
