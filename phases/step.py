"""What all steps of a chain share."""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

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

Where = tuple[str | int, ...]
StepKind = Literal["phase", "loop", "parallel", "each", "when", "chain", "graph", "direct"]
Condition = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]


class BaseStep(BaseModel):
    """What all steps share: their kind, and the one-key mapping that stands for them in YAML."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, validate_by_name=True)

    kind: ClassVar[StepKind]

    @property
    def label(self) -> str:
        """The step's part of a `where` path, after its number: `coding`, `review`, `when`."""
        return self.kind

    def phases(self) -> Iterator[tuple[Where, str]]:
        """The phases a step performs itself, each with its way through the YAML of the step."""
        yield from ()

    @model_validator(mode="before")
    @classmethod
    def _unwrap(cls, value: Any) -> Any:
        if isinstance(value, dict) and list(value) == [cls.kind]:
            if not isinstance(value[cls.kind], dict):
                raise PydanticCustomError("step", "the keys of a step are indented under its kind")
            return value[cls.kind]
        return value

    @model_serializer(mode="wrap")
    def _wrap(self, handler: SerializerFunctionWrapHandler) -> Any:
        return {self.kind: handler(self)}


def misplaced(index: int, what: str, given: object) -> ValidationError:
    """The error of one item of a list, so that a card's reader is led to the item's own line."""
    fault = PydanticCustomError("item", "{what}", {"what": what})
    details = InitErrorDetails(type=fault, loc=(index,), input=given)
    return ValidationError.from_exception_data("list", [details])
