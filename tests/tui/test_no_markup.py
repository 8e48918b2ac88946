"""The window's own source: nothing in it lets text from outside be read as markup."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import tui

ROOT = Path(tui.__file__).parent
SOURCES = sorted(ROOT.rglob("*.py"))
READ_MARKUP = {"Static", "Label", "Button", "Tab", "TabPane", "Checkbox", "RadioButton"}
"""Widgets that read what they are given as markup, unless they are told not to."""
OPTIONS = {"OptionList", "SelectionList"}
"""Widgets that read their items so."""
TITLES = {"border_title", "border_subtitle", "tooltip"}
SLOW_OR_READING = {
    *("DataTable", "DirectoryTree", "Link", "ListView", "Log", "Markdown", "MarkdownViewer"),
    *("Pretty", "RichLog", "Tree"),
}
"""Widgets that are not for the data of runs: they read markup, or are too slow."""
SAFE = {"plain", "plain_text", "escape"}


def name_of(function: ast.expr) -> str:
    """The last word of what is called."""
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def is_ours(value: ast.expr, known: frozenset[str] = frozenset()) -> bool:
    """Whether a text can only be one of ours: written here, a constant's, made by `plain`, or
    what one of the `known` names stands for.
    """
    match value:
        case ast.Constant():
            return True
        case ast.JoinedStr() | ast.BoolOp():
            return all(is_ours(part, known) for part in value.values)
        case ast.FormattedValue():
            return is_ours(value.value, known)
        case ast.Name():
            return value.id.isupper() or value.id in known
        case ast.Attribute(attr="markup"):
            return is_ours(value.value, known)
        case ast.Attribute():
            return value.attr.isupper()
        case ast.IfExp():
            return is_ours(value.body, known) and is_ours(value.orelse, known)
        case ast.Call():
            return name_of(value.func) in SAFE
    return False


def items_of_constants(module: ast.AST) -> frozenset[str]:
    """The names that loops give to the items of constants."""
    loops = [node for node in ast.walk(module) if isinstance(node, ast.For)]
    over_constants = [loop for loop in loops if _constant(loop.iter)]
    names = (ast.walk(loop.target) for loop in over_constants)
    return frozenset(node.id for found in names for node in found if isinstance(node, ast.Name))


def _constant(value: ast.expr) -> bool:
    match value:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name)), args=[]):
            return name.isupper()
        case ast.Name(id=name):
            return name.isupper()
    return False


def faults(source: str) -> Iterator[str]:
    """What in a module could let markup in, with its line."""
    module = ast.parse(source)
    known = items_of_constants(module)
    for node in ast.walk(module):
        match node:
            case ast.Call():
                yield from (f"{node.lineno}: {fault}" for fault in _faults_of_call(node))
            case ast.Assign(targets=[ast.Attribute(attr=attribute)]) if attribute in TITLES:
                if not is_ours(node.value, known):
                    yield f"{node.lineno}: {attribute} is read as markup"
            case ast.ImportFrom(module="textual.widgets"):
                for alias in node.names:
                    if alias.name in SLOW_OR_READING:
                        yield f"{node.lineno}: {alias.name} is not for runs"


def _faults_of_call(call: ast.Call) -> Iterator[str]:
    name = name_of(call.func)
    if name in ("from_markup", "render_markup", "markup") and not all(map(is_ours, call.args)):
        yield f"{name} reads markup"
    if name in READ_MARKUP | OPTIONS:
        told = {keyword.arg: keyword.value for keyword in call.keywords}
        plain = isinstance(told.get("markup"), ast.Constant) and told["markup"].value is False  # type: ignore[attr-defined]
        if name in READ_MARKUP and call.args and not plain and not is_ours(call.args[0]):
            yield f"{name} reads its text as markup"
        if name in OPTIONS and not plain:
            yield f"{name} reads its options as markup"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_text_from_outside_is_never_read_as_markup(path: Path) -> None:
    assert list(faults(path.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    [
        "Static(text)",
        "widgets.Static(f'[b]{text}[/b]')",
        "Static(text, markup=True)",
        "Label(run.name)",
        "Button(f'{verb} it')",
        "OptionList(Option(plain(title)))",
        "for title in titles: box.border_title = title",
        "Content.from_markup(text)",
        "Text.from_markup(f'{text}')",
        "box.border_title = path",
        "box.tooltip = f'see {path}'",
        "from textual.widgets import Input, RichLog",
    ],
)
def test_the_watchman_is_awake(source: str) -> None:
    assert len(list(faults(source))) == 1


@pytest.mark.parametrize(
    "source",
    [
        "Static(text, markup=False)",
        "Static('ours')",
        "Static(f'ours {TITLE}')",
        "Static(plain(text))",
        "PlainStatic(text)",
        "OptionList(Option(plain(title)), markup=False)",
        "box.border_title = plain(path, one_line=True).markup",
        "box.border_title = 'Keys'",
        "for name, title in TITLES.items(): box(name).border_title = title",
    ],
)
def test_and_lets_pass_what_is_safe(source: str) -> None:
    assert not list(faults(source))
