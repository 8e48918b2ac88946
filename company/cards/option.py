"""How a field of a run is said by people: declared once, beside its type, and read by all who need it.

The command line's options, the arguments of a child process, `fork --set` and the settings of a
condition are derived from these declarations.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import NoneType
from typing import Any, Literal, NamedTuple, TypeVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from company.cards.problems import nearest, shown
from company.errors import ConfigurationError

Model = TypeVar("Model", bound=BaseModel)
KINDS: dict[type, str] = {int: "a whole number", float: "a number", bool: "true or false"}


@dataclass(frozen=True)
class Option:
    """What a field is called where people say it, beside what its type tells."""

    flag: str
    """As on the command line: `--max-tokens`."""
    metavar: str
    help: str
    default: str = ""
    """What holds where nothing is said, in words."""
    noun: str = "value"
    """What it is called in a sentence."""
    choices: tuple[str, ...] = ()
    stand_ins: tuple[str, ...] = ()
    """Words that are said for one of the choices, which is made before a run begins."""
    bounds: tuple[int, int] | None = None
    path: Literal["file", "folder"] = "file"
    overridable: bool = True
    """Whether a fork may change it."""
    varied: bool = True
    """Whether the conditions of an experiment may differ in it, and a batch may set it."""


class Declared(NamedTuple):
    """A field with the option it is said by."""

    name: str
    field: FieldInfo
    option: Option

    @property
    def type(self) -> Any:
        """The type of one value: without None, and of a collection that of its items."""
        kind = self.field.annotation
        return next((each for each in get_args(kind) if each not in (NoneType, Ellipsis)), kind)

    @property
    def is_repeated(self) -> bool:
        """Whether it may be said any number of times."""
        return get_origin(self.field.annotation) in (tuple, frozenset, dict)

    def parsed(self, value: Any) -> Any:
        """A value from outside as the field holds it. Raises ConfigurationError where it cannot be."""
        option = self.option
        if option.choices and value not in option.choices:
            raise ConfigurationError(f"no such {option.noun}{nearest(str(value), option.choices)}")
        exact = self.field.rebuild_annotation()
        try:
            known = TypeAdapter(exact, config=ConfigDict(strict=True)).validate_python(value)
        except ValidationError as error:
            what = KINDS.get(self.type, error.errors()[0]["msg"].lower())
            raise ConfigurationError(f"a {option.noun} is {what}.") from None
        if option.bounds and not option.bounds[0] <= known <= option.bounds[1]:
            low, high = option.bounds
            raise ConfigurationError(f"a {option.noun} is {KINDS[self.type]} from {low} to {high}.")
        return known


def declared_in(model: type[BaseModel]) -> Iterator[Declared]:
    """Every option of a model, those of the models in its fields included."""
    for name, field in model.model_fields.items():
        if group := _group(field):
            yield from declared_in(group)
        yield from (Declared(name, field, option) for option in _options_of(field))


def read_options(model: type[Model], values: Mapping[str, Any]) -> Model:
    """What was said, by the names of fields; what is None or empty was not said.

    Raises ConfigurationError, naming the option that is wrong or the nearest to one that is not known.
    """
    known = {each.name: each.option for each in declared_in(model)}
    for name in values.keys() - known.keys() - model.model_fields.keys():
        raise ConfigurationError(f"A run has no option {shown(name)}{nearest(name, known)}")
    try:
        return model.model_validate(_nested(model, values))
    except ValidationError as error:
        fault = error.errors()[0]
        name = next((str(part) for part in reversed(fault["loc"]) if part in known), "")
        option = known.get(name, Option(name, "", ""))
        raise ConfigurationError(
            f"{option.flag} {fault['input']} is no {option.noun}: {fault['msg'].lower()}."
        ) from None


def arguments(options: BaseModel) -> Iterator[str]:
    """The command line that says the same."""
    for name, field in type(options).model_fields.items():
        value = getattr(options, name)
        if isinstance(value, BaseModel):
            yield from arguments(value)
        elif name in options.model_fields_set:
            yield from (each for option in _options_of(field) for each in _spelled(option, value))


def _spelled(option: Option, value: Any) -> list[str]:
    if isinstance(value, bool):
        return [option.flag] * value
    if isinstance(value, dict):
        value = tuple("=".join(pair) for pair in value.items())
    values = value if isinstance(value, tuple | frozenset) else (value,)
    return [f"{option.flag}={each}" for each in values if each not in (None, "")]


def _nested(model: type[BaseModel], values: Mapping[str, Any]) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        group = _group(field)
        if values.get(name) not in (None, "", ()):
            nested[name] = values[name]
        elif group and (inner := _nested(group, values)):
            nested[name] = inner
    return nested


def _group(field: FieldInfo) -> type[BaseModel] | None:
    """The model a field holds, whose fields are options of their own."""
    kind = field.annotation
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _options_of(field: FieldInfo) -> Iterator[Option]:
    return (each for each in field.metadata if isinstance(each, Option))
