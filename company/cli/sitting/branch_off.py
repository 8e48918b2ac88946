"""Forking a run as the person wished it."""

from dataclasses import dataclass
from pathlib import Path

from company.cli.opened import open_own_run
from company.cli.options import limits_from
from company.cli.output import say
from company.cli.sitting.begin import HOST_WARNING
from company.cli.sitting.readiness import ensure_ready
from company.cli.sitting.session import Session
from company.cli.views.view import choose_view
from company.fork import Fork
from company.models.recorded_run import settled
from company.overrides import pairs
from company.resources import open_resources
from warehouse.runs import products_folder


@dataclass(frozen=True)
class Wishes:
    """The options of `softhouse fork`; None where nothing was said."""

    run: str
    at: str
    changes: tuple[str, ...]
    name: str | None
    products: Path | None
    budget: float | None
    max_tokens: int | None
    max_calls: int | None
    max_seconds: float | None
    plain: bool
    as_json: bool


def branch_off(wishes: Wishes) -> int:
    """Fork as wished. Returns the exit code of the finished run; raises what stopped it."""
    session = Session(choose_view(plain=wishes.plain, as_json=wishes.as_json))
    return session.work(_branch_off(wishes, session))


async def _branch_off(wishes: Wishes, session: Session) -> int:
    root = products_folder(wishes.products)
    parent = open_own_run(wishes.run, wishes.products).folder
    changes = pairs(wishes.changes)
    for key, value in changes.items():
        if key == "model" or key.startswith("models."):
            changes[key] = settled(value, root)
    fork = Fork.plan(parent, wishes.at, changes, name=wishes.name)
    limits = limits_from(
        fork.spec.limits, wishes.budget, wishes.max_tokens, wishes.max_calls, wishes.max_seconds
    )
    if fork.spec.sandbox == "host":
        say(HOST_WARNING, err=True)
    ensure_ready(fork.spec.models.values())
    session.recall(fork.shared)
    async with open_resources(fork.spec.sandbox, session.person) as resources:
        run = await fork.begin(resources, root, limits=limits, on_event=session.on_event)
        return await session.watch(run)
