"""A study: the results of a batch or an experiment, and all that is needed to read them."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Study:
    """What is analysed and reported. Every text in it may be hostile."""

    name: str
    title: str
    question: str
    """What was asked, in words; empty for a batch that asks nothing."""
    frame: pl.DataFrame
    """The results, one row a run."""
    conditions: Mapping[str, Mapping[str, str]]
    """What each condition sets, by its name, in the order of the report."""
    baseline: str | None
    """The condition that the others are compared with; None where nothing is compared."""
    paired: bool
    """Whether the same task and repetition share a seed across conditions."""
    metrics: tuple[str, ...]
    """The primary metrics, compared and Holm-corrected; the first is the main one."""
    configuration: str
    """The text of the file that was run, exactly."""
    versions: Mapping[str, str]
    """What it was run with: softhouse, Python, platform, model, sandbox, date."""
    transcripts: Mapping[str, str]
    """Where a run can be read, by its id: a path as it lies from the report."""
