"""The metrics as data: what each one is, and where its definition comes from."""

import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict

Kind = Literal["yes_no", "share", "count", "amount"]
"""`yes_no` is 1.0 or 0.0, `share` a number from 0 to 1, `count` a whole number."""

Values = dict[str, float | int | None]
"""What was measured, by the names of metrics; None where it was not, or cannot be."""

OF_A_ROLE = ".*"
"""How the name of a metric ends that each role of a company has for itself."""


ROLE = re.compile(r"[a-z][a-z0-9_]{0,63}")
"""The names of roles that may stand in a metric's name."""


class Metric(BaseModel):
    """One metric."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    """As in tables; `words.*` stands for `words.programmer` and so on."""
    title: str
    unit: str = ""
    """What it is counted in; empty for what has no unit."""
    kind: Kind
    by: str
    """The file of this folder, without `.py`, whose `measured` gives it."""
    better: Literal["higher", "lower"] | None = None
    """None where neither is better by itself."""
    source: str
    """The paper or tool the definition is from; `softhouse` where it is ours."""
    definition: str


def _read() -> dict[str, Metric]:
    text = (files("company.lab.metrics") / "metrics.yaml").read_text("utf-8")
    cards: dict[str, dict[str, Any]] = yaml.safe_load(text)
    return {name: Metric(name=name, **card) for name, card in cards.items()}


METRICS: Mapping[str, Metric] = _read()
"""Every metric by name, in the order of tables."""


def metric_names() -> tuple[str, ...]:
    """The names that every run has; those of roles are left out."""
    return tuple(name for name in METRICS if not name.endswith(OF_A_ROLE))


def metric_of(name: str) -> Metric | None:
    """What a column of a table means; None where it is no metric."""
    if name in METRICS and not name.endswith(OF_A_ROLE):
        return METRICS[name]
    kind, _, role = name.partition(".")
    return METRICS.get(f"{kind}{OF_A_ROLE}") if ROLE.fullmatch(role) else None


def is_metric(name: str) -> bool:
    """Whether there is such a metric, of a run or of a role."""
    return metric_of(name) is not None


def is_yes_no(metric: str) -> bool:
    """Whether a run either has it or has it not, so that its mean is a share of runs."""
    known = metric_of(metric)
    return known is not None and known.kind == "yes_no"


def is_share(metric: str) -> bool:
    """Whether it lies between 0 and 1 and is read in percent."""
    known = metric_of(metric)
    return known is not None and known.kind in ("yes_no", "share")


def unit_of(metric: str) -> str:
    """Its unit; empty where it has none."""
    known = metric_of(metric)
    return known.unit if known else ""


def title_of(metric: str) -> str:
    """Its name for people; of a role's metric, with the role."""
    known = metric_of(metric)
    if known is None:
        return metric
    role = metric.partition(".")[2] if known.name.endswith(OF_A_ROLE) else ""
    return f"{known.title}: {role}" if role else known.title


def better_of(metric: str) -> str:
    """`higher` or `lower`, whichever is better; empty where neither is."""
    known = metric_of(metric)
    return known.better or "" if known else ""
