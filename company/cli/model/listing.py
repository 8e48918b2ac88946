"""What `softhouse model list` says of the providers and of the embedded models."""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any

from company.models.available import ProviderRow
from company.models.local.fitting import Fit
from warehouse.machine import this_machine


def as_data(row: ProviderRow) -> dict[str, Any]:
    """A provider for programs; of the embedded ones, with each model that can be fetched."""
    plain = {each.name: getattr(row, each.name) for each in fields(row) if each.name != "fits"}
    return plain | {"embedded": [_fit(fit, row) for fit in row.fits]}


def _fit(fit: Fit, row: ProviderRow) -> dict[str, Any]:
    told = fit.weights.model_dump(exclude={"wheels", "by_default"})
    return told | {
        "here": fit.here,
        "memory": fit.memory,
        "tokens_per_second": round(fit.speed, 1),
        "lacks": fit.lacks,
        "default": row.default_model == f"local:{fit.weights.name}",
    }


def lines(rows: Sequence[ProviderRow]) -> Iterator[str]:
    """The list for people."""
    for row in rows:
        yield f"{row.provider:<11} {_state(row):<32} {row.default_model or ''}".rstrip()
    yield f"Embedded models, for {this_machine()} (softhouse model pull NAME):"
    for row in rows:
        for fit in row.fits:
            mark = "*" if row.default_model == f"local:{fit.weights.name}" else " "
            takes = f"{fit.weights.gigabytes:>7}, takes {fit.memory / 1e9:4.1f} GB"
            speed = f"about {fit.speed:.0f} tokens/s"
            yield f"{mark} {fit.weights.name:<20} {takes}, {speed:<20} {_verdict(fit)}"
    yield "* speaks where none is named. Speeds are reckoned from the smallest, which was measured."


def _verdict(fit: Fit) -> str:
    fitting = {"": "fits", "memory": "too little memory", "cores": "too slow"}[fit.lacks]
    licence = "" if fit.weights.by_default else f"; {fit.weights.licence}"
    return f"{'here, ' if fit.here else ''}{fitting}{licence}"


def _state(row: ProviderRow) -> str:
    if row.reachable is not None:
        return "ready" if row.reachable else row.note or "does not answer"
    if row.key_set:
        return "key set"
    return f"set {row.key_env}" if row.key_env and not row.note else row.note
