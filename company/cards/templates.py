"""The language of templates and conditions in cards: Jinja2, cut down to what a card needs.

A card may insert values (`{{ task }}`), choose (`{% if %}`) and compare. It has no arithmetic, no
loops, no assignments and no calls, so nothing in it can run long, or grow beyond what it is given.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from jinja2 import Environment, StrictUndefined, TemplateSyntaxError, nodes
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

from company.cards.problems import nearest, shown
from company.errors import ConfigurationError

MAX_NODES = 5_000
MAX_DEPTH = 40
FILTERS = frozenset(
    ("capitalize", "count", "default", "first", "last", "length", "lower", "title", "trim", "upper")
)
TESTS = frozenset(
    ("defined", "undefined", "none", "true", "false", "string", "number", "boolean", "in")
)
_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.Name, nodes.Const,
    nodes.Getattr, nodes.Getitem, nodes.List, nodes.Tuple, nodes.Filter, nodes.Test, nodes.Compare,
    nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.CondExpr, nodes.Keyword,
)  # fmt: skip
_REFUSED = (
    (nodes.For, "loops ('for')"),
    (nodes.Call, "calls"),
    ((nodes.Assign, nodes.AssignBlock, nodes.NSRef), "assignments ('set')"),
    ((nodes.BinExpr, nodes.UnaryExpr, nodes.Concat), "arithmetic"),
    ((nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends), "other templates"),
)


class TemplateError(ConfigurationError):
    """A template or condition cannot be used; `line` is counted from 1 within it."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


class CardEnvironment(ImmutableSandboxedEnvironment):
    """A sandbox in which only mappings have attributes, and only their keys."""

    def __init__(self) -> None:
        super().__init__(
            undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, cache_size=0
        )
        self.globals.clear()
        for name in set(self.filters) - FILTERS:
            del self.filters[name]
        for name in set(self.tests) - TESTS:
            del self.tests[name]

    def getattr(self, obj: Any, attribute: str) -> Any:
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        known = isinstance(obj, dict) and isinstance(argument, str) and argument in obj
        listed = isinstance(obj, list) and type(argument) is int
        if known or (listed and -len(obj) <= argument < len(obj)):
            return obj[argument]
        return self.undefined(obj=obj, name=argument)


def parse_template(environment: Environment, source: str) -> nodes.Template:
    """The tree of a template. Raises TemplateError where a card may not say that."""
    with _clean_errors():
        tree = environment.parse(source)
    _refuse_what_cards_lack(tree, environment)
    return tree


def parse_condition(environment: Environment, source: str) -> nodes.Expr:
    """The tree of a condition. Raises TemplateError where a card may not say that."""
    with _clean_errors():
        parser = Parser(environment, source, state="variable")
        expression = parser.parse_expression()
        if not parser.stream.eos:
            raise TemplateError(f"expected one condition, but {shown(source)} goes on after it")
    expression.set_environment(environment)
    _refuse_what_cards_lack(expression, environment)
    return expression


@contextmanager
def _clean_errors() -> Iterator[None]:
    try:
        yield
    except TemplateSyntaxError as error:
        message = shown_text(error.message or "it cannot be read")
        raise TemplateError(f"template: {message}", error.lineno) from None
    except RecursionError:
        raise TemplateError("template: it is nested too deeply") from None
    except (ValueError, OverflowError, UnicodeError):
        raise TemplateError("template: it holds a number or text that cannot be read") from None


def shown_text(message: str) -> str:
    """A library's message, cut to a line that is safe to print."""
    return "".join(c if c.isprintable() else " " for c in message[:300])


def _refuse_what_cards_lack(tree: nodes.Node, environment: Environment) -> None:
    waiting, count = [(tree, 0, 1)], 0
    while waiting:
        node, depth, above = waiting.pop()
        line = node.lineno or above  # what the parser adds of itself has none
        count += 1
        if depth > MAX_DEPTH or count > MAX_NODES:
            raise TemplateError("template: it is too large or nested too deeply", line)
        if not isinstance(node, _ALLOWED):
            what = next(
                (name for kinds, name in _REFUSED if isinstance(node, kinds)),
                f"'{type(node).__name__.lower()}'",
            )
            raise TemplateError(f"template: cards have no {what}", line)
        listed = node.items if isinstance(node, nodes.List | nodes.Tuple) else []
        if not all(isinstance(item, nodes.Const) for item in listed):
            raise TemplateError("template: a list in a card holds only constants", line)
        for kind, known in ((nodes.Filter, environment.filters), (nodes.Test, environment.tests)):
            if isinstance(node, kind) and node.name not in known:
                what = f"unknown {kind.__name__.lower()} {shown(node.name)}"
                raise TemplateError(f"template: {what}{nearest(node.name, known)}", line)
        waiting.extend((child, depth + 1, line) for child in node.iter_child_nodes())
