"""The metrics as data: what each one is, and where its definition comes from."""

import re
from collections.abc import Collection, Mapping
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


def share_of(outcomes: Collection[bool]) -> float | None:
    """How many of them are so; None of none."""
    return sum(outcomes) / len(outcomes) if outcomes else None


class Metric(BaseModel):
    """One metric."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    """As in tables; `words.*` stands for `words.programmer` and so on."""
    title: str
    unit: str = ""
    """What it is counted in; empty for what has no unit."""
    kind: Kind = "amount"
    by: str = ""
    """The file of this folder, without `.py`, whose `measured` gives it; empty where it takes the
    baseline's run as well, and `exposure` gives it."""
    better: Literal["higher", "lower"] | None = None
    """None where neither is better by itself."""
    source: str = ""
    """The paper or tool the definition is from; `softhouse` where it is ours."""
    definition: str = ""
    compared: Literal["difference", "ratio"] = "difference"
    """How conditions are held against each other by it: what a run spends is skewed, and goes by ratio."""
    proxy: bool = False
    """Whether it may be taken for a sign of a right program, or for what brings one about: the report tells how far it
    goes with completion."""
    digest: str = ""
    """What tells a metric of the user's own from another one of its name; empty for ours."""

    @property
    def is_yes_no(self) -> bool:
        """Whether a run either has it or has it not, so that its mean is a share of runs."""
        return self.kind == "yes_no"

    @property
    def is_share(self) -> bool:
        """Whether it lies between 0 and 1 and is read in percent."""
        return self.kind in ("yes_no", "share")


def _read() -> dict[str, Metric]:
    text = (files("company.lab.metrics") / "metrics.yaml").read_text("utf-8")
    cards: dict[str, dict[str, Any]] = yaml.safe_load(text)
    return {name: Metric(name=name, **card) for name, card in cards.items()}


METRICS: Mapping[str, Metric] = _read()
"""Every metric by name, in the order of tables."""


TAKEN = (
    "experiment",
    "condition",
    "task",
    "category",
    "repetition",
    "seed",
    "run",
    "parent",
    "company",
    "chain",
    "model",
    "status",
    "exit_code",
)
"""Columns of tables that say which run a row is about: no metric is called so."""
known_besides: dict[str, Metric] = {}
"""Those of the user's own, as `own.py` adds them."""


def metric_names() -> tuple[str, ...]:
    """The names that every run has; those of roles are left out."""
    return (*(name for name in METRICS if not name.endswith(OF_A_ROLE)), *known_besides)


def metric_of(name: str) -> Metric | None:
    """What a column of a table means; None where it is no metric."""
    if name in METRICS and not name.endswith(OF_A_ROLE):
        return METRICS[name]
    if name in known_besides:
        return known_besides[name]
    kind, _, role = name.partition(".")
    metric = METRICS.get(f"{kind}{OF_A_ROLE}") if ROLE.fullmatch(role) else None
    return metric and metric.model_copy(update={"title": f"{metric.title}: {role}"})


def is_metric(name: str) -> bool:
    """Whether there is such a metric, of a run or of a role."""
    return metric_of(name) is not None


def described(column: str) -> Metric:
    """What a column of a table means; one that is no metric goes by its name and has no unit."""
    return metric_of(column) or Metric(name=column, title=column)


def title_of(metric: str) -> str:
    """Its name for people; of a role's metric, with the role."""
    return described(metric).title
