"""A run in a notebook, as a small table."""

from html import escape

from warehouse.history.format.figures import cost, counted, duration
from warehouse.history.summary import RunSummary
from warehouse.terminal_text import safe_text


def summary_as_html(summary: RunSummary) -> str:
    """How a run stands and what it used. What roles or customers wrote is escaped."""
    checks = ", ".join(f"{check.name} {_outcome(check.ok)}" for check in summary.checks)
    rows = {
        "run": summary.run,
        "task": summary.task,
        "company": f"{summary.company}, by the {summary.chain} chain, with {summary.model}",
        "status": ": ".join(filter(None, (summary.status, summary.reason))),
        "checks": checks or "none yet",
        "used": f"{counted(summary.usage.calls, 'call')}, "
        f"{counted(summary.usage.tokens, 'token')}, {cost(summary.usage)}, "
        f"{duration(summary.seconds)}",
        "files": ", ".join(summary.files),
    }
    cells = (
        f"<tr><th>{name}</th><td>{escape(safe_text(words))}</td></tr>"
        for name, words in rows.items()
    )
    return f"<table>{''.join(cells)}</table>"


def _outcome(ok: bool | None) -> str:
    return {True: "passed", False: "failed", None: "could not be judged"}[ok]
