"""Which embedded model suits a machine: what each takes of it, and how fast it would be.

Only the first of the catalogue has been measured. What is told of the others is reckoned from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from company.models.local.weights import Weights, catalogue, measured_weights
from company.models.provider import providers
from warehouse.machine import Machine, this_machine

WORKING = 512 << 20
"""Bytes that llama.cpp computes in, beside weights and window."""
REST = 3 << 29
"""Bytes left for the prompts kept for later (1 GB), softhouse, the sandbox and the system."""
MEASURED_SPEED, MEASURED_CORES = 15.0, 2
"""Tokens a second that the measured model writes, and on how many cores."""
MOST_CORES = 8
"""More bring little: then memory is what is waited for."""
ENOUGH_SPEED = 5.0
"""Tokens a second; a program of a hundred lines then takes some minutes."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How one model of the catalogue would do on a machine."""

    weights: Weights
    here: bool
    """Whether its file is in the cache."""
    memory: int
    """Bytes that it takes with its window."""
    speed: float
    """Tokens a second that it would write."""
    lacks: str
    """What the machine has too little of; empty where it fits."""


def fit_of(weights: Weights, machine: Machine, env: Mapping[str, str] | None = None) -> Fit:
    """How a model would do on a machine."""
    window = min(providers()["local"].window_of(weights.name), weights.context)
    memory = weights.size + weights.cache_per_token * window + WORKING
    cores = min(machine.cores, MOST_CORES)
    share = measured_weights().active / weights.active
    speed = MEASURED_SPEED * share * cores / MEASURED_CORES
    lacks = ""
    if machine.memory and memory + REST > machine.memory:
        lacks = "memory"
    elif speed < ENOUGH_SPEED:
        lacks = "cores"
    return Fit(weights, weights.present(env), memory, speed, lacks)


def fits(machine: Machine | None = None, env: Mapping[str, str] | None = None) -> list[Fit]:
    """Every model of the catalogue on this machine, in its order."""
    machine = machine or this_machine()
    return [fit_of(weights, machine, env) for weights in catalogue().values()]


def embedded_default(env: Mapping[str, str] | None = None, machine: Machine | None = None) -> str:
    """The embedded model that speaks where none is named, as it stands after `local:`.

    It is the one that the user's own `providers.yaml` says; else the largest that the user has fetched,
    that fits, and that everybody may use; else the measured one, fetched or not. So nobody gets one that
    was not measured unless they fetched it.
    """
    said = providers()["local"].default_model
    first = measured_weights()
    if said and said != first.name:
        return said
    fetched = [
        fit.weights
        for fit in fits(machine, env)
        if fit.here and not fit.lacks and fit.weights.by_default
    ]
    return (fetched or [first])[-1].name
