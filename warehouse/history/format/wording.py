"""What each kind of entry of a transcript says in words: the one place that knows."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from warehouse.history.entries import (
    Asking,
    Began,
    Change,
    Committed,
    Continued,
    Delivered,
    Ended,
    Entry,
    Executed,
    Failed,
    Forked,
    Interjected,
    LimitsChanged,
    Noted,
    Paused,
    Rejected,
    Resumed,
    Retried,
    Said,
    StepBegan,
    StepEnded,
    ToolCalled,
)
from warehouse.history.format.blocks import (
    Block,
    Changes,
    Code,
    End,
    Fact,
    Figures,
    Heading,
    Mark,
    Quote,
    Title,
)
from warehouse.history.format.figures import counted, excerpt

TitleOf = Callable[[str], str]
"""What people call a role, by its name."""


def blocks_of(entry: Entry, title_of: TitleOf = str) -> list[Block]:
    """The blocks of an entry, none where there is nothing to tell; roles are called by `title_of`."""
    if isinstance(entry, Executed) and entry.checks:
        return [
            Code(
                check.ok,
                f"{check.name} {judged(check.ok, check.exit_code, check.remark)}",
                check.seconds,
                check.command,
                check.output,
            )
            for check in entry.checks
        ]
    block = _of_the_run(entry) or _of_the_talk(entry, title_of) or _mark(entry, title_of)
    return [block] if block else []


def quote_of(said: Said, title_of: TitleOf = str) -> Quote:
    """The block of a reply."""
    tokens = said.prompt_tokens, said.completion_tokens
    figures = Figures(said.model, *tokens, said.cost, said.seconds, said.cut)
    names = title_of(said.speaker), said.text, title_of(said.listener)
    return Quote(*names, figures=figures, prompt=said.prompt)


def _of_the_run(entry: Entry) -> Block | None:
    match entry:
        case Began() as began:
            given = began.company, began.chain, began.model, began.sandbox
            return Title(began.run, began.name, began.at, began.task, *given)
        case Forked():
            changes = ", ".join(f"{key}={excerpt(value)}" for key, value in entry.changes.items())
            origin = f"forked from {entry.parent} at {entry.step}"
            return Fact("fork", entry.run, f"{origin}, {changes or 'nothing changed'}", entry.at)
        case Resumed():
            recalled = "what is recorded is recalled, the rest is done"
            return Fact("resume", "resumed", recalled, entry.at)
        case Ended():
            return End(entry.status, entry.exit_code, entry.reason)
        case StepBegan(kind="phase" | "handover"):
            return Heading("phase", entry.title)
        case StepBegan(kind="round" | "turn"):
            return Heading(entry.kind, f"{entry.round} of at most {entry.most_rounds}")
        case StepBegan(kind="node" | "part"):
            return Heading(entry.kind, entry.title)
    return None


def _of_the_talk(entry: Entry, title_of: TitleOf) -> Block | None:
    match entry:
        case Asking():
            model = entry.model or "a person"
            return Heading("asks", f"{entry.listener} → {entry.speaker} ({model})")
        case Said():
            return quote_of(entry, title_of)
        case ToolCalled():
            return Quote(title_of(entry.speaker), entry.text, tool_call=entry.call)
        case Committed():
            subject = excerpt(entry.message.split("\n", 1)[0])
            return Changes(entry.sha, entry.author, subject, entry.files)
    return None


def _mark(entry: Entry, title_of: TitleOf) -> Mark | None:
    match entry:
        case Delivered():
            return _delivered(entry)
        case Rejected():
            return Mark("sent back", entry.complaint)
        case Executed():
            return Mark("no checks", entry.summary)
        case Retried():
            return Mark("again", entry.text)
        case Noted():
            return Mark("note", entry.text)
        case Failed():
            return Mark("failed", entry.error, entry.effect)
        case StepEnded(outcome="failed"):
            return Mark("over", entry.reason)
        case StepEnded(outcome="skipped"):
            return Mark("skipped", entry.reason)
        case Paused():
            return Mark("person", "paused: nothing further begins")
        case Continued():
            return Mark("person", "goes on")
        case LimitsChanged():
            return Mark("person", f"limits: {limits(entry.limits) or 'none'}")
        case Interjected():
            return Mark("person", entry.text, listener=title_of(entry.role))
    return None


def _delivered(entry: Delivered) -> Mark:
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


def changed(files: Iterable[Change]) -> list[str]:
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
