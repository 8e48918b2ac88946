"""The lines of polars that make the main table again from the Parquet file."""

import json
from collections.abc import Sequence

from company.lab.analysis.ended import NOT_ENDED

_MEANS = """\
import polars as pl

metrics = {metrics}
runs = pl.read_parquet("results.parquet").filter(~pl.col("status").is_in({left_out}))
tasks = runs.group_by("condition", "task").agg(pl.col(metrics).mean())
means = tasks.group_by("condition", maintain_order=True).agg(pl.col(metrics).mean())
"""
_PAIRED = """\
pairs = runs.join(runs.filter(condition={baseline}), on=["task", "repetition"], suffix="_then")
differences = (
    pairs.select("condition", "task", *[pl.col(m) - pl.col(f"{{m}}_then") for m in metrics])
    .group_by("condition", "task").mean().group_by("condition").agg(pl.col(metrics).mean())
)
"""
_UNPAIRED = """\
usual = means.filter(condition={baseline})
differences = means.select("condition", *[pl.col(m) - usual[m].item() for m in metrics])
"""


def rederiving(metrics: Sequence[str], baseline: str | None, *, paired: bool) -> str:
    """A program that ends with the frames `means` and, where there is a baseline, `differences`."""
    lines = _MEANS.format(metrics=_literal(list(metrics)), left_out=_literal(list(NOT_ENDED)))
    if baseline is None:
        return lines
    return lines + (_PAIRED if paired else _UNPAIRED).format(baseline=_literal(baseline))


def _literal(value: str | list[str]) -> str:
    """Text and lists of text as Python and JSON both write them, in ASCII."""
    return json.dumps(value)
