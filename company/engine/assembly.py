"""Putting a run together: which part is given which, from the budget to the chain's walk."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from company.cards.company_card import RunLimits
from company.engine.budget import Budget, Spending
from company.engine.chain import ChainRunner
from company.engine.context.briefing import Briefing
from company.engine.context.pictures import Pictures
from company.engine.context.voices import Voices
from company.engine.databases import Databases
from company.engine.effects import Effects
from company.engine.fork.spec_history import SpecHistory
from company.engine.interventions import Interventions
from company.engine.knowledge import Knowledge
from company.engine.model_calls import ModelCalls
from company.engine.phase import PhaseRunner
from company.engine.resources import Resources
from company.engine.run_phases import RunPhases
from company.engine.signals.controls import Controls
from company.engine.workspace.committer import Committer, recorded_commits
from company.engine.workspace.merge import HouseCommits
from company.engine.workspace.workbench import Workbench
from company.models.model_id import capabilities, context_window
from company.models.recorded_run import is_recorded
from company.remote.mailbox import Mailbox
from company.spec import RunSpec
from warehouse.history.summary import RunSummary
from warehouse.journal.journal import Event, Journal
from warehouse.journal.versions import Version, versions_in
from warehouse.product.product import Product
from warehouse.runs.folders import PRODUCT


@dataclass(frozen=True)
class Parts:
    """What a run works with."""

    versions: Sequence[Version]
    """All that were begun; the last one is worked on."""
    history: SpecHistory
    controls: Controls
    effects: Effects
    committer: Committer
    workbench: Workbench
    chain: ChainRunner
    databases: Databases
    knowledge: Knowledge
    begins: Callable[[str], Awaitable[None]]
    """Waits until a phase may begin in a place, as one that began in the past always may."""


def assemble(
    folder: Path,
    past: Sequence[Event],
    journal: Journal | None,
    resources: Resources,
    summary: RunSummary,
    *,
    limits: RunLimits | None = None,
    mailbox: Mailbox | None = None,
    product: Product | None = None,
) -> Parts:
    """The parts of a run with this past, which `summary` sums up.

    Only the version that it is at is walked: what came before is a commit, on which that one stands. Raises JournalError where the past cannot be gone on with.
    """
    commits = recorded_commits(past)
    if product is None:
        product = _product_of(folder, commits, is_worked_on=journal is not None)
    versions = versions_in(past)
    own = versions[-1].events
    history = SpecHistory.of(own)
    spec = history.spec
    used = summary.versions[-1] if summary.versions else summary
    spent = _spent(used, with_shared=history.as_if_alone)
    budget = Budget(limits or spec.limits, spent, resources.shared_budget)
    controls = Controls.of(mailbox or Mailbox(folder), journal, own, budget)
    effects = Effects(journal, own, controls.gate.effect_begins)
    if any(map(is_recorded, spec.speaking_models)):
        resources.models.recall(folder.name, past)
    committer = Committer(effects, product, folder.name, resources.disk, commits)
    databases, knowledge = Databases.of(spec.databases), Knowledge(spec.knowledge, spec.embeddings)

    async def begins(where: str) -> None:
        if where not in history.begun:
            await controls.gate.phase_begins()

    def phase_runner(spec: RunSpec) -> PhaseRunner:
        model_calls = _model_calls(spec, effects, budget, resources, controls, folder)
        bench = Workbench(spec.sandbox, resources.backend, folder, spec.checks)
        briefing = _briefing(spec, resources)
        given = effects, model_calls, committer, bench, begins, spec.approve
        asked = spec.cards.company.mcp, databases, knowledge, model_calls.interventions
        return PhaseRunner(spec.cards.phases, briefing, *given, *asked)

    phases = RunPhases(history, [phase_runner(each) for each in history.specs], resources.prompts)
    chain = ChainRunner(effects, spec.cards.chains, phases, HouseCommits(committer, effects))
    workbench = Workbench(spec.sandbox, resources.backend, folder, spec.checks)
    return Parts(
        versions,
        history,
        controls,
        effects,
        committer,
        workbench,
        chain,
        databases,
        knowledge,
        begins,
    )


def _model_calls(
    spec: RunSpec,
    effects: Effects,
    budget: Budget,
    resources: Resources,
    controls: Controls,
    folder: Path,
) -> ModelCalls:
    company = spec.cards.company
    about = company.interventions, company.models, spec.seed, spec.task.text
    interventions = Interventions(*about, effects)
    return ModelCalls(
        effects,
        budget,
        resources,
        spec.models,
        spec.seed,
        folder,
        spec.human_roles,
        signals=controls.signals,
        questions=controls.questions,
        interventions=interventions if company.interventions else None,
    )


def _briefing(spec: RunSpec, resources: Resources) -> Briefing:
    voices = Voices(
        cards=spec.cards,
        prompts=resources.prompts,
        models=spec.models,
        windows=lambda model: spec.windows.get(model) or context_window(model),
        sees=lambda model: spec.eyes.get(model, capabilities(model).images),
        structured=lambda model: capabilities(model).structured == "json_schema",
        # Runs of before that was asked know nothing of it, and go on with the bound they had.
        wider=lambda model: spec.windows.get(model) == 0,
        native_tools=spec.native_tools,
    )
    pictures = Pictures(voices, spec.sighted(), are_kept_from_the_blind=bool(spec.eyes))
    return Briefing(voices, pictures)


def _spent(summary: RunSummary, *, with_shared: bool) -> Spending:
    """What a run has used of its own limits."""
    if not with_shared:
        return Spending(summary.usage, summary.seconds)
    return Spending(summary.usage + summary.shared, summary.seconds + summary.shared_seconds)


def _product_of(folder: Path, commits: Sequence[str], *, is_worked_on: bool) -> Product:
    """The product of a run with these recorded commits; unless it is worked on, it may not be there."""
    if not is_worked_on:
        return Product(folder / PRODUCT)
    return (Product.open if commits else Product.take_up)(folder / PRODUCT)
