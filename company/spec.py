"""A spec: everything a run is given, settled before it begins and frozen into its journal."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any
from unicodedata import category

from pydantic import BaseModel, ConfigDict, StringConstraints

from company.cards.company_card import RunLimits
from company.cards.company_cards import CompanyCards
from company.cards.problems import shown
from company.cards.validation import validate
from company.cards.yaml_file import Document
from company.errors import ConfigurationError
from company.state import Task
from warehouse.journal import SCHEMA

LONGEST_TASK = 50_000
"""Characters; more belongs into files given with --from."""
LONGEST_NAME = 200
UNPRINTABLE = ("Cc", "Cs", "Zl", "Zp")
"""Unicode categories that have no place in a name: controls, surrogates, line separators."""

HELD = frozenset(
    [
        "schema",
        "softhouse",
        "run",
        "name",
        "task",
        "company",
        "chain",
        "model",
        "role_models",
        "seed",
        "sandbox",
        "limits",
        "human_roles",
        "experiment",
    ]
)
"""What `run.started` holds."""


class _FrozenTask(BaseModel):
    """The task, in `run.started`."""

    model_config = ConfigDict(frozen=True, strict=True)

    text: str
    images: list[Annotated[str, StringConstraints(pattern="^[^/]+$")]]
    """Names of files, never a way to some other file of this machine."""
    source: str | None


class _FrozenSpec(BaseModel):
    """What decides the outcome beside the company, in `run.started`; anyone may have edited it."""

    model_config = ConfigDict(frozen=True, strict=True)

    name: str
    task: _FrozenTask
    role_models: dict[str, str]
    sandbox: str
    seed: int
    limits: RunLimits
    human_roles: list[str]
    experiment: str = ""


@dataclass(frozen=True)
class RunSpec:
    """One company, one task, and all that decides the outcome."""

    cards: CompanyCards
    task: Task
    name: str
    models: dict[str, str]
    """Role name → model id."""
    sandbox: str
    """Name of the sandbox backend, or `none`."""
    seed: int = field(default_factory=lambda: random.SystemRandom().randrange(2**31))
    limits: RunLimits = field(default_factory=RunLimits)
    human_roles: frozenset[str] = frozenset()
    experiment: str = ""
    """What the run belongs to: a label by which runs are found together."""

    def with_seed(self, seed: int) -> "RunSpec":
        """The same spec with another seed."""
        return replace(self, seed=seed)

    def frozen(self, run: str) -> dict[str, Any]:
        """As `run.started` holds it."""
        from importlib.metadata import version

        return {
            "schema": SCHEMA,
            "softhouse": version("softhouse"),
            "run": run,
            "name": self.name,
            "task": {
                "text": self.task.text,
                "images": list(self.task.images),
                "source": self.task.source,
            },
            "company": self.cards.frozen(),
            "chain": self.cards.company.chain,
            "model": main_model(self.models),
            "role_models": self.models,
            "seed": self.seed,
            "sandbox": self.sandbox,
            "limits": self.limits.model_dump(),
            "human_roles": sorted(self.human_roles),
            "experiment": self.experiment,
        }

    @classmethod
    def thaw(cls, data: dict[str, Any]) -> "RunSpec":
        """The spec again, from `run.started`.

        Raises ConfigurationError for what is unknown here, or is not what it should be.
        """
        unknown = data.keys() - HELD
        if unknown:
            raise ConfigurationError(f"it orders {shown(min(unknown))}, which is not known here")
        frozen = validate(_FrozenSpec, Document("the spec in the journal", data, {}))
        cards = CompanyCards.thaw(data["company"])
        for name, role in cards.roles.items():
            if not role.human and name not in frozen.role_models:
                raise ConfigurationError(f"it names no model for the role {shown(name)}")
        return cls(
            cards=cards,
            task=Task(frozen.task.text, tuple(frozen.task.images), frozen.task.source),
            name=frozen.name,
            models=frozen.role_models,
            sandbox=frozen.sandbox,
            seed=frozen.seed,
            limits=frozen.limits,
            human_roles=frozenset(frozen.human_roles),
            experiment=frozen.experiment,
        )


def check_task(text: str) -> str:
    """The task without surrounding blanks. Raises ConfigurationError where it cannot be worked on."""
    task = text.strip()
    if not task:
        raise ConfigurationError(
            'The task is empty. Say in a sentence what to build: softhouse run "a tip calculator"'
        )
    if len(task) > LONGEST_TASK:
        raise ConfigurationError(
            f"The task has {len(task):,} characters; at most {LONGEST_TASK:,} are read. "
            "Say the aim in a few sentences and give the rest as files with --from DIR."
        )
    if "\x00" in task or any("\ud800" <= character <= "\udfff" for character in task):
        raise ConfigurationError(
            "The task holds a NUL or something else that is no text: give it as UTF-8."
        )
    return task


def check_images(images: Sequence[Path]) -> tuple[str, ...]:
    """The names the pictures will have. Raises ConfigurationError where two have the same."""
    names = tuple(image.name for image in images)
    for name in names:
        if names.count(name) > 1:
            raise ConfigurationError(f"Two pictures are called {shown(name)}: rename one of them.")
    return names


def check_source(source: Path | None) -> str | None:
    """The folder of an existing program. Raises ConfigurationError where there is none."""
    if source is None:
        return None
    if not source.is_dir():
        raise ConfigurationError(f"{source} is not a folder: --from takes the program's folder.")
    return str(source.absolute())


def check_name(name: str) -> str:
    """A name people gave to a run or an experiment. Raises ConfigurationError where it cannot be shown."""
    if len(name) > LONGEST_NAME or any(category(c) in UNPRINTABLE for c in name):
        raise ConfigurationError(
            f"A name is one line of at most {LONGEST_NAME} printable characters."
        )
    return name.strip()


def name_from(task: str) -> str:
    """A short name for a task that was given none: its first words."""
    return " ".join(task.split()[:6])[:LONGEST_NAME]


def main_model(models: Mapping[str, str]) -> str:
    """The model most roles speak with."""
    counts = list(models.values())
    return max(counts, key=counts.count) if counts else "none"
