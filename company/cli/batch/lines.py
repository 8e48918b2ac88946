"""Many runs at once as lines: what became of one, what all came to; for people and as JSON."""

import json
import sys
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from msgspec.structs import asdict

from company.cli.output import say, write
from company.lab.execution.progress import Tally
from warehouse.history.format.figures import counted, duration, money
from warehouse.terminal_text import safe_text


class Lines:
    """A line for each job that ends or is stopped."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally

    def showing(self) -> AbstractContextManager[Any]:
        return nullcontext()

    def changed(self, job: str, what: str) -> None:
        if what != "began":
            tally = self._tally
            say(f"{tally.done}/{tally.jobs} {line_of(tally, job, what)}")


class JsonLines(Lines):
    """A JSON object for each of them."""

    def changed(self, job: str, what: str) -> None:
        if what != "began":
            record = {"run": job, "what": what, **_record(self._tally, job)}
            write(json.dumps(record) + "\n", sys.stdout)


def _record(tally: Tally, job: str) -> dict[str, Any]:
    job_status, summary = tally.job_statuses.get(job), tally.summary(job)
    if summary is None:
        return {}
    evaluation = job_status.evaluation if job_status else None
    return {
        "status": summary.status,
        "exit_code": summary.exit_code,
        "calls": summary.usage.calls,
        "tokens": summary.usage.tokens,
        "cost": summary.usage.cost,
        "parent": summary.parent,
        "checks": [asdict(each) for each in evaluation.acceptance] if evaluation else [],
    }


def line_of(tally: Tally, job: str, what: str) -> str:
    """A job, what happened to it and how it stands, on one line."""
    job_status, summary = tally.job_statuses.get(job), tally.summary(job)
    parts = [safe_text(job, keep_newlines=False), safe_text(what, keep_newlines=False)]
    if job_status is not None and job_status.evaluation is not None:
        evaluation = job_status.evaluation
        if checks := evaluation.judged:
            parts.append(
                f"{sum(each.passed for each in checks)} of {counted(len(checks), 'check')}"
            )
        unjudged = (each.reason for each in evaluation.acceptance if each not in checks)
        parts += [safe_text(reason, keep_newlines=False) for reason in unjudged]
    if summary is not None:
        parts += [counted(summary.usage.calls, "call"), counted(summary.usage.tokens, "token")]
        parts += money(summary.usage)
        if summary.parent:
            parts.append(f"shares {counted(summary.shared.calls, 'call')} with {summary.parent}")
    return ", ".join(parts)


def sums_of(tally: Tally) -> list[str]:
    """What all runs together came to, and how fast it goes, as people read it."""
    used, forecast, left = tally.used, tally.forecast, tally.seconds_left
    done = [f"{tally.done} of {counted(tally.jobs, 'run')} done"]
    if tally.checked:
        done.append(f"{tally.completed} of {tally.checked} work")
    done += [
        f"{n} {status}"
        for status in ("verified", "unverified", "failed")
        if (n := tally.count(status))
    ]
    if tally.problems:
        done.append(f"{len(tally.problems)} stopped")
    spent = [counted(used.calls, "call"), counted(used.tokens, "token")]
    spent += money(used)
    if forecast is not None and tally.done < tally.jobs:
        likely = " and ".join(money(forecast)) or counted(forecast.tokens, "token")
        spent.append(f"likely {likely} in all")
    pace = [duration(tally.seconds)]
    if tally.per_minute is not None:
        pace.append(f"{tally.per_minute:.1f} runs a minute")
    if left:
        pace.append(f"about {duration(left)} to go")
    return [" · ".join(done), " · ".join(spent), " · ".join(pace)]


def record_of(tally: Tally) -> dict[str, Any]:
    """The same for scripts."""
    used = tally.used
    return {
        "runs": tally.jobs,
        "done": tally.done,
        "complete": tally.completed,
        "checked": tally.checked,
        **{status: tally.count(status) for status in ("verified", "unverified", "failed")},
        "stopped": len(tally.problems),
        "calls": used.calls,
        "tokens": used.tokens,
        "cost": used.cost,
        "seconds": round(tally.seconds, 3),
    }
