"""Rendering the prompts of cards and deciding their conditions.

Values are plain data and are inserted as they are: what a model wrote is never read as a template.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from company.cards.problems import shown

if TYPE_CHECKING:
    from jinja2 import Template, nodes
    from jinja2.environment import TemplateExpression

    from company.cards.templates import CardEnvironment

MAX_PROMPT_CHARACTERS = 2_000_000
_FAULTS = (TypeError, ValueError, OverflowError, RecursionError)
_KEPT = 512
"""So many templates and conditions stay compiled, the latest used, for every company of the process."""


class Prompts:
    """Templates and conditions, each compiled once for any number of runs and companies."""

    def render(self, template: str, values: Mapping[str, Any]) -> str:
        """The text of a template. Raises TemplateError for a name it is not given.

        Values may be text, numbers, booleans, None, and lists and mappings of these.
        """
        from jinja2 import UndefinedError

        from company.cards.templates import TemplateError, shown_text

        compiled = _template(template)
        pieces: list[str] = []
        length = 0
        context = {name: plain(value) for name, value in values.items()}
        try:
            for piece in compiled.generate(context):
                length += len(piece)
                if length > MAX_PROMPT_CHARACTERS:
                    raise TemplateError(
                        f"the prompt would be longer than {MAX_PROMPT_CHARACTERS:,} characters"
                    )
                pieces.append(piece)
        except UndefinedError as error:
            raise TemplateError(f"template: {shown_text(error.message or '')}") from None
        except _FAULTS as error:
            raise TemplateError(f"template: {shown_text(str(error))}") from None
        return "".join(pieces).strip()

    def evaluate(self, condition: str, values: Mapping[str, Any]) -> bool:
        """Whether a condition holds; whatever is not known yet counts as false."""
        from jinja2 import UndefinedError

        from company.cards.templates import TemplateError, shown_text

        compiled = _condition(condition)
        context = {name: plain(value) for name, value in values.items()}
        try:
            return bool(compiled(context))
        except UndefinedError:
            return False
        except _FAULTS as error:
            message = f"the condition {shown(condition)} fails: {shown_text(str(error))}"
            raise TemplateError(message) from None

    def names_in(self, condition: str) -> frozenset[str]:
        """The names a condition uses. Raises TemplateError where a card may not say that."""
        return _names_in(condition)

    def parse(self, template: str) -> nodes.Template:
        """The tree of a template. Raises TemplateError where a card may not say that."""
        return _tree(template)

    def parse_condition(self, condition: str) -> nodes.Expr:
        """The tree of a condition. Raises TemplateError where a card may not say that."""
        from company.cards.templates import parse_condition

        return parse_condition(_environment(), condition)


@cache
def _environment() -> CardEnvironment:
    from company.cards.templates import CardEnvironment

    return CardEnvironment()


@lru_cache(_KEPT)
def _tree(source: str) -> nodes.Template:
    from company.cards.templates import parse_template

    return parse_template(_environment(), source)


@lru_cache(_KEPT)
def _template(source: str) -> Template:
    return _environment().from_string(_tree(source))


@lru_cache(_KEPT)
def _condition(source: str) -> TemplateExpression:
    from jinja2 import ChainableUndefined

    from company.cards.templates import parse_condition

    parse_condition(_environment(), source)
    lenient = _environment().overlay(undefined=ChainableUndefined)
    return lenient.compile_expression(source, undefined_to_none=False)


@lru_cache(_KEPT)
def _names_in(condition: str) -> frozenset[str]:
    from jinja2 import nodes

    from company.cards.templates import parse_condition

    tree = parse_condition(_environment(), condition)
    root = [tree] if isinstance(tree, nodes.Name) else []
    return frozenset(each.name for each in [*root, *tree.find_all(nodes.Name)])


def plain(value: Any) -> Any:
    """A copy of a value that is only data. Raises TypeError for anything with behaviour."""
    if value is None or type(value) in (str, int, float, bool):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    raise TypeError(f"a template is given plain data, not {type(value).__name__}")
