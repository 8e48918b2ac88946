"""Many runs at once in words: what became of one, and what all of them came to."""

from typing import Any

from company.lab.execution.progress import Tally
from warehouse.history.format.figures import counted, duration, money
from warehouse.terminal_text import safe_text


def line_of(tally: Tally, job: str, what: str) -> str:
    """A job, what happened to it and how it stands, on one line."""
    job_status, summary = tally.job_statuses.get(job), tally.summary(job)
    parts = [safe_text(job, keep_newlines=False), safe_text(what, keep_newlines=False)]
    if job_status is not None and job_status.evaluation is not None:
        checks = job_status.evaluation.acceptance
        if checks:
            parts.append(
                f"{sum(each.passed for each in checks)} of {counted(len(checks), 'check')}"
            )
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
        done.append(f"{tally.completed} of {tally.checked} complete")
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
