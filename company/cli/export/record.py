"""A run's transcript as plain data."""

import json
import re
from typing import Any

from msgspec import to_builtins

from company.cli.opened import OpenedRun
from warehouse.history.entries import Asking, Calling, Entry, Words


def as_record(opened: OpenedRun) -> dict[str, Any]:
    """The summary, and every entry with the name of its type."""
    row = opened.row
    return {
        "run": opened.folder.absolute().name,
        "status": row.status,
        "problem": row.problem,
        "summary": row.summary.as_record() if row.summary else None,
        "entries": [
            {"entry": kind_of(entry), **to_builtins(entry)}
            for entry in opened.entries
            if not isinstance(entry, Asking | Calling | Words)
        ],
    }


def as_json_text(opened: OpenedRun) -> str:
    """The record as text; ASCII, so that no reader can misread it."""
    return json.dumps(as_record(opened), indent=2) + "\n"


def kind_of(entry: Entry) -> str:
    """`step_began` for StepBegan."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(entry).__name__).lower()
