"""What happened besides the talking, told in a line or a few: commits, checks, verdicts, failures."""

from collections.abc import Iterator

from tui.panes.conversation.block import Row, fitted, indented, one_line, row
from tui.panes.conversation.inks import Inks
from tui.panes.conversation.wrapping import wrapped
from tui.run_state.conversation import Item, PhaseOver
from warehouse.history.entries import (
    CheckDone,
    Committed,
    Continued,
    Delivered,
    Ended,
    Executed,
    Failed,
    Forked,
    LimitsChanged,
    Noted,
    Paused,
    Resumed,
    Retried,
)
from warehouse.history.format.figures import counted
from warehouse.history.format.lines import change, delivered, excerpt, forked, judged, limits
from warehouse.terminal_text import safe_text

MOST_LINES = 6
"""Rows of a note or an error; the whole of it is in the log."""
_FILES_NAMED = 3


def told_rows(item: Item, width: int, inks: Inks) -> Iterator[Row]:
    """The rows of an item that is not a message."""
    match item:
        case Committed():
            yield fitted(_commit(item, inks), width)
        case Executed():
            for check in item.checks:
                yield fitted(_check(check, inks), width)
            if not item.checks:
                yield from _wrapped("●", inks.dim, item.summary, width, inks)
        case Delivered():
            yield fitted(_delivered(item, inks), width)
        case PhaseOver(outcome="failed"):
            yield from _wrapped("✗", inks.bad, f"{item.title} failed: {item.reason}", width, inks)
        case Failed():
            yield from _wrapped("✗", inks.bad, f"{item.effect} failed: {item.error}", width, inks)
        case Ended():
            mark, style = ("✓", inks.ok) if item.exit_code == 0 else ("✗", inks.bad)
            said = f"Run {item.status}: {item.reason}" if item.reason else f"Run {item.status}"
            yield from _wrapped(mark, style, said, width, inks)
        case _:
            mark, said = _quiet(item)
            yield from _wrapped(mark, inks.dim, said, width, inks, quiet=True)


def told_text(item: Item) -> str:
    """The words of such an item, for a search and for copying."""
    match item:
        case Committed():
            return f"{item.sha[:8]} {_subject(item)}"
        case Executed():
            return "\n".join(_judged(check) for check in item.checks) or item.summary
        case Delivered():
            return delivered(item)
        case PhaseOver() | Ended():
            return item.reason
        case Failed():
            return item.error
        case _:
            return _quiet(item)[1]


def _quiet(item: Item) -> tuple[str, str]:
    match item:
        case PhaseOver():
            return "–", f"{item.title} skipped: {item.reason}" if item.reason else item.title
        case Retried():
            return "↻", item.text
        case Noted():
            return "●", item.text
        case Resumed():
            return "↻", "resumed: what is recorded is recalled, the rest is done"
        case Forked():
            return "⑂", forked(item)
        case Paused():
            return "‖", "paused"
        case Continued():
            return "▸", "goes on"
        case LimitsChanged():
            return "●", f"limits now: {limits(item.limits)}"
    return "●", ""


def _commit(commit: Committed, inks: Inks) -> Row:
    files = [change(file) for file in commit.files[:_FILES_NAMED]]
    more = len(commit.files) - len(files)
    files += [counted(more, "more file")] if more > 0 else []
    return row(
        ("● ", inks.dim),
        (one_line(commit.sha[:8]), inks.chip),
        (f" {one_line(_subject(commit))}", inks.text),
        (f"   {one_line(', '.join(files))}", inks.dim),
        opens="commit",
        said=True,
    )


def _subject(commit: Committed) -> str:
    return excerpt(commit.message.split("\n", 1)[0])


def _check(check: CheckDone, inks: Inks) -> Row:
    mark, style = {True: ("✓", inks.ok), False: ("✗", inks.bad), None: ("–", inks.dim)}[check.ok]
    said = (one_line(_judged(check)), inks.text if check.ok is not None else inks.dim)
    return row((f"{mark} ", style), said, (f"   {check.seconds:.1f} s", inks.dim), said=True)


def _judged(check: CheckDone) -> str:
    return f"{check.name} {judged(check.ok, check.exit_code, check.remark)}"


def _delivered(item: Delivered, inks: Inks) -> Row:
    approved = item.fields.get("approved")
    if isinstance(approved, bool):
        mark, style, word = (
            ("✓", inks.ok, "approved") if approved else ("✗", inks.bad, "not approved")
        )
        comments = item.fields.get("comments")
        about = counted(len(comments), "comment") if isinstance(comments, list) and comments else ""
        return row((f"{mark} ", style), (word, inks.text), (f"   {about}", inks.dim), said=True)
    said = one_line(excerpt(delivered(item)))
    return row(
        ("⇒ ", inks.dim), (one_line(item.kind), inks.text), (f"   {said}", inks.dim), said=True
    )


def _wrapped(
    mark: str, style: object, said: str, width: int, inks: Inks, *, quiet: bool = False
) -> Iterator[Row]:
    ink = inks.dim if quiet else inks.text
    lines = []
    for line in wrapped(safe_text(said.strip())[: width * (MOST_LINES + 1)], max(width - 2, 2)):
        lines.append(line)
        if len(lines) == MOST_LINES:
            lines[-1] = f"{line[: width - 4]} …"
            break
    first, *more = [row((line, ink), said=True) for line in lines]
    yield row((f"{mark} ", style), *((s.text, s.style) for s in first.strip), said=True)  # type: ignore[arg-type]
    yield from indented(more, "  ")
