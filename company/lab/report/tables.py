"""The results as files: Parquet, which is exact, and CSV, which is safe to open anywhere; and the lines of
polars that make the main table of the report again from the former."""

import json
import re
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import polars as pl

from company.lab.analysis.study import NOT_ENDED
from company.lab.design.contrasts import Weighed
from warehouse.durable import replace_file
from warehouse.terminal_text import safe_text

CSV, PARQUET = "results.csv", "results.parquet"

_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20|%]|[\t\r]")
"""How a cell begins that a spreadsheet may take for a formula, full-width signs included."""
_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?(e[-+]?\d+)?", re.IGNORECASE)


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
both = tasks.join(tasks.filter(condition={baseline}), on="task", suffix="_then")
differences = (
    both.select("condition", *[pl.col(m) - pl.col(f"{{m}}_then") for m in metrics])
    .group_by("condition").agg(pl.col(metrics).mean())
)
"""
_EFFECTS = """\
effects = {effects}
effects = pl.concat(
    tasks.filter(pl.col("condition").is_in(list(weights))).group_by("task")
    # A task that lacks one of the conditions is not used.
    .agg(
        pl.when(pl.col(m).count() == len(weights))
        .then((pl.col(m) * pl.col("condition").replace_strict(weights, return_dtype=pl.Float64)).sum()).alias(m)
        for m in metrics
    )
    .select(pl.lit(name).alias("effect"), pl.col(metrics).mean())
    for name, weights in effects.items()
)
"""


def write_tables(frame: pl.DataFrame, folder: Path) -> list[Path]:
    """Write `results.csv` and `results.parquet` into a folder, each whole or not at all.

    A column in which nothing was measured is one of numbers. Text of the CSV comes from tasks, cards and models: it is made safe to print, and what a
    spreadsheet would compute gets an apostrophe in front. Returns both paths. Raises OSError.
    """
    frame = frame.with_columns(pl.col(pl.Null).cast(pl.Float64))
    exact = BytesIO()
    frame.write_parquet(exact)
    replace_file(folder / PARQUET, exact.getvalue())
    readable = _harmless(frame).write_csv(quote_style="non_numeric")
    replace_file(folder / CSV, readable.encode())
    return [folder / CSV, folder / PARQUET]


def harmless_cell(text: str) -> str:
    """Text on one line that neither a terminal obeys nor a spreadsheet computes."""
    text = safe_text(text, keep_newlines=False)
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def _harmless(frame: pl.DataFrame) -> pl.DataFrame:
    frame = frame.with_columns(pl.col(pl.String).map_elements(harmless_cell, pl.String))
    return frame.rename({name: harmless_cell(name) for name in frame.columns})


def rederiving(
    metrics: Sequence[str],
    baseline: str | None,
    *,
    paired: bool,
    contrasts: Sequence[Weighed] = (),
) -> str:
    """A program that ends with the frames `means` and, where there is a baseline, `differences`; where there are
    contrasts, `effects`.
    """
    lines = _MEANS.format(metrics=_literal(list(metrics)), left_out=_literal(list(NOT_ENDED)))
    if baseline is not None:
        lines += (_PAIRED if paired else _UNPAIRED).format(baseline=_literal(baseline))
    if contrasts:
        effects = _literal({each.name: each.weights for each in contrasts})
        lines += _EFFECTS.format(effects=effects)
    return lines


def _literal(value: str | list[str] | dict[str, dict[str, float]]) -> str:
    """Text, and lists and mappings of it, as Python and JSON both write them, in ASCII."""
    return json.dumps(value)
