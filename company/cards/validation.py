"""From the data of a YAML file to a card, with every fault told by its line and nearest word."""

import re
import types
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, Tag, ValidationError

from company.cards.problems import CardError, Problem, nearest, shown
from company.cards.yaml_file import Where, YamlDocument
from phases.steps.registry import STEPS

Card = TypeVar("Card", bound=BaseModel)

_EXPECTED = {
    "string_type": "text",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "float_type": "a number",
    "list_type": "a list",
    "dict_type": "a mapping of keys to values",
    "model_type": "a mapping of keys to values",
}
_STEP = (
    f"a step is a phase's name, or one of {', '.join(kind for kind in STEPS if kind != 'phase')}"
    " with its keys under it"
)


def validate(model: type[Card], document: YamlDocument) -> Card:
    """The card a document holds. Raises CardError with every problem found."""
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        problems = [
            _problem(model, document, dict(fault)) for fault in error.errors(include_url=False)
        ]
        raise CardError(sorted(problems)) from None


def _problem(model: type[BaseModel], document: YamlDocument, fault: Mapping[str, Any]) -> Problem:
    loc: Where = tuple(fault["loc"])
    where = _in_the_file(document.data, loc)
    return document.problem(where, _message(model, loc, where, fault))


def _message(model: type[BaseModel], loc: Where, where: Where, fault: Mapping[str, Any]) -> str:
    kind, value, context = fault["type"], fault["input"], fault.get("ctx") or {}
    about = f"'{_dotted(where)}' " if where else ""
    if kind == "extra_forbidden":
        return f"unknown key {shown(loc[-1])}{nearest(str(loc[-1]), _keys_at(model, loc[:-1]))}"
    if kind == "missing":
        inside = f" in '{_dotted(where)}'" if where else ""
        return f"missing key '{loc[-1]}'{inside}"
    if kind == "literal_error":
        known = re.findall(r"'([^']*)'", context["expected"])
        return f"{about}cannot be {shown(value)}{nearest(str(value), known)}"
    if kind in {"union_tag_invalid", "union_tag_not_found"}:
        word = context.get("tag")
        kinds = re.findall(r"'([^']*)'", context.get("expected_tags", ""))
        return f"unknown step {shown(word)}{nearest(word, kinds)}" if word else _STEP
    if kind in _EXPECTED:
        quoted = isinstance(value, bool | int | float) and kind == "string_type"
        hint = "; put it in quotes" if quoted else ""
        return f"{about}must be {_EXPECTED[kind]}, not {shown(value)}{hint}"
    if kind == "string_pattern_mismatch":
        return (
            f"{about}must be small letters, digits and '_', starting with a letter,"
            f" not {shown(value)}"
        )
    if kind == "value_error":
        return str(context["error"])
    if kind == "item":
        return str(fault["msg"])
    if kind in {"field_type", "step"}:
        return f"{about}is wrong: {fault['msg']}"
    message = str(fault["msg"]).replace("Input should", "should").replace("String should", "should")
    return f"{about}{message[0].lower()}{message[1:]}"


def _in_the_file(data: Any, loc: Where) -> Where:
    """The part of a validation error's location that exists in the file.

    Locations also name the branch taken in a union; a branch that is no key is left out.
    """
    where: list[str | int] = []
    for part in loc:
        known = isinstance(data, dict) and part in data
        listed = isinstance(data, list) and isinstance(part, int) and part < len(data)
        if known or listed:
            data = data[part]
            where.append(part)
    return tuple(where)


def _dotted(where: Where) -> str:
    text = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in where)
    return text.removeprefix(".")


def _keys_at(annotation: Any, loc: Where) -> set[str]:
    """The keys a mapping may have at a location, read from the models' annotations."""
    return {key for model in _models_at(annotation, loc) for key in _keys(model)}


def _keys(model: Any) -> Iterator[str]:
    if isinstance(model, type) and issubclass(model, BaseModel):
        for name, info in model.model_fields.items():
            yield info.alias or name


def _models_at(annotation: Any, loc: Where) -> Iterator[Any]:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        tags = [extra.tag for extra in arguments[1:] if isinstance(extra, Tag)]
        if not tags:
            yield from _models_at(arguments[0], loc)
        elif loc and loc[0] in tags:
            yield from _models_at(arguments[0], loc[1:])
    elif origin in (Union, types.UnionType):
        for argument in arguments:
            yield from _models_at(argument, loc)
    elif origin in (list, dict):
        if loc:
            yield from _models_at(arguments[-1], loc[1:])
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if not loc:
            yield annotation
        for name, info in annotation.model_fields.items():
            if loc and loc[0] == (info.alias or name):
                extras = tuple(extra for extra in info.metadata if isinstance(extra, Tag))
                inner = Annotated[info.annotation, *extras] if extras else info.annotation
                yield from _models_at(inner, loc[1:])
