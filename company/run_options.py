"""What may be said of a run before it begins. A new run option is a field here, and where it is used.

`RunSettings` are taken as they are said; what the others come to is settled by `Company.settle`.
"""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated
from unicodedata import category

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from company.cards.company_card import RunLimits
from company.cards.option import Option, declared_in
from company.cards.problems import shown
from company.errors import ConfigurationError
from warehouse.sandbox.registry import AUTO, SETTLED

LONGEST_TASK = 50_000
"""Characters; more belongs into files given with --from."""
LONGEST_NAME = 200
UNPRINTABLE = ("Cc", "Cs", "Zl", "Zp")
"""Unicode categories that have no place in a name: controls, surrogates, line separators."""
HIGHEST_SEED = 2**31 - 1


def _by_role(pairs: object) -> object:
    """Role name → model id, from `ROLE=ID`. Raises ConfigurationError where it is not that."""
    if not isinstance(pairs, tuple):
        return pairs
    models: dict[str, str] = {}
    for pair in pairs:
        role, equals, model = pair.partition("=")
        if not (role and equals and model):
            raise ConfigurationError(
                f"--role-model {pair!r} is not ROLE=ID, as in programmer=openai:gpt-5.4-mini."
            )
        models[role.strip()] = model.strip()
    return models


class RunSettings(BaseModel):
    """What a run is given as it was said; a field that journals may lack has a default."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[
        str,
        Option(
            "--name", "", "What to call the run.", "the task's first words",
            overridable=False, varied=False,
        ),
    ] = ""  # fmt: skip
    experiment: Annotated[
        str,
        Option("--experiment", "NAME", "What the run belongs to.", overridable=False, varied=False),
    ] = ""
    """A label by which runs are found together."""
    sandbox: Annotated[
        str,
        Option(
            "--sandbox", "", "Where the program is run.", "the company's, mostly auto",
            noun="sandbox", choices=SETTLED, stand_ins=(AUTO,),
            varied=False,
        ),
    ] = ""  # fmt: skip
    limits: RunLimits = RunLimits()
    seed: Annotated[
        int, Option("--seed", "N", "For sampling.", noun="seed", bounds=(0, HIGHEST_SEED))
    ] = Field(default_factory=lambda: random.SystemRandom().randrange(HIGHEST_SEED + 1))
    human_roles: Annotated[
        frozenset[str],
        Option("--human", "ROLE", "A role you play yourself.", overridable=False, varied=False),
        Field(strict=False),
        PlainSerializer(sorted),
    ] = frozenset()
    images: Annotated[
        tuple[Path, ...],
        Option(
            "--image", "FILE", "A picture that belongs to the task.", overridable=False,
            varied=False,
        ),
        Field(exclude=True),
    ] = ()  # fmt: skip
    """Where the pictures lie until the run has copies of its own; no journal holds that."""


OVERRIDABLE = {each.name: each for each in declared_in(RunSettings) if each.option.overridable}
"""What a fork may change that is no card and no model."""


class RunOptions(RunSettings):
    """What may be said of a run of a company that is chosen."""

    task: str = ""
    source: Annotated[
        Path | None,
        Option("--from", "DIR", "An existing program to go on from.", path="folder", varied=False),
    ] = None


class RunRequest(RunOptions):
    """All that may be said of a run, the choice of its company and models included."""

    company: Annotated[
        str, Option("--company", "NAME|FILE", "Who works.", "one that suits the model")
    ] = ""
    chain: Annotated[
        str, Option("--chain", "NAME", "Another order of phases than the company's own.")
    ] = ""
    model: Annotated[
        str, Option("--model", "ID", "PROVIDER:MODEL for every role.", "what is there")
    ] = ""
    role_models: Annotated[
        dict[str, str],
        Option("--role-model", "ROLE=ID", "A model for one role.", varied=False),
        BeforeValidator(_by_role),
    ] = {}


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
