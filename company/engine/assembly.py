"""Putting a run together: which part is given which, from the budget to the chain's walk."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from company.briefing import Briefing
from company.budget import Budget, Spending
from company.cards.company_card import RunLimits
from company.chain_runner import ChainRunner
from company.control.controls import Controls
from company.control.mailbox import Mailbox
from company.effects import Effects
from company.engine.run_phases import RunPhases
from company.eras import Eras
from company.keeper import Keeper, recorded_commits
from company.models.model_id import capabilities, context_window
from company.models.recorded_run import is_recorded
from company.order import Order
from company.phase_runner import PhaseRunner
from company.premises import Premises
from company.results import check_results
from company.settlement import Settlement
from company.speech import Speech
from company.verification import Workbench
from warehouse.journal import Event, Journal
from warehouse.product import Product
from warehouse.runs import ATTACHMENTS, PRODUCT
from warehouse.summary import RunSummary


@dataclass(frozen=True)
class Parts:
    """What a run works with."""

    eras: Eras
    controls: Controls
    effects: Effects
    keeper: Keeper
    workbench: Workbench
    chain: ChainRunner
    begins: Callable[[str], Awaitable[None]]
    """Waits until a phase may begin in a place, as one that began in the past always may."""


def assemble(
    folder: Path,
    past: Sequence[Event],
    journal: Journal | None,
    premises: Premises,
    summary: RunSummary,
    *,
    limits: RunLimits | None = None,
    mailbox: Mailbox | None = None,
    product: Product | None = None,
) -> Parts:
    """The parts of a run with this past, which `summary` sums up.

    Raises JournalError where the past cannot be gone on with.
    """
    commits = recorded_commits(past)
    if product is None:
        product = _product_of(folder, commits, is_worked_on=journal is not None)
    eras = Eras.of(past)
    check_results(past)
    order = eras.order
    spent = _spent(summary, with_shared=eras.as_if_alone)
    budget = Budget(limits or order.limits, spent, premises.purse)
    controls = Controls.of(mailbox or Mailbox(folder), journal, past, budget)
    effects = Effects(journal, past, controls.gate.effect_begins)
    if any(map(is_recorded, order.models.values())):
        premises.models.recall(folder.name, past)
    keeper = Keeper(effects, product, folder.name, premises.disk, commits)

    async def begins(where: str) -> None:
        if where not in eras.begun:
            await controls.gate.phase_begins()

    def phase_runner(order: Order) -> PhaseRunner:
        speech = _speech(order, effects, budget, premises, controls, folder)
        bench, briefing = Workbench(order.sandbox, premises.backend), _briefing(order, premises)
        return PhaseRunner(order.cards.phases, briefing, effects, speech, keeper, bench, begins)

    phases = RunPhases(eras, [phase_runner(each) for each in eras.orders], premises.prompts)
    chain = ChainRunner(effects, order.cards.chains, phases, Settlement(keeper, effects))
    workbench = Workbench(order.sandbox, premises.backend)
    return Parts(eras, controls, effects, keeper, workbench, chain, begins)


def _speech(
    order: Order,
    effects: Effects,
    budget: Budget,
    premises: Premises,
    controls: Controls,
    folder: Path,
) -> Speech:
    return Speech(
        effects,
        budget,
        premises,
        order.models,
        order.seed,
        order.human_roles,
        folder / ATTACHMENTS if order.task.images else None,
        run=folder.name,
        interjections=controls.interjections,
        questions=controls.questions,
    )


def _briefing(order: Order, premises: Premises) -> Briefing:
    return Briefing(
        cards=order.cards,
        prompts=premises.prompts,
        models=order.models,
        window=context_window,
        structured=lambda model: capabilities(model).structured == "json_schema",
    )


def _spent(summary: RunSummary, *, with_shared: bool) -> Spending:
    """What a run has used of its own limits."""
    spent = Spending.of(summary)
    if with_shared:
        spent.add(summary.shared_tokens, 0, summary.shared_cost, calls=summary.shared_calls)
        spent.seconds += summary.shared_seconds
    return spent


def _product_of(folder: Path, commits: Sequence[str], *, is_worked_on: bool) -> Product:
    """The product of a run with these recorded commits; unless it is worked on, it may not be there."""
    if not is_worked_on:
        return Product(folder / PRODUCT)
    return (Product.open if commits else Product.take_up)(folder / PRODUCT)
