"""What all steps of a chain share, and what each kind tells of itself to whoever reads chains.

A kind of step is a file here, its runner in `company/engine/steps/`, and a line in the registry
(`phases/steps/__init__.py`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import (
    BaseModel,
    ConfigDict,
    SerializerFunctionWrapHandler,
    StringConstraints,
    ValidationError,
    model_serializer,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from phases.phase import Phase
from phases.phase import Where as Where

Condition = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]


@dataclass(frozen=True)
class Fault:
    """What is wrong in a step, seen together with the phases it names."""

    where: Where
    """Its way through the YAML of the step."""
    message: str


class BaseStep(BaseModel):
    """What all steps share: their kind, and the one-key mapping that stands for them in YAML."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, validate_by_name=True)

    kind: ClassVar[str]
    holds: ClassVar[tuple[str, ...]] = ()
    """The keys under which other steps stand."""
    noun: ClassVar[str] = ""
    """What people call a step that is known by its name; the others have no name to be known by."""
    set_key: ClassVar[str] = ""
    """The key by which `--set` speaks of steps of this kind by their names."""
    makes: ClassVar[str] = ""
    """What the places that it makes inside itself are called before their number: `round`."""
    is_loop: ClassVar[bool] = False
    """Whether conditions inside know its round, and the last verdict given in it by its name."""
    is_closed: ClassVar[bool] = False
    """Whether verdicts given inside stay there."""

    @property
    def label(self) -> str:
        """The step's part of a `where` path, after its number: `coding`, `review`, `when`."""
        return str(getattr(self, "name", self.kind))

    @property
    def most_places(self) -> int:
        """How many places it makes inside itself at most."""
        return int(getattr(self, "max", 0))

    def place(self, number: int) -> str:
        """Such a place's part of a `where` path: `round-2`."""
        return f"{self.makes}-{number}"

    def after(self, names: Sequence[str]) -> Sequence[str] | None:
        """What of a way into the step follows the place that it makes; None where it makes no such place."""
        if not self.makes or not names:
            return names
        known = {self.place(number) for number in range(1, self.most_places + 1)}
        return names[1:] if names[0] in known else None

    def inside(self) -> Iterator[tuple[str, "Sequence[BaseStep]"]]:
        """The steps it holds, by the key they stand under."""
        attributes = {info.alias or name: name for name, info in type(self).model_fields.items()}
        for key in self.holds:
            yield key, getattr(self, attributes[key])

    def phases(self) -> Iterator[tuple[Where, str]]:
        """The phases a step performs itself, each with its way through the YAML of the step."""
        yield from ()

    def chains(self) -> Iterator[tuple[Where, str]]:
        """The other chains it takes the steps of, likewise."""
        yield from ()

    def conditions(self) -> Iterator[tuple[Where, str]]:
        """The conditions it asks, likewise."""
        yield from ()

    def lists(self) -> Iterator[tuple[Where, str]]:
        """The decided lists it reads, as `design.files`, likewise."""
        yield from ()

    def most_phases(self, of: "Callable[[Sequence[BaseStep]], int]") -> int:
        """How many phases it comes to at most, where `of` says it of the steps inside; those of
        other chains are not counted."""
        own = sum(1 for _ in self.phases())
        return own + sum(of(steps) for _, steps in self.inside())

    def faults(self, phases: Mapping[str, Phase]) -> Iterator[Fault]:
        """What is wrong with the phases it names; unknown ones are told elsewhere."""
        yield from ()

    @model_validator(mode="before")
    @classmethod
    def _unwrap(cls, value: Any) -> Any:
        if isinstance(value, dict) and list(value) == [cls.kind]:
            if cls.kind in cls.model_fields:
                return value  # a kind of one word, which stands under its name
            if not isinstance(value[cls.kind], dict):
                raise PydanticCustomError("step", "the keys of a step are indented under its kind")
            return value[cls.kind]
        return value

    @model_serializer(mode="wrap")
    def _wrap(self, handler: SerializerFunctionWrapHandler) -> Any:
        about = handler(self)
        # pydantic asks twice where a type that holds itself is part of a model made later.
        return about if list(about) == [self.kind] else {self.kind: about}


if TYPE_CHECKING:
    Steps = list[BaseStep]
else:
    Steps = list["Step"]  # noqa: F821  any of the kinds, which the registry knows
"""Steps inside of a step."""


def misplaced(index: int, what: str, value: object) -> ValidationError:
    """The error of one item of a list, so that a card's reader is led to the item's own line."""
    fault = PydanticCustomError("item", "{what}", {"what": what})
    details = InitErrorDetails(type=fault, loc=(index,), input=value)
    return ValidationError.from_exception_data("list", [details])
