"""What came of a run as facts by name, and the rows that two runs make side by side.

Facts are decisions, verdicts, the last checks, and what it took.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from warehouse.history.entries import Delivered, Entry, Executed
from warehouse.history.summary import RunSummary

DEEPEST = 12
"""Levels of a value that are kept; a journal may nest deeper than anything can be walked."""
_ROUND = re.compile(r"(?:^|/)round-(\d+)(?=/|$)")

Facts = dict[str, Any]
"""Name → plain JSON value; None where there is nothing to tell."""


@dataclass(frozen=True, slots=True)
class Row:
    """One fact of both runs; None where a run has nothing to tell of it."""

    name: str
    a: Any
    b: Any

    @property
    def differs(self) -> bool:
        return bool(self.a != self.b)


def paired(a: Mapping[str, Any], b: Mapping[str, Any]) -> tuple[Row, ...]:
    """A row for every fact that either run has to tell, in the order they are told."""
    rows = (Row(name, a.get(name), b.get(name)) for name in dict.fromkeys((*a, *b)))
    return tuple(row for row in rows if row.a is not None or row.b is not None)


def bounded(value: Any, depth: int = DEEPEST) -> Any:
    """The value without what is nested deeper than `depth`."""
    if isinstance(value, dict):
        inner = value.items() if depth else ()
        return {key: bounded(below, depth - 1) for key, below in inner}
    if isinstance(value, list):
        return [bounded(below, depth - 1) for below in value] if depth else []
    return value


def decision_facts(entries: Iterable[Entry]) -> Facts:
    """Every decision by its phase and field; the last one, where a phase decided again."""
    return {
        f"{entry.phase}: {name}": bounded(value)
        for entry in entries
        if isinstance(entry, Delivered) and entry.kind == "decision"
        for name, value in entry.fields.items()
    }


def verdict_facts(entries: Iterable[Entry]) -> Facts:
    """Every verdict by its phase and round: whether it approved, and how many comments it made."""
    facts: Facts = {}
    for entry in entries:
        if isinstance(entry, Delivered) and entry.kind == "verdict":
            name = _unused(f"{entry.phase}{_rounds(entry.where)}", facts)
            facts[name] = _verdict(entry.fields)
    return facts


def _verdict(fields: Mapping[str, Any]) -> Facts:
    """What the fields of a verdict say, which a journal may hold in any form."""
    approved, comments = fields.get("approved"), fields.get("comments")
    return {
        "approved": approved if isinstance(approved, bool) else None,
        "comments": len(comments) if isinstance(comments, list) else int(bool(comments)),
    }


def check_facts(entries: Iterable[Entry]) -> Facts:
    """How each check of the last execution went, or why nothing was run."""
    executions = [entry for entry in entries if isinstance(entry, Executed)]
    if not executions:
        return {}
    last = executions[-1]
    if not last.checks:
        return {"checks": last.summary}
    facts: Facts = {}
    for check in last.checks:
        outcome = {"ok": check.ok, "exit_code": check.exit_code, "remark": check.remark}
        facts[_unused(check.name, facts)] = outcome
    return facts


def outcome_facts(status: str, summary: RunSummary | None) -> Facts:
    """How the run stands and what it took; `cost` is in US dollars, None where it is not known."""
    if summary is None:
        return {"status": status}
    facts: Facts = {
        "status": status,
        "exit code": summary.exit_code,
        "reason": summary.reason or None,
        "calls": summary.usage.calls,
        "prompt tokens": summary.usage.prompt_tokens,
        "completion tokens": summary.usage.completion_tokens,
        "cost": summary.usage.cost,
        "seconds": summary.seconds,
        "calls shared with the parent": summary.shared.calls or None,
        "tokens shared with the parent": summary.shared.tokens or None,
        "commits": summary.commits,
        "files": len(summary.files),
    }
    return {name: bounded(value) for name, value in facts.items()}


def _rounds(where: str) -> str:
    rounds = _ROUND.findall(where)
    return f", round {'.'.join(rounds)}" if rounds else ""


def _unused(name: str, taken: dict[str, Any]) -> str:
    """The name, or with a number where the same was told before."""
    numbered, times = name, 1
    while numbered in taken:
        times += 1
        numbered = f"{name} ({times})"
    return numbered
