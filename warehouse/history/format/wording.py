"""What each kind of entry of a transcript says in words: the one place that knows."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec.structs import replace

from warehouse.events import ChangedFile, CheckRecord, Picture, ToolRequest
from warehouse.history import entries
from warehouse.history.entries import Entry
from warehouse.history.format import blocks
from warehouse.history.format.blocks import Block, Mark
from warehouse.history.format.figures import counted, excerpt
from warehouse.journal.step_paths import is_inner_place
from warehouse.journal.versions import VERSION
from warehouse.runs.folders import ATTACHMENTS

MOST_FAILED = 20
"""Tests that are named; the journal has all of them."""
CALL = 160
"""Characters of a call of a tool."""
TitleOf = Callable[[str], str]
"""What people call a role, by its name."""


def blocks_of(entry: Entry, title_of: TitleOf = str) -> list[Block]:
    """The blocks of an entry, none where there is nothing to tell; roles are called by `title_of`."""
    if isinstance(entry, entries.Executed) and entry.checks:
        return list(map(_check, entry.checks))
    if isinstance(entry, entries.BaselineTaken):
        return [*map(_check, entry.checks), *_of_before(entry)]
    word = _WORDINGS.get(type(entry))
    block = word(entry, title_of) if word else None
    return [block] if block else []


def _check(check: CheckRecord) -> blocks.Code:
    outcome = f"{check.name} {judged(check.ok, check.exit_code, check.remark)}"
    return blocks.Code(
        check.ok, outcome, check.seconds, check.command, check.output, check.pictures
    )


def _of_before(baseline: entries.BaselineTaken) -> list[Mark]:
    """What of a customer's program failed before the first phase, and what was not tried."""
    told = [] if baseline.checks else [baseline.summary]
    if baseline.failed:
        named = ", ".join(baseline.failed[:MOST_FAILED])
        more = len(baseline.failed) - MOST_FAILED
        told.append(f"failed before: {named}" + (f" and {more:,} more" if more > 0 else ""))
    if baseline.hints:
        told.append(f"its CI seems to run: {'; '.join(baseline.hints)}")
    return [Mark("note", words) for words in told]


def pictured(picture: Picture) -> str:
    """What is to be seen on a picture, and where it is kept in the run's folder."""
    return f"{picture.title}: {ATTACHMENTS}/{picture.file} ({picture.size:,} bytes)"


def quote_of(reply: entries.Said, title_of: TitleOf = str) -> blocks.Quote:
    """The block of a reply."""
    words = title_of(reply.speaker), title_of(reply.listener), reply.text, reply.prompt
    tokens = reply.prompt_tokens, reply.completion_tokens
    return blocks.Quote(*words, reply.model, *tokens, reply.cost, reply.seconds, reply.cut)


def _forked(entry: entries.Forked) -> blocks.Fact:
    changes = ", ".join(f"{key}={excerpt(value)}" for key, value in entry.changes.items())
    origin = f"forked from {entry.parent} at {entry.step}"
    return blocks.Fact("fork", entry.run, f"{origin}, {changes or 'nothing changed'}", entry.at)


def _version(entry: entries.VersionBegan) -> blocks.Fact:
    task = f"back to version {entry.back_to}" if entry.back_to else entry.began.task
    return blocks.Fact("version", f"Version {entry.version}", task, entry.at)


def _began(step: entries.StepBegan) -> blocks.Heading | None:
    if step.kind in ("phase", "handover"):
        return blocks.Heading("phase", step.title)
    if step.kind == VERSION or not is_inner_place(step.where):
        return None
    count = f"{step.round} of at most {step.most_rounds}"
    return blocks.Heading(step.kind, count if step.most_rounds else step.title)


def _ended(step: entries.StepEnded) -> Mark | None:
    signs: Mapping[str, blocks.Sign] = {"failed": "over", "skipped": "skipped"}
    return Mark(signs[step.outcome], step.reason) if step.outcome in signs else None


def _used(use: entries.ToolCalled, title_of: TitleOf) -> blocks.ToolUse:
    call = excerpt(use.call, CALL)
    given = "" if call == use.call else "\n".join(ToolRequest(use.tool, use.arguments).lines)
    asked = use.arguments if use.tool == entries.QUERY else {}
    return blocks.ToolUse(
        speaker=title_of(use.speaker),
        call=call,
        text=use.text,
        ok=use.ok,
        seconds=use.seconds,
        again=use.again,
        given=given,
        pictures=use.pictures,
        tool=use.tool,
        sql=str(asked.get("sql", "")),
        database=str(asked.get("database") or ""),
        rows=use.rows,
    )


def _planned(plan: entries.Planned, title_of: TitleOf) -> Mark:
    items = "\n".join(
        f"{'☑' if item.done else '☐'} {' '.join(item.text.split())}" for item in plan.items
    )
    who = title_of(plan.role)
    return Mark("plan", items, f"{who}'s plan, {plan.done} of {len(plan.items)} done")


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


_WORDINGS: Mapping[type[Entry], Callable[[Any, TitleOf], Block | None]] = {
    entries.Began: lambda run, _: blocks.Title(
        run.run, run.name, run.at, run.task, run.company, run.chain, run.model, run.sandbox
    ),
    entries.Forked: lambda fork, _: _forked(fork),
    entries.VersionBegan: lambda version, _: _version(version),
    entries.Resumed: lambda resumed, _: blocks.Fact(
        "resume", "resumed", "what is recorded is recalled, the rest is done", resumed.at
    ),
    entries.Ended: lambda end, _: blocks.End(end.status, end.exit_code, end.reason),
    entries.StepBegan: lambda step, _: _began(step),
    entries.StepEnded: lambda step, _: _ended(step),
    entries.Asking: lambda call, _: blocks.Heading(
        "asks", f"{call.listener} → {call.speaker} ({call.model or 'a person'})"
    ),
    entries.Said: quote_of,
    entries.ToolCalled: _used,
    entries.Planned: _planned,
    entries.Committed: lambda commit, _: blocks.Changes(
        commit.sha, commit.author, excerpt(commit.message.split("\n", 1)[0]), commit.files
    ),
    entries.Delivered: lambda delivered, _: _delivered(delivered),
    entries.Rejected: lambda rejected, _: Mark("sent back", rejected.complaint),
    entries.Executed: lambda execution, _: Mark("no checks", execution.summary),
    entries.Retried: lambda note, _: Mark("again", note.text),
    entries.Noted: lambda note, _: Mark("note", note.text),
    entries.Failed: lambda failure, _: Mark("failed", failure.error, failure.effect),
    entries.Paused: lambda *_: Mark("person", "paused: nothing further begins"),
    entries.Continued: lambda *_: Mark("person", "goes on"),
    entries.LimitsChanged: lambda change, _: Mark(
        "person", f"limits: {limits(change.limits) or 'none'}"
    ),
    entries.Interjected: lambda words, title_of: Mark(
        "person", words.text, listener=title_of(words.role)
    ),
}
"""What each kind of entry becomes; of the others nobody is told."""


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
    outcome = {True: "passed", False: "FAILED", None: "unseen"}[ok]
    why = remark or (f"exit code {exit_code}" if ok is False else "")
    return f"{outcome}, {why}" if why else outcome
