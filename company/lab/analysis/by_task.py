"""The results task by task: which tasks a condition completes, and for how many tokens."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class TaskCell:
    """One task under one condition. What was not measured is None."""

    runs: int
    """Runs that have ended."""
    completed: float | None
    """The share of the runs with an outcome that were completed."""
    tokens: float | None
    """The mean of a run."""


@dataclass(frozen=True)
class TaskRow:
    """One task; `cells` are in the order of the conditions."""

    task: str
    category: str
    cells: tuple[TaskCell, ...]


def by_task(
    ended: pl.DataFrame, conditions: Sequence[str], outcome: str | None
) -> tuple[TaskRow, ...]:
    """All tasks in the order of the frame."""
    nothing = pl.lit(None, pl.Float64)
    grouped = ended.group_by("task", "condition", maintain_order=True).agg(
        pl.col("category").first(),
        pl.len().alias("runs"),
        (pl.col(outcome) if outcome else nothing).mean().alias("completed"),
        (pl.col("tokens") if "tokens" in ended else nothing).mean().alias("tokens"),
    )
    cells: dict[str, dict[str, TaskCell]] = {}
    categories: dict[str, str] = {}
    for task, condition, category, runs, completed, tokens in grouped.iter_rows():
        categories.setdefault(task, category)
        cells.setdefault(task, {})[condition] = TaskCell(runs, completed, tokens)
    nobody = TaskCell(0, None, None)
    return tuple(
        TaskRow(task, categories[task], tuple(row.get(name, nobody) for name in conditions))
        for task, row in cells.items()
    )
