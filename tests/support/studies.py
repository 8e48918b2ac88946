"""Studies for tests: results as a lab would have them, without a company at work."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from company.lab.analysis.study import Study

Row = dict[str, Any]


def row(condition: str, task: str, repetition: int = 1, **more: Any) -> Row:
    """A run that ended; metrics are given by name."""
    return {
        "experiment": "e",
        "condition": condition,
        "task": task,
        "category": "tools",
        "repetition": repetition,
        "seed": repetition,
        "run": f"{condition}--{task}--{repetition}",
        "parent": "",
        "company": condition,
        "chain": "chain",
        "model": "scripted",
        "status": "verified",
        "exit_code": 0,
        **more,
    }


def results(rows: Iterable[Row]) -> pl.DataFrame:
    """Rows as the frame of a study."""
    return pl.DataFrame(list(rows), infer_schema_length=None)


def each_task(condition: str, metric: str, values: Sequence[float | None]) -> list[Row]:
    """A run a task, by the values of one metric."""
    return [row(condition, f"t{n}", **{metric: value}) for n, value in enumerate(values)]


def usual_results(
    conditions: Sequence[str] = ("solo", "pair", "pair without tester"),
    *,
    tasks: int = 10,
    repetitions: int = 2,
) -> pl.DataFrame:
    """Results that look like real ones, the same every time."""
    chance = np.random.default_rng(3)
    rows = []
    for place, condition in enumerate(conditions):
        for number in range(tasks):
            for repetition in range(1, repetitions + 1):
                completed = float(chance.random() < 0.25 + 0.06 * number + 0.1 * place)
                tokens = int(4_000 * (1 + 0.9 * place) * chance.lognormal(0, 0.35))
                measured = {
                    "completed": completed,
                    "checks_passed": completed or chance.integers(0, 4) / 4,
                    "verified": float(chance.random() < 0.8),
                    "consistency": None,
                    "tokens": tokens,
                    "cost": tokens * 2e-7,
                    "seconds": tokens / 90,
                    "words.programmer": tokens // 10,
                }
                rows.append(row(condition, f"task-{number:02}", repetition, **measured))
    return results(rows)


def study(frame: pl.DataFrame | None = None, **changes: Any) -> Study:
    """A study of results, by default of the usual ones."""
    frame = usual_results() if frame is None else frame
    names = list(dict.fromkeys(frame["condition"])) if "condition" in frame.columns else []
    conditions: Mapping[str, Mapping[str, str]] = {name: {"company": name} for name in names}
    runs = frame["run"].to_list() if "run" in frame.columns else []
    given: dict[str, Any] = {
        "name": "second-pair",
        "title": "Does a second pair of eyes help?",
        "question": "Does a company of two complete more tasks than one programmer?",
        "frame": frame,
        "conditions": conditions,
        "baseline": names[0] if len(names) > 1 else None,
        "paired": True,
        "metrics": ("completed", "tokens"),
        "measured_otherwise": (),
        "compares_conditions": True,
        "contrasts": (),
        "looks": (),
        "planned": {},
        "margins": {},
        "published": (),
        "configuration": "name: second-pair\n",
        "versions": {"softhouse": "0.1.0", "Python": "3.11.2"},
        "transcripts": {run: f"runs/{run}/transcript.html" for run in runs},
    }
    return Study(**{**given, **changes})
