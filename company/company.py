"""A company ready to work: its cards, and the model each role speaks with.

house = Company.load("pair", model="local:qwen2.5-coder-1.5b")
run = await house.work("A tip calculator for the command line")
run.product.files(), run.usage.cost
"""

import asyncio
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from company.acceptance.reading import read_checks
from company.cards.catalogue import Cards
from company.cards.check import check_company
from company.cards.company_card import EVERY_TOOL
from company.cards.gathering import GatheredCards
from company.cards.problems import CardError, nearest
from company.documents.document import is_picture, read_document
from company.documents.library import absolute, name_of, read_library
from company.engine.going_on import GoingOn
from company.engine.resources import Resources, open_resources
from company.engine.run import Run
from company.engine.signals.questions import Person
from company.errors import ConfigurationError
from company.mcp.card import PREFIX
from company.mcp.settings import wanted_of
from company.models.available import default_model
from company.models.model_id import capabilities, parse_model_id, window_may_be_wider
from company.models.provider import USUAL_COMPANY
from company.models.recorded_run import company_behind, is_recorded
from company.models.served_window import served_windows
from company.models.settled import settled
from company.rights import typed, typed_databases
from company.run_options import (
    RunOptions,
    RunSettings,
    check_distinct,
    check_images,
    check_name,
    check_source,
    check_task,
    name_from,
    read_options,
)
from company.spec import RunSpec, Task, native_callers
from company.tools.registry import TOOLS
from warehouse.journal.journal import Event
from warehouse.product.git.fetching import Told, untold
from warehouse.product.intake.address import is_address
from warehouse.product.intake.clones import fetch_clone
from warehouse.runs.folders import products_folder

MAINTENANCE_COMPANY = "incremental"
ASKING_COMPANY = "ask"
ONE_QUERY_COMPANY = "ask_once"
CUSTOMER = "customer"
"""The chain in which a simulated customer tries what is delivered."""
LONGEST_CHAIN = 48
"""Characters of a chain's name that are kept where something is added."""


def company_for(model: str, *, existing: bool = False, asks: bool = False) -> str:
    """The company that suits the work and the model: its provider's card names it, and to a recorded
    one the company belongs that was recorded. Databases are asked step by step by models that
    call tools in their own protocol, and at once by others."""
    if asks and not is_recorded(model):
        calls_tools = bool(model) and capabilities(model).tools
        return ASKING_COMPANY if calls_tools else ONE_QUERY_COMPANY
    if existing:
        return MAINTENANCE_COMPANY
    if is_recorded(model):
        name = company_behind(parse_model_id(model).model)
        return name if name in Cards(Path.cwd()).of("company") else USUAL_COMPANY
    return parse_model_id(model).provider.company if model else USUAL_COMPANY


def _with_customer(cards: Cards, chain: str) -> str:
    """The name of a chain that is this one and then the customer's: its own steps keep their places."""
    card = cards.card("chain", chain).model_dump(mode="json", by_alias=True)
    name = f"{chain[:LONGEST_CHAIN]}_with_customer"
    steps = [*card["steps"], {"chain": CUSTOMER}]
    data = {**card, "name": name, "steps": steps}
    cards.put("chain", name, data, f"chain {chain}, with a customer")
    return name


def _check_embeddings(model: str, knowledge: Sequence[Path]) -> None:
    """Have a model rank what is looked up. Raises ConfigurationError where it cannot, or may not."""
    if not model:
        return
    if not knowledge:
        raise ConfigurationError("--embeddings ranks what is looked up: name it by --knowledge.")
    if parse_model_id(model).provider.prices is not None:
        raise ConfigurationError(
            f"{model} costs money that no limit of a run would count: give --embeddings a model on this"
            " machine or at an address of your own, such as ollama:nomic-embed-text."
        )
    typed([model])


@dataclass(frozen=True)
class Company:
    """A company and the models asked for, which go before those that its cards name."""

    cards: GatheredCards
    model: str | None = None
    role_models: Mapping[str, str] = field(default_factory=dict)
    usual: str | None = None
    """The model where nobody names one; None means whatever is found."""

    @classmethod
    def load(
        cls,
        company: str | Path = USUAL_COMPANY,
        *,
        model: str | None = None,
        role_models: Mapping[str, str] | None = None,
        chain: str | None = None,
        customer: bool = False,
        overlay: Path | None = None,
    ) -> "Company":
        """Load a company by name or from a YAML file, with another chain if one is named, and with a
        simulated customer at its end if there is to be one.

        Naming a model by its address allows that address to be asked. `overlay` is a folder whose own roles, phases, chains and companies come first; the current
        folder by default. Raises ConfigurationError naming file, line and the nearest valid word.
        """
        cards, name = Cards(overlay or Path.cwd()).beside(company)
        if customer:
            chain = _with_customer(cards, chain or cards.card("company", name).chain)
        problems = check_company(cards, name, chain=chain)
        if problems:
            raise CardError(problems)
        typed([model, *(role_models or {}).values()])
        return cls(cards.load(name, chain=chain), model, dict(role_models or {}))

    async def staff(self) -> dict[str, str]:
        """Role name → model id, for every role that a model speaks for."""
        unknown = set(self.role_models) - set(self.cards.roles)
        if unknown:
            name = min(unknown)
            raise ConfigurationError(
                f"No role is called {name!r} in {self.cards.company.name}"
                f"{nearest(name, self.cards.roles)}"
            )
        wanted = {
            name: self._model_of(name) for name, role in self.cards.roles.items() if not role.human
        }
        usual = self.usual
        if usual is None and not all(wanted.values()):
            usual = await asyncio.to_thread(default_model)
        staff = {name: self._named(model or usual or "") for name, model in wanted.items()}
        for model in staff.values():
            parse_model_id(model)
        return {role: settled(model, products_folder()) for role, model in staff.items()}

    async def spec(self, task: str, **options: Any) -> RunSpec:
        """What a run on a task is given; the options are the fields of `RunOptions`.

        Raises ConfigurationError where something is wrong.
        """
        return await self.settle(read_options(RunOptions, {"task": task, **options}))

    async def settle(self, options: RunOptions, told: Told = untold) -> RunSpec:
        """Settle everything a run is given; a program that lies elsewhere is fetched, of which `told` is told.

        Raises ConfigurationError where something is wrong, ProductError where it cannot be fetched.
        """
        task = check_task(options.task)
        typed_databases(options.databases)
        for role in options.human_roles:
            if role not in self.cards.roles:
                raise ConfigurationError(
                    f"No role is called {role!r}{nearest(role, self.cards.roles)}"
                )
        defaults = self.cards.company.defaults
        rules = {**defaults.approve, **options.approve}
        self._check_tools(rules)
        settings = {name: getattr(options, name) for name in RunSettings.model_fields}
        settings |= {
            "name": check_name(options.name) or name_from(task),
            "experiment": check_name(options.experiment),
            "sandbox": options.sandbox or defaults.sandbox,
            "limits": options.limits.over(defaults.limits),
            "approve": rules,
            "acceptance": options.acceptance or defaults.acceptance,
        }
        source = check_source(options.source, options.commit, options.include_untracked)
        if source is not None and is_address(source):
            await asyncio.to_thread(fetch_clone, source, told)
        images = (*options.images, *filter(is_picture, options.attached))
        documents = [await read_document(p) for p in options.attached if not is_picture(p)]
        names, titles = check_images(images), [each.name for each in documents]
        check_distinct([*names, *titles], "attachments")
        settings |= {"images": images, "documents": tuple(documents)}
        knowledge = absolute(options.knowledge)
        check_distinct([name_of(each) for each in knowledge], "folders of knowledge")
        _check_embeddings(options.embeddings, knowledge)
        library = await read_library(knowledge) if knowledge else None
        settings |= {"knowledge": knowledge, "library": library}
        checks = await asyncio.to_thread(read_checks, options.check)
        models = await self.staff()
        speaking = sorted({*models.values(), *self.cards.swapped_models})
        unasked = dict.fromkeys(filter(window_may_be_wider, speaking), 0)
        served = await asyncio.to_thread(served_windows, speaking, os.environ)
        spec = RunSpec(
            **settings,
            task=Task(
                task, names, source, tuple(titles), options.commit, options.include_untracked
            ),
            company=self.cards,
            role_models=models,
            windows=unasked | served,
            native_tools=native_callers(self.cards, models),
            checks=tuple(checks),
            baseline=source is not None and not options.no_baseline,
        )
        return spec.with_quoted_checks().with_eyes().with_readers()

    def _check_tools(self, rules: Iterable[str]) -> None:
        """Raises ConfigurationError for a rule of a tool that nobody here could use."""
        named = {name for role in self.cards.roles.values() for name in role.tools}
        servers = {f"{PREFIX}{wanted.server}" for wanted in wanted_of(named)}
        known = {EVERY_TOOL, *TOOLS, *named, *servers}
        for name in rules:
            if name not in known and name.partition("/")[0] not in servers:
                raise ConfigurationError(f"There is no tool {name!r}{nearest(name, known)}")

    async def work(
        self,
        task: str | RunSpec,
        *,
        products: Path | None = None,
        person: Person | None = None,
        resources: Resources | None = None,
        on_event: Callable[[Event], None] | None = None,
        **options: Any,
    ) -> Run:
        """Work on a task until the product is handed over, and return the finished run.

        `options` are as for `spec`, and belong to a task that is text. `resources` may be shared by
        many runs; without them, the company opens its own. Raises BudgetReached, ProviderError,
        SandboxError or another SofthouseError, each with a message that says what to do; the run
        can be looked at and mostly resumed afterwards.
        """
        if isinstance(task, RunSpec) and options:
            raise ConfigurationError(
                f"A run spec holds its {min(options)} already: give it to Company.spec instead."
            )
        if resources is None:
            usual = self.cards.company.defaults.sandbox
            sandbox = task.sandbox if isinstance(task, RunSpec) else options.get("sandbox") or usual
            async with open_resources(sandbox, person) as own:
                return await self.work(
                    task, products=products, resources=own, on_event=on_event, **options
                )
        if isinstance(task, str):
            task = await self.spec(task, **{**options, "sandbox": resources.sandbox})
        run = Run.begin(task, resources, products_folder(products), on_event=on_event)
        await run.work()
        return run

    async def go_on(
        self,
        run: Run | Path,
        task: str,
        *,
        resources: Resources | None = None,
        person: Person | None = None,
        on_event: Callable[[Event], None] | None = None,
        **options: Any,
    ) -> Run:
        """Make a further version of a run's product, which was delivered, and return the same run with it.

        `options` are as for `spec`, and hold for this version alone; its name, and without another its
        sandbox, are those that the run has. What the customer did to the product since is kept as theirs.
        Raises as `work` and `GoingOn.plan` do.
        """
        plan = GoingOn.plan(run.folder if isinstance(run, Run) else run)
        if resources is None:
            sandbox = options.get("sandbox") or plan.spec.sandbox
            async with open_resources(sandbox, person) as own:
                return await self.go_on(run, task, resources=own, on_event=on_event, **options)
        named = {"name": plan.spec.name, "sandbox": resources.sandbox}
        spec = await self.spec(task, **{**options, **named})
        further = plan.begin(spec, resources, on_event=on_event)
        await further.work()
        return further

    def _model_of(self, role: str) -> str | None:
        """The model named for a role: by the person who asks, else by the cards."""
        card, company = self.cards.roles[role], self.cards.company
        own = None if card.model == "default" else card.model
        asked = self.role_models.get(role) or self.model
        return asked or company.role_models.get(role) or own or company.defaults.model

    def _named(self, model: str) -> str:
        """A model id, also where a short name of the company was given."""
        return self.cards.company.models.get(model, model)


async def go_back(run: Run | Path, version: int | None = None) -> Run:
    """Have the files of a former version again, by default of the one before the last, by a commit on top.

    Raises as `GoingOn.plan_back` does.
    """
    plan = GoingOn.plan_back(run.folder if isinstance(run, Run) else run, version)
    async with open_resources("none") as resources:
        back = plan.begin(plan.spec, resources)
        await back.work()
    return back
