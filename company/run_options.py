"""A run as it is asked for: what is said of it, checked. `company.options` declares what may be said.

`RunSettings` are taken as they are said; what the others come to is settled by `Company.settle`.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from unicodedata import category

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    TypeAdapter,
    ValidationError,
)

from company.cards.company_card import RunLimits, ToolName
from company.cards.problems import nearest, shown
from company.errors import ConfigurationError
from company.options import (
    HIGHEST_SEED,
    Declared,
    Option,
    RunChoices,
    RunSource,
    Settings,
    ToolRule,
    declared_in,
    is_group,
)
from warehouse.data.address import SERVERS, Address, read_named
from warehouse.data.address import check_name as check_name_of_database
from warehouse.product.intake.address import check_address, is_address

LONGEST_TASK = 50_000
"""Characters; more belongs into files given with --from."""
LONGEST_NAME = 200
UNPRINTABLE = ("Cc", "Cs", "Zl", "Zp")
"""Unicode categories that have no place in a name: controls, surrogates, line separators."""
KINDS: dict[type, str] = {int: "a whole number", float: "a number", bool: "true or false"}

Model = TypeVar("Model", bound=BaseModel)


def _by_name(flag: str, noun: str, example: str) -> BeforeValidator:
    """Reads a mapping from `NAME=VALUE`, said any number of times."""

    def read(said: object) -> object:
        if not isinstance(said, tuple):
            return said
        pairs = [(pair, *pair.partition("=")) for pair in said]
        for pair, name, _, value in pairs:
            if not (name and value):
                raise ConfigurationError(f"{flag} {pair!r} is not {noun}, as in {example}.")
        return {name.strip(): value.strip() for _, name, _, value in pairs}

    return BeforeValidator(read)


def _read_databases(said: object) -> object:
    """Databases as they were said, any number of times, or as a journal has them."""
    if isinstance(said, tuple):
        named = [read_named(each) for each in said]
        check_distinct([name for name, _ in named], "databases")
        for _, address in named:
            if address.kind not in SERVERS and not address.path.exists():
                raise ConfigurationError(f"There is no file and no folder {address.path}.")
        return dict(named)
    return said


def _read_place(said: object) -> object:
    return str(said) if isinstance(said, Path) else said


def _address(said: object) -> Address:
    return said if isinstance(said, Address) else Address.parse(str(said))


GivenDatabases = Annotated[
    dict[
        Annotated[str, AfterValidator(check_name_of_database)],
        Annotated[Address, PlainValidator(_address), PlainSerializer(str)],
    ],
    BeforeValidator(_read_databases),
]
"""Databases by the names that roles call them; no journal holds a password."""


class RunSettings(BaseModel, Settings):
    """What a run is given as it was said; a field that journals may lack has a default."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    limits: RunLimits = RunLimits()
    seed: int = Field(default_factory=lambda: random.SystemRandom().randrange(HIGHEST_SEED + 1))
    human_roles: Annotated[frozenset[str], Field(strict=False), PlainSerializer(sorted)] = (
        frozenset()
    )
    approve: Annotated[dict[ToolName, ToolRule], _by_name("--approve", "TOOL=RULE", "run=ask")] = (
        Field(default={}, exclude_if=lambda rules: not rules)
    )
    acceptance: Literal["", "none", "quoted"] = Field(default="", exclude_if=lambda word: not word)
    databases: GivenDatabases = Field(default={}, exclude_if=lambda databases: not databases)
    knowledge: Annotated[tuple[Annotated[Path, Field(strict=False)], ...], Field(strict=False)] = (
        Field(default=(), exclude_if=lambda folders: not folders)
    )
    embeddings: str = Field(default="", exclude_if=lambda model: not model)
    images: Annotated[tuple[Path, ...], Field(exclude=True)] = ()
    """Where the pictures lie until the run has copies of its own; no journal holds that."""
    attached: Annotated[tuple[Path, ...], Field(exclude=True)] = ()
    """The same of pictures and documents; which of them are pictures is settled with the rest."""


OVERRIDABLE = {each.name: each for each in declared_in(RunSettings) if each.option.overridable}
"""What a fork may change that is no card and no model."""


class RunOptions(RunSettings, RunSource):
    """What may be said of a run of a company that is chosen."""

    task: str = ""
    source: Annotated[str | None, BeforeValidator(_read_place)] = None


class RunRequest(RunOptions, RunChoices):
    """All that may be said of a run, the choice of its company and models included."""

    role_models: Annotated[
        dict[str, str],
        _by_name("--role-model", "ROLE=ID", "programmer=openai:gpt-5.4-mini"),
    ] = {}


def read_options(model: type[Model], values: Mapping[str, Any]) -> Model:
    """What was said, by the names of fields; what is None or empty was not said.

    Raises ConfigurationError, naming the option that is wrong or the nearest to one that is not known.
    """
    options = {each.name: each.option for each in declared_in(model)}
    for name in values.keys() - options.keys() - model.model_fields.keys():
        raise ConfigurationError(f"A run has no option {shown(name)}{nearest(name, options)}")
    try:
        return model.model_validate(_nested(model, values))
    except ValidationError as error:
        fault = error.errors()[0]
        name = next((str(part) for part in reversed(fault["loc"]) if part in options), "")
        option = options.get(name, Option(name, "", ""))
        raise ConfigurationError(
            f"{option.flag} {fault['input']} is no {option.noun}: {fault['msg'].lower()}."
        ) from None


def _nested(model: type[BaseModel], values: Mapping[str, Any]) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        group = field.annotation
        if values.get(name) not in (None, "", ()):
            nested[name] = values[name]
        elif is_group(group) and (inner := _nested(group, values)):
            nested[name] = inner
    return nested


def arguments(request: BaseModel) -> Iterator[str]:
    """The command line that says the same."""
    options = {each.name: each.option for each in declared_in(type(request))}
    for name in type(request).model_fields:
        value = getattr(request, name)
        if isinstance(value, BaseModel):
            yield from arguments(value)
        elif name in options and name in request.model_fields_set:
            yield from _spelled(options[name], value)


def _spelled(option: Option, value: Any) -> list[str]:
    if isinstance(value, bool):
        return [option.flag] * value
    if isinstance(value, dict):
        value = tuple(f"{key}={each}" for key, each in value.items())
    values = value if isinstance(value, tuple | frozenset) else (value,)
    return [f"{option.flag}={each}" for each in values if each not in (None, "")]


def parsed(each: Declared, value: Any) -> Any:
    """A value from outside as the field holds it. Raises ConfigurationError where it cannot be."""
    option = each.option
    if option.choices and value not in option.choices:
        raise ConfigurationError(f"no such {option.noun}{nearest(str(value), option.choices)}")
    try:
        adapter = TypeAdapter(each.annotation, config=ConfigDict(strict=True))
        known = adapter.validate_python(value)
    except ValidationError as error:
        what = KINDS.get(each.type, error.errors()[0]["msg"].lower())
        raise ConfigurationError(f"a {option.noun} is {what}.") from None
    if option.bounds and not option.bounds[0] <= known <= option.bounds[1]:
        low, high = option.bounds
        raise ConfigurationError(f"a {option.noun} is {KINDS[each.type]} from {low} to {high}.")
    return known


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
    return check_distinct([image.name for image in images], "pictures")


def check_distinct(names: Sequence[str], what: str) -> tuple[str, ...]:
    """The names. Raises ConfigurationError where two are the same."""
    for name in names:
        if names.count(name) > 1:
            raise ConfigurationError(f"Two {what} are called {shown(name)}: rename one of them.")
    return tuple(names)


def check_source(source: str | None, *needing: object) -> str | None:
    """The place of an existing program, a path or an address. Raises ConfigurationError where there is none,
    and where something was said that needs one; ProductError for an address that says a password."""
    if source is None:
        if any(needing):
            raise ConfigurationError(
                "--commit and --include-untracked are about a program: name it by --from."
            )
        return None
    if not Path(source).exists():
        if is_address(source):
            return check_address(source)
        raise ConfigurationError(
            f"{source} is not there: --from takes the program's folder, a git bundle of it, or the address of"
            " its repository."
        )
    return str(Path(source).absolute())


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
