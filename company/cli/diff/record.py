"""A comparison of two runs as plain data."""

from dataclasses import asdict
from typing import Any

from company.cli.diff.sides import RunPair
from company.cli.opened import OpenedRun
from warehouse.history.compare.facts import Row
from warehouse.history.compare.files import FileRow

FACTS = "order", "cards", "decisions", "verdicts", "checks", "outcome"


def as_record(pair: RunPair, *, everything: bool, patch: bool) -> dict[str, Any]:
    """What differs, or everything, and how much is the same; patches where they are wanted."""
    found = pair.comparison
    facts: dict[str, tuple[Row, ...]] = {name: getattr(found, name) for name in FACTS}
    same = {name: sum(not row.differs for row in rows) for name, rows in facts.items()}
    same["files"] = sum(row.state == "same" for row in found.files)
    return {
        **{letter.lower(): _run(run) for letter, run in pair.runs},
        "shared": asdict(found.shared),
        **{name: _rows(rows, everything) for name, rows in facts.items()},
        "files": [
            _file(row, patch=patch) for row in found.files if everything or row.state != "same"
        ],
        "same": same,
    }


def _run(run: OpenedRun) -> dict[str, str]:
    row = run.row
    return {"run": run.folder.absolute().name, "status": row.status, "problem": row.problem}


def _rows(rows: tuple[Row, ...], everything: bool) -> list[dict[str, Any]]:
    return [{**asdict(row), "differs": row.differs} for row in rows if everything or row.differs]


def _file(row: FileRow, *, patch: bool) -> dict[str, Any]:
    record = {"path": row.path, "state": row.state, "added": row.added, "removed": row.removed}
    if patch and row.state != "same":
        record["patch"] = row.patch()
    return record
