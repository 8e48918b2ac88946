"""What each kind of entry of a transcript says in words: the one place that knows."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec.structs import replace

from warehouse.events import ChangedFile, CheckRecord
from warehouse.history import entries
from warehouse.history.entries import Entry
from warehouse.history.format import blocks
from warehouse.history.format.blocks import Block, Mark
from warehouse.history.format.figures import counted, excerpt

TitleOf = Callable[[str], str]
"""What people call a role, by its name."""


def blocks_of(entry: Entry, title_of: TitleOf = str) -> list[Block]:
    """The blocks of an entry, none where there is nothing to tell; roles are called by `title_of`."""
    if isinstance(entry, entries.Executed) and entry.checks:
        return list(map(_check, entry.checks))
    block = _frame(entry) or _talk(entry, title_of) or _mark(entry, title_of)
    return [block] if block else []


def _check(check: CheckRecord) -> blocks.Code:
    outcome = f"{check.name} {judged(check.ok, check.exit_code, check.remark)}"
    return blocks.Code(check.ok, outcome, check.seconds, check.command, check.output)


def quote_of(reply: entries.Said, title_of: TitleOf = str) -> blocks.Quote:
    """The block of a reply."""
    words = title_of(reply.speaker), title_of(reply.listener), reply.text, reply.prompt
    tokens = reply.prompt_tokens, reply.completion_tokens
    return blocks.Quote(*words, reply.model, *tokens, reply.cost, reply.seconds, reply.cut)


def _frame(entry: Entry) -> Block | None:
    """What the talk stands in: the run, its sessions and its steps."""
    match entry:
        case entries.Began() as began:
            setting = began.company, began.chain, began.model, began.sandbox
            return blocks.Title(began.run, began.name, began.at, began.task, *setting)
        case entries.Forked():
            changes = ", ".join(f"{key}={excerpt(value)}" for key, value in entry.changes.items())
            origin = f"forked from {entry.parent} at {entry.step}"
            return blocks.Fact(
                "fork", entry.run, f"{origin}, {changes or 'nothing changed'}", entry.at
            )
        case entries.Resumed():
            recalled = "what is recorded is recalled, the rest is done"
            return blocks.Fact("resume", "resumed", recalled, entry.at)
        case entries.Ended():
            return blocks.End(entry.status, entry.exit_code, entry.reason)
        case entries.StepBegan(kind="phase" | "handover"):
            return blocks.Heading("phase", entry.title)
        case entries.StepBegan(kind="round" | "turn"):
            return blocks.Heading(entry.kind, f"{entry.round} of at most {entry.most_rounds}")
        case entries.StepBegan(kind="node" | "part"):
            return blocks.Heading(entry.kind, entry.title)
    return None


def _talk(entry: Entry, title_of: TitleOf) -> Block | None:
    match entry:
        case entries.Asking():
            model = entry.model or "a person"
            return blocks.Heading("asks", f"{entry.listener} → {entry.speaker} ({model})")
        case entries.Said():
            return quote_of(entry, title_of)
        case entries.ToolCalled():
            return blocks.ToolUse(title_of(entry.speaker), entry.call, entry.text)
        case entries.Committed():
            subject = excerpt(entry.message.split("\n", 1)[0])
            return blocks.Changes(entry.sha, entry.author, subject, entry.files)
    return None


def _mark(entry: Entry, title_of: TitleOf) -> Mark | None:
    match entry:
        case entries.Delivered():
            return _delivered(entry)
        case entries.Rejected():
            return Mark("sent back", entry.complaint)
        case entries.Executed():
            return Mark("no checks", entry.summary)
        case entries.Retried():
            return Mark("again", entry.text)
        case entries.Noted():
            return Mark("note", entry.text)
        case entries.Failed():
            return Mark("failed", entry.error, entry.effect)
        case entries.StepEnded(outcome="failed"):
            return Mark("over", entry.reason)
        case entries.StepEnded(outcome="skipped"):
            return Mark("skipped", entry.reason)
        case entries.Paused():
            return Mark("person", "paused: nothing further begins")
        case entries.Continued():
            return Mark("person", "goes on")
        case entries.LimitsChanged():
            return Mark("person", f"limits: {limits(entry.limits) or 'none'}")
        case entries.Interjected():
            return Mark("person", entry.text, listener=title_of(entry.role))
    return None


def _delivered(entry: entries.Delivered) -> Mark:
    if entry.files:
        return Mark("files", ", ".join(entry.files), entry.kind)
    fields = {name: value for name, value in entry.fields.items() if value not in ([], "", None)}
    text = "; ".join(f"{name}: {_value(value)}" for name, value in fields.items())
    mark = Mark("yields", text if entry.fields else entry.text, entry.kind)
    approved, comments = fields.get("approved"), fields.get("comments")
    if not isinstance(approved, bool):
        return mark
    about = counted(len(comments), "comment") if isinstance(comments, list) else ""
    return replace(mark, approved=approved, comments=about)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return counted(len(value), "item") if len(value) > 3 else ", ".join(map(str, value))
    return str(value)


def limits(amounts: Mapping[str, float]) -> str:
    """The limits of a run, in words; those that are not set are left out."""
    money = [f"${amounts['usd']:,.2f}"] if "usd" in amounts else []
    counts = [
        f"{amounts[name]:,.15g} {name}"
        for name in ("tokens", "calls", "seconds")
        if name in amounts
    ]
    return ", ".join(money + counts)


def changed(files: Iterable[ChangedFile]) -> list[str]:
    """What happened to each file: `main.py +3 -0`."""
    return [
        f"{file.path} deleted"
        if file.status == "deleted"
        else f"{file.path} +{file.added} -{file.removed}"
        for file in files
    ]


def judged(ok: bool | None, exit_code: int, remark: str) -> str:
    """What a check showed, and why it failed if it did."""
    outcome = {True: "passed", False: "FAILED", None: "cannot be judged here"}[ok]
    why = remark or (f"exit code {exit_code}" if ok is False else "")
    return f"{outcome}, {why}" if why else outcome
