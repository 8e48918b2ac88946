"""An entry of a run's transcript as one line of text: stable, one idea each, easy to grep.

Each line begins with a word for what happened, then the path of the step.
"""

from collections.abc import Callable, Mapping

from warehouse.history.entries import (
    Asking,
    Began,
    Change,
    CheckDone,
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
    Said,
    Steered,
    StepBegan,
    StepEnded,
    ToolCalled,
    Words,
)
from warehouse.history.format.figures import counted
from warehouse.terminal_text import safe_text

EXCERPT = 100
"""Characters of a longer text that a line shows."""


def lines_of(entry: Entry) -> list[str]:
    """The lines of an entry, safe to print; none where it is not worth one."""
    return [_line(word, entry.where, said) for word, said in _said(entry)]


def _line(word: str, where: str, said: str) -> str:
    parts = [f"{word:<8}", where, said]
    return safe_text(" ".join(part for part in parts if part), keep_newlines=False).rstrip()


def _said(entry: Entry) -> list[tuple[str, str]]:
    match entry:
        case Began():
            return _head(entry)
        case Forked():
            return [("fork", f"{entry.run}: {forked(entry)}"), *_head(entry.began)]
        case Resumed():
            return [("resume", "what is recorded is recalled, the rest is done")]
        case Steered():
            return [("steer", excerpt(steered(entry)))]
        case StepBegan(kind="phase" | "handover"):
            return [("phase", entry.title)]
        case StepBegan(kind="round" | "turn"):
            return [(entry.kind, f"{entry.round} of at most {entry.most_rounds}")]
        case StepBegan(kind="node" | "part"):
            return [(entry.kind, entry.title)]
        case StepEnded(outcome="skipped" | "failed"):
            return [(entry.outcome, entry.reason)]
        case Asking():
            return [("asks", f"{entry.listener} → {entry.speaker} {_model(entry.model)}")]
        case Said():
            figures = [
                f"{entry.prompt_tokens:,}+{entry.completion_tokens:,} tokens",
                f"{entry.seconds:.1f} s",
                *(["cut at its bound"] if entry.cut else []),
            ]
            return [("says", f"{entry.speaker}: {excerpt(entry.text)} ({', '.join(figures)})")]
        case ToolCalled():
            return [("tool", f"{entry.speaker}: {excerpt(entry.call)} → {excerpt(entry.text)}")]
        case Delivered():
            return [("yields", f"{entry.kind}: {excerpt(delivered(entry))}")]
        case Rejected():
            return [("rejected", excerpt(entry.complaint))]
        case Committed():
            files = ", ".join(change(c) for c in entry.files)
            return [("commit", f"{entry.sha[:10]} {entry.author}: {files}")]
        case Executed():
            return [("check", check(c)) for c in entry.checks] or [("check", entry.summary)]
        case Noted():
            return [("note", entry.text)]
        case Failed():
            return [("failed", f"{entry.effect}: {entry.error}")]
        case Ended():
            return [("end", f"{entry.status}, exit code {entry.exit_code}: {entry.reason}")]
        case Words() | StepBegan() | StepEnded():
            return []
    return []


def _head(began: Began) -> list[tuple[str, str]]:
    by = f"{began.company} by the {began.chain} chain"
    return [
        ("run", f"{began.run}: {by}, {began.model}, sandbox {began.sandbox}"),
        ("task", excerpt(began.task)),
    ]


def excerpt(text: str, length: int = EXCERPT) -> str:
    """The beginning of a text on one line."""
    line = " ".join(text[: 4 * length].split())
    return line if len(line) <= length and len(text) <= 4 * length else f"{line[: length - 1]}…"


def forked(entry: Forked) -> str:
    """Where a fork came from and what was changed, in words."""
    changes = ", ".join(f"{key}={excerpt(value)}" for key, value in entry.changes.items())
    return f"forked from {entry.parent} at {entry.step}, {changes or 'nothing changed'}"


def delivered(entry: Delivered) -> str:
    """What a phase yielded, in words."""
    if entry.files:
        return ", ".join(entry.files)
    if entry.fields:
        said = {name: value for name, value in entry.fields.items() if value not in ([], "", None)}
        return "; ".join(f"{name}: {_value(value)}" for name, value in said.items())
    return entry.text


def steered(entry: Steered, title_of: Callable[[str], str] = str) -> str:
    """What a person did about a run that goes on, in words; `title_of` is told a role's name."""
    match entry:
        case Paused():
            return "paused: nothing further begins"
        case Continued():
            return "goes on"
        case LimitsChanged():
            return f"limits: {limits(entry.limits) or 'none'}"
        case Interjected():
            return f"to {title_of(entry.role)}: {entry.text}"
    return ""


def limits(set_: Mapping[str, float]) -> str:
    """The limits of a run, in words; those that are not set are left out."""
    money = [f"${set_['usd']:,.2f}"] if "usd" in set_ else []
    counts = [
        f"{set_[name]:,.15g} {name}" for name in ("tokens", "calls", "seconds") if name in set_
    ]
    return ", ".join(money + counts)


def change(change: Change) -> str:
    """What happened to one file."""
    if change.status == "deleted":
        return f"{change.path} deleted"
    return f"{change.path} +{change.added} -{change.removed}"


def check(check: CheckDone) -> str:
    """How one check went, and how long it took."""
    outcome = judged(check.ok, check.exit_code, check.remark)
    return f"{check.name} {outcome} ({check.seconds:.1f} s)"


def judged(ok: bool | None, exit_code: int, remark: str) -> str:
    """What a check showed, and why it failed if it did."""
    outcome = {True: "passed", False: "FAILED", None: "cannot be judged here"}[ok]
    why = remark or (f"exit code {exit_code}" if ok is False else "")
    return f"{outcome}, {why}" if why else outcome


def _model(model: str) -> str:
    return f"({model})" if model else "(a person)"


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return counted(len(value), "item") if len(value) > 3 else ", ".join(map(str, value))
    return str(value)
