"""Beginning a run as the person asked for it, here or in the window, and going on with one."""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from company.cards.company_card import RunLimits
from company.cli.opened import called, open_own_run
from company.cli.output import say
from company.cli.run.fetching import fetching
from company.cli.run.handover import handover
from company.cli.run.readiness import ensure_ready
from company.cli.run.session import Session
from company.cli.window import window_to_open
from company.company import Company, company_for
from company.engine.fork.fork import Fork
from company.engine.fork.overrides import names_model
from company.engine.fork.spec_history import SpecHistory
from company.engine.resources import open_resources
from company.engine.run import Run
from company.errors import ConfigurationError
from company.models.available import default_model, not_believed
from company.models.settled import settled
from company.remote.launch import start
from company.rights import addresses, rights_to_go_on, tool_servers, typed
from company.run_options import LONGEST_TASK, RunRequest, check_task, read_options
from company.spec import RunSpec
from warehouse.events import RunEnded
from warehouse.history.summary import SummaryFold
from warehouse.journal.journal import FILE_NAME, Event, is_locked, read_events
from warehouse.runs.folders import products_folder
from warehouse.sandbox.registry import NONE, warning_of

NO_SANDBOX = (
    "softhouse: no sandbox can be used here, so the program will be written and not run. "
    "`softhouse doctor` says why, and how to mend it."
)


def request_of(task: str, **options: Any) -> RunRequest:
    """What a person asks for, the task read where it comes on standard input.

    Raises ConfigurationError for what cannot be worked on.
    """
    return read_options(RunRequest, {**options, "task": check_task(_read_task(task))})


def _read_task(argument: str) -> str:
    """The task itself, read from standard input where it is `-`."""
    text = argument
    if argument == "-":
        most = 4 * LONGEST_TASK + 4
        try:
            text = sys.stdin.buffer.read(most).decode("utf-8-sig")
        except UnicodeDecodeError:
            raise ConfigurationError("The task on standard input is not UTF-8 text.") from None
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ConfigurationError("The task is not UTF-8 text.") from None
    return text


async def begin(request: RunRequest, products: Path, session: Session) -> int:
    """Work as asked. Returns the exit code of the finished run; raises what stopped it."""
    company = chosen_company(request, products)
    staff = await company.staff()
    allowed = session.consent(
        [*addresses([*staff.values(), *company.cards.swapped_models]), *tool_servers(company.cards)]
    )
    sandbox = request.sandbox or company.cards.company.defaults.sandbox
    if warning := warning_of(sandbox):
        say(f"softhouse: {warning}", err=True)
    async with open_resources(sandbox, session.person, allowed=allowed) as resources:
        if resources.backend is None and sandbox != NONE:
            say(NO_SANDBOX, err=True)
        with fetching(request.source) as told:
            settled_request = request.model_copy(update={"sandbox": resources.sandbox})
            spec = await company.settle(settled_request, told)
        ensure_ready(spec.speaking_models)
        run = Run.begin(spec, resources, products, on_event=session.view.on_event)
        return await session.watch(run)


def chosen_company(request: RunRequest, products: Path) -> Company:
    """The company that is asked for; without a name, one that suits the model and the work.

    Recorded runs that are to answer are looked for in `products`. Raises ConfigurationError where
    there is no such company or no model at all, and RunNotFound where there is no such recorded run.
    """
    model = settled(request.model, products) or None
    usual = None if model or request.company else _found_model()
    existing = request.source is not None
    asks = bool(request.databases)
    name = company_for(model or usual or "", existing=existing, asks=asks)
    return replace(company_of(request, name, products), usual=usual)


def company_of(request: RunRequest, usual: str, products: Path) -> Company:
    """The company that is asked for, or the usual one, with the models that are. Raises as `chosen_company`."""
    return Company.load(
        request.company or usual,
        model=settled(request.model, products) or None,
        role_models={role: settled(id_, products) for role, id_ in request.role_models.items()},
        chain=request.chain or None,
        customer=request.customer,
    )


def _found_model() -> str:
    """The default model, having said whose servers were not taken for it."""
    model = default_model()
    for stranger in not_believed():
        say(stranger, err=True)
    return model


def begin_and_show(request: RunRequest, products: Path) -> int:
    """Begin as asked and open the window. Returns the run's exit code; 0 while it goes on.

    Raises SofthouseError with what stopped it where it could not begin.
    """
    window = window_to_open()
    folder = asyncio.run(start(request, products))
    window.show(products, folder, begun=[folder])
    return _tell(folder)


def _tell(folder: Path) -> int:
    """Say how the run ended, or how to come back to it."""
    name = called(folder)
    if is_locked(folder / FILE_NAME):
        say(f"{folder.name} goes on. Come back with: softhouse watch {name}")
        return 0
    events = read_events(folder / FILE_NAME)
    summary = SummaryFold(events).summary
    for line in handover(summary, SpecHistory.of(events).spec, folder, name):
        say(line)
    return summary.exit_code or 0


async def take_up_again(
    run: str, products: Path | None, limits: RunLimits, session: Session
) -> int:
    """Work on. Returns the exit code; a run that was handed over already is left as it is."""
    opened = open_own_run(run, products)
    folder, events = opened.folder, opened.events
    match events[-1].data:
        case RunEnded(status="verified" | "unverified", exit_code=exit_code):
            say(f"{folder.name} was handed over already: softhouse show {folder.name}", err=True)
            return exit_code or 0
    spec = SpecHistory.of(events).spec
    allowed = session.consent(rights_to_go_on(spec, folder, events))
    _prepare(spec, events, session)
    async with open_resources(spec.sandbox, session.person, allowed=allowed) as resources:
        reopened = Run.reopen(
            folder, resources, limits=limits.over(spec.limits), on_event=session.view.on_event
        )
        return await session.watch(reopened)


async def branch_off(
    run: str,
    at: str,
    overrides: Mapping[str, str],
    name: str | None,
    products: Path | None,
    limits: RunLimits,
    session: Session,
) -> int:
    """Fork as asked. Returns the exit code of the finished run; raises what stopped it."""
    root = products_folder(products)
    settled_overrides = {
        key: settled(value, root) if names_model(key) else value for key, value in overrides.items()
    }
    typed(value for key, value in settled_overrides.items() if names_model(key))
    fork = Fork.plan(open_own_run(run, products).folder, at, settled_overrides, name=name)
    allowed = session.consent(fork.rights)
    _prepare(fork.spec, fork.shared, session)
    async with open_resources(fork.spec.sandbox, session.person, allowed=allowed) as resources:
        limits = limits.over(fork.spec.limits)
        forked = await fork.begin(resources, root, limits=limits, on_event=session.view.on_event)
        return await session.watch(forked)


def _prepare(spec: RunSpec, past: Sequence[Event], session: Session) -> None:
    """Raises ConfigurationError or ProviderError where the models of the spec cannot be used."""
    if warning := warning_of(spec.sandbox):
        say(f"softhouse: {warning}", err=True)
    ensure_ready(spec.speaking_models)
    session.view.recall(past)
