"""What a phase yields: the kinds of deliverable and the types of their fields."""

from typing import Annotated, Any, Literal, Self, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    StringConstraints,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_serializer,
    model_validator,
)
from pydantic_core import PydanticCustomError
from typing_extensions import TypedDict

YieldKind = Literal["decision", "verdict", "files", "passage", "document", "report", "analysis"]
KINDS: tuple[YieldKind, ...] = get_args(YieldKind)


class OneOf(TypedDict):
    """A choice: the value is one of these words."""

    __pydantic_config__ = ConfigDict(extra="forbid", strict=True)  # type: ignore[misc]

    one_of: Annotated[list[str], Field(min_length=2, max_length=50)]


def _say_what_a_type_is(value: object, handler: ValidatorFunctionWrapHandler) -> Any:
    try:
        return handler(value)
    except ValidationError:
        raise PydanticCustomError(
            "field_type",
            "a field's type is str, bool, int, float, [str], [path] or {one_of: [first, second]}",
        ) from None


def _inside_the_product(path: str) -> str:
    parts = path.split("/")
    if path.startswith("/") or "\\" in path or ".." in parts or not all(parts):
        raise ValueError(f"{path!r} must be a relative path inside the product, with '/'")
    if any(ord(character) < 32 for character in path):
        raise ValueError(f"{path!r} holds a control character")
    return path


TESTS = "{tests}"
"""Among globs: the usual names of tests, in the program's language or in any."""
FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]
FieldType = Annotated[
    Literal["str", "bool", "int", "float"]
    | Annotated[list[Literal["str", "path"]], Field(min_length=1, max_length=1)]
    | OneOf,
    WrapValidator(_say_what_a_type_is),
]
Fields = Annotated[dict[FieldName, FieldType], Field(min_length=1, max_length=30)]
ProductPath = Annotated[
    str, StringConstraints(min_length=1, max_length=200), AfterValidator(_inside_the_product)
]


class FilesYield(BaseModel):
    """Files of the product, whole or as SEARCH/REPLACE edits."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    only: list[ProductPath] | None = Field(
        default=None,
        min_length=1,
        description="Globs of the files this phase may write, `{tests}` for tests; any file when left"
        " out.",
    )
    edits: bool = Field(
        default=True,
        description="Whether SEARCH/REPLACE edits of existing files are welcome beside whole"
        " files.",
    )
    at_most: int | None = Field(
        default=None, ge=1, le=1000, description="The most files one reply may touch."
    )


class PassageYield(BaseModel):
    """New lines in the place of those where a check saw a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class AnalysisYield(BaseModel):
    """The report of an analysis, whose figures are references to rows."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Yields(BaseModel):
    """Exactly one kind of deliverable."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    decision: Fields | None = Field(
        default=None, description="Named facts; later phases read them in `decisions`."
    )
    verdict: Fields | None = Field(
        default=None,
        description="A judgement: `approved: bool` and, usually, `comments: [str]`."
        " The enclosing loop's condition reads it by the loop's name.",
    )
    files: FilesYield | None = Field(
        default=None, description="Files of the product; `{}` for any file."
    )
    passage: PassageYield | None = Field(
        default=None,
        description="New lines for those that `fault` shows; `{}`. The rest of the file stays.",
    )
    document: ProductPath | None = Field(
        default=None, description="One Markdown or plain document, by its path: `MANUAL.md`."
    )
    report: Fields | None = Field(
        default=None,
        description="Kept as `history`, not committed; `null` for free text.",
    )

    analysis: AnalysisYield | None = Field(
        default=None,
        description="The report of an analysis, with the queries that were asked, their rows and its charts;"
        " `{}`.",
    )

    @property
    def kind(self) -> YieldKind:
        """Which of them this is; `report` may be present and null (free text)."""
        return next((kind for kind in KINDS if getattr(self, kind) is not None), "report")

    @model_validator(mode="after")
    def _is_exactly_one(self) -> Self:
        kinds = [kind for kind in KINDS if getattr(self, kind) is not None]
        if not kinds and "report" in self.model_fields_set:
            kinds = ["report"]
        if len(kinds) != 1:
            named = " and ".join(f"'{kind}'" for kind in kinds) or "none of them"
            raise ValueError(
                f"a phase yields exactly one of {', '.join(KINDS)}; this names {named}"
            )
        if self.verdict is not None and self.verdict.get("approved") != "bool":
            raise ValueError("a verdict needs the field 'approved: bool'")
        return self

    @model_serializer(mode="wrap")
    def _only_the_one_given(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {self.kind: handler(self)[self.kind]}
