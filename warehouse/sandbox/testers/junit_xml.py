"""A report as JUnit writes it, and others after its manner, read as the lines that supervise.py takes."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Line = dict[str, Any]
_OUTCOMES = {"failure": "failed", "error": "failed", "skipped": "skipped"}


def lines_of(folder: Path) -> Iterator[Line]:
    """Each test of the files in a folder, and the end; without it where a file is missing or cut off."""
    files = sorted(folder.glob("*.xml"))
    number = 0
    try:
        for file in files:
            for case in ElementTree.parse(file).iter("testcase"):  # noqa: S314 — in the sandbox
                number += 1
                name = f"{case.get('classname', '')}.{case.get('name', '')}"
                yield {"test": f"{number} {name}", "name": name, "outcome": _outcome(case)}
    except ElementTree.ParseError:
        return
    if files:
        yield {"end": True}


def _outcome(case: ElementTree.Element) -> str:
    if case.get("status") in ("notrun", "disabled"):
        return "skipped"
    return next((_OUTCOMES[part.tag] for part in case if part.tag in _OUTCOMES), "passed")
