"""The metrics as data: what each one is, and where its definition comes from."""

import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict

Kind = Literal["yes_no", "share", "count", "amount"]
"""`yes_no` is 1.0 or 0.0, `share` a number from 0 to 1, `count` a whole number."""

OF_A_ROLE = ".*"
"""How the name of a metric ends that each role of a company has for itself."""


class Metric(BaseModel):
    """One metric."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    """As in tables; `words.*` stands for `words.programmer` and so on."""
    title: str
    unit: str = ""
    """What it is counted in; empty for what has no unit."""
    kind: Kind
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

ROLE = re.compile(r"[a-z][a-z0-9_]{0,63}")
"""The names of roles that may stand in a metric's name."""


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
