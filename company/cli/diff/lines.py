"""Two runs side by side for programs: a line for each fact, its fields apart by tabs, or JSON."""

from dataclasses import asdict
from typing import Any

from company.cli.diff.sides import RunPair, patch_lines
from company.cli.opened import OpenedRun
from company.cli.output import say
from warehouse.history.compare.facts import Row
from warehouse.history.compare.files import FileRow
from warehouse.terminal_text import safe_text


def print_lines(pair: RunPair, *, everything: bool, patch: bool) -> None:
    """Write the part, the name, and what either run has; last of a part, how much is the same."""
    for letter, run in pair.runs:
        _print("run", letter, run.folder.absolute().name, run.row.status)
    _print("shared", pair.shared)
    for part in pair.parts:
        word = part.title.lower()
        for line in part.lines if everything else part.differing:
            _print(word, line.name, line.a, line.b)
        if part.same and not everything:
            _print(word, f"{part.same:,} the same")
    if patch:
        for patched in patch_lines(pair.comparison.files):
            say(patched)


def _print(*fields: str) -> None:
    flat = (safe_text(field.replace("\n", " / "), keep_newlines=False) for field in fields)
    say("\t".join(flat))


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
