"""A condition: a named set of settings under which a company works, and the specs it makes.

Settings are keys and values in the words of `softhouse fork --set`, and `company`, which says whose
cards they change. `temperature`, `interventions` and `topology` stand for the fields they usually mean.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from company.cards.catalogue import Cards
from company.cards.company_card import RunLimits
from company.cards.problems import shown
from company.company import MAINTENANCE_COMPANY, Company, company_for
from company.engine.fork.overrides import overridden
from company.errors import ConfigurationError
from company.lab.design.matched import until_known
from company.lab.tasks.task_card import TaskCard
from company.run_options import OVERRIDABLE, check_images
from company.spec import RunSpec, Task
from phases.chain import walk
from phases.steps.graph import GraphStep
from warehouse.data.address import Address
from warehouse.product.intake.shared import place_of_copy

SHORT = {
    "temperature": "company.defaults.temperature",
    "interventions": "company.interventions",
}
"""Keys that stand for others."""
TOPOLOGY = "topology"
"""The key that stands for the topology of every graph of the company's chains."""
APPLIED_FIRST = ("company", "chain", "model", "customer", "acceptance")
"""Keys that are settled when a company is loaded; the others change what was loaded."""


@dataclass(frozen=True)
class Condition:
    """What is set, by key; a condition that sets nothing is the house as it is."""

    name: str
    settings: Mapping[str, Any]

    def shown(self) -> dict[str, str]:
        """The settings as text, for tables and for the journals of forks."""
        return {key: as_text(value) for key, value in self.settings.items()}


class SpecBook:
    """Makes the specs of a batch or an experiment; each company is loaded once."""

    def __init__(self, overlay: Path, *, sandbox: str, limits: RunLimits, label: str) -> None:
        """The cards in the folder `overlay` come first; runs are verified in the backend `sandbox`
        (or `none`); what `limits` leaves out is the company's own; `label` is what runs belong to.
        """
        self._overlay = overlay
        self._sandbox = sandbox
        self._limits = limits
        self._label = label
        self._loaded: dict[str, RunSpec] = {}

    async def spec(self, task: TaskCard, condition: Condition, *, name: str, seed: int) -> RunSpec:
        """What one run is given. Raises ConfigurationError, naming the condition, and the task where
        that asks for something of its own."""
        settings = until_known({**set_by(task), **condition.settings})
        source = None
        if task.repository is not None:
            settings.setdefault("company", MAINTENANCE_COMPANY)
            source = str(place_of_copy(task.repository.path, task.commit))
        if task.databases and "company" not in settings:
            settings["company"] = await _usual_company(settings.get("model"), asks=True)
        key = json.dumps(settings, sort_keys=True)
        if key not in self._loaded:
            try:
                self._loaded[key] = await self._load(settings)
            except ConfigurationError as error:
                about = f"{condition.name}, task {task.id}" if set_by(task) else condition.name
                raise ConfigurationError(f"{about}: {error}") from None
        images = tuple(Path(image) for image in task.images)
        names = check_images(images)
        loaded = self._loaded[key]
        own_seed = loaded.seed if "seed" in settings else seed
        own = {
            "task": Task(task.prompt, names, source),
            "images": images,
            "name": name,
            "seed": own_seed,
        }
        if task.databases:
            own["databases"] = {name: Address.parse(path) for name, path in task.databases.items()}
        spec = loaded.model_copy(update=own).with_quoted_checks()
        return spec.with_eyes().with_readers()

    async def _load(self, settings: Mapping[str, Any]) -> RunSpec:
        first = {key: settings.get(key) for key in APPLIED_FIRST}
        model = as_text(first["model"]) if first["model"] is not None else None
        name = as_text(first["company"]) if first["company"] else await _usual_company(model)
        chain = as_text(first["chain"]) if first["chain"] else None
        customer = first["customer"] or False
        if not isinstance(customer, bool):
            raise ConfigurationError(f"'customer' is true or false, not {shown(customer)}.")
        company = Company.load(
            self._named(name), chain=chain, customer=customer, overlay=self._overlay
        )
        # It may stand in a file: only what a person types is allowed by being named.
        company = replace(company, model=model)
        spec = await company.spec(
            "-",
            sandbox=self._sandbox,
            seed=0,
            limits=self._limits,
            experiment=self._label,
            acceptance=first["acceptance"] or "",
        )
        rest = {key: value for key, value in settings.items() if key not in APPLIED_FIRST}
        if rest:
            spec = overridden(spec, _overrides(rest, spec), Cards(self._overlay))
        _refuse_people(spec)
        return spec

    def _named(self, company: str) -> str | Path:
        """A company's name, or its file as it lies from the overlay."""
        beside = self._overlay / company
        return beside if company.endswith((".yaml", ".yml")) and beside.is_file() else company


async def _usual_company(model: str | None, *, asks: bool = False) -> str:
    """The company that suits the model and the work, as where a single run names none."""
    from company.models.available import default_model

    return company_for(model or await asyncio.to_thread(default_model) or "", asks=asks)


def set_by(task: TaskCard) -> dict[str, Any]:
    """What a task itself sets; who works on a repository is who changes programs."""
    usual = MAINTENANCE_COMPANY if task.repository is not None else None
    own = {"company": task.company or usual, "chain": task.chain, "model": task.model}
    return {**{key: value for key, value in own.items() if value is not None}, **task.set}


def _overrides(settings: Mapping[str, Any], spec: RunSpec) -> dict[str, str]:
    """Settings as `company.engine.fork.overrides` takes them. Raises ConfigurationError where none is meant."""
    overrides: dict[str, str] = {}
    for key, value in settings.items():
        if key in OVERRIDABLE and not OVERRIDABLE[key].option.varied:
            raise ConfigurationError(
                f"{key!r} is no setting here, since all runs have the same: give "
                f"{OVERRIDABLE[key].option.flag} instead."
            )
        if key == TOPOLOGY:
            chains = spec.cards.chains.values()
            graphs = [s.name for c in chains for s in walk(c.steps) if isinstance(s, GraphStep)]
            if not graphs:
                raise ConfigurationError(
                    f"'topology' is set, and no chain of {spec.cards.company.name} has a graph."
                )
            overrides |= {f"graphs.{graph}.topology": _exactly(value) for graph in graphs}
        else:
            name = SHORT.get(key, key)
            overrides[name] = _exactly(value) if _is_field(name) else as_text(value)
    return overrides


def _refuse_people(spec: RunSpec) -> None:
    """Raises ConfigurationError for a company that would wait for a person's answer."""
    for role in spec.cards.roles.values():
        if role.human:
            raise ConfigurationError(
                f"{role.title} is a person in the company {spec.cards.company.name}, and nobody "
                "answers where many runs are made: choose another company or chain."
            )


def _is_field(key: str) -> bool:
    """Whether a key names a field of a card, whose value is read as YAML."""
    return "." in key and not key.startswith("models.")


def _exactly(value: Any) -> str:
    """YAML that reads as just this value: a text that looks like a number stays a text."""
    return json.dumps(value, ensure_ascii=False)


def as_text(value: Any) -> str:
    """A setting as text that reads as the same YAML value."""
    return value if isinstance(value, str) else json.dumps(value)
