"""What came of a run, fact by fact: decisions, verdicts, the last checks, and what it took."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from warehouse.history.compare.facts import Facts, bounded
from warehouse.history.entries import Delivered, Entry, Executed
from warehouse.history.summary import RunSummary

_ROUND = re.compile(r"(?:^|/)round-(\d+)(?=/|$)")


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
    found: Facts = {}
    for entry in entries:
        if isinstance(entry, Delivered) and entry.kind == "verdict":
            name = _unused(f"{entry.phase}{_rounds(entry.where)}", found)
            found[name] = _verdict(entry.fields)
    return found


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
    found: Facts = {}
    for check in last.checks:
        outcome = {"ok": check.ok, "exit_code": check.exit_code, "remark": check.remark}
        found[_unused(check.name, found)] = outcome
    return found


def outcome_facts(status: str, summary: RunSummary | None) -> Facts:
    """How the run stands and what it took; `cost` is in US dollars, None where it is not known."""
    if summary is None:
        return {"status": status}
    found: Facts = {
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
    return {name: bounded(value) for name, value in found.items()}


def _rounds(where: str) -> str:
    rounds = _ROUND.findall(where)
    return f", round {'.'.join(rounds)}" if rounds else ""


def _unused(name: str, taken: dict[str, Any]) -> str:
    """The name, or with a number where the same was told before."""
    found, times = name, 1
    while found in taken:
        times += 1
        found = f"{name} ({times})"
    return found
