"""Whatever is in two journals, they can be held side by side and told, in words and as JSON."""

import json
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from company.cli.diff.sides import RunPair, as_record
from company.cli.opened import OpenedRun
from tests.support.journals import AT, started
from warehouse.events import KINDS
from warehouse.journal.journal import Event

NAMES = [
    "task", "text", "company", "roles", "phases", "chains", "role_models", "limits", "set", "order",
    "parent", "at", "effect", "ordinal", "request", "result", "files", "path", "status", "added",
    "kind", "phase", "fields", "approved", "comments", "checks", "name", "ok", "exit_code", "model",
    "remark", "usage", "cost",
]  # fmt: skip
WORDS = ["commit", "completion", "decision", "verdict", "deleted", "main.py", "", "\x1b[2J"]
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(WORDS) | st.text()
JSON = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner),
    max_leaves=12,
)
DATA = st.dictionaries(st.sampled_from(NAMES), JSON, max_size=6)
PLACES = st.sampled_from(["", "1.a", "2.loop/round-1/b", "2.loop/round-/b"])
STEPS = st.lists(st.tuples(st.sampled_from(sorted(KINDS)), PLACES, DATA), max_size=6)


def opened(steps: list[tuple[str, str, dict[str, Any]]], seed: int) -> OpenedRun:
    """A run without a folder: its journal is damaged, its product gone."""
    told = [started(seed=seed), *steps]
    events = [Event.of(n, AT, kind, where, data) for n, (kind, where, data) in enumerate(told)]
    return OpenedRun(Path("nowhere"), events)


@given(STEPS, STEPS)
def test_any_two_journals_are_told(
    a: list[tuple[str, str, dict[str, Any]]], b: list[tuple[str, str, dict[str, Any]]]
) -> None:
    pair = RunPair(opened(a, 1), opened(b, 2))
    told = {part.title: part for part in pair.parts}
    assert json.dumps(as_record(pair, everything=True, patch=True))
    assert told.keys() >= {"Order", "Outcome"}
    for part in told.values():
        for line in part.lines:
            assert line.a or line.b
            assert not line.differs or line.a != line.b
