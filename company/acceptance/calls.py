"""Checks of a module's functions: calls that a task writes down, with the values it gives them."""

import ast
import builtins
import re
from collections.abc import Iterator, Sequence

from company.acceptance.check_card import CheckCard, Command, TextExpectation
from company.acceptance.guards import depends, is_settled, is_short, only_joins
from company.acceptance.spans import Sentence
from company.acceptance.wording import says
from warehouse.python_source import syntax_tree

LONGEST = 500
_MODULE = re.compile(r"\b([A-Za-z_]\w*)\.py\b")
_EXCEPTION = re.compile(r"\b[A-Z]\w*(?:Error|Exception)\b")
_PROMPT = ">>> "
_ENDS = re.compile(r">>> |```|~~~|\"\"\"|'''")
_BUILTINS = frozenset(dir(builtins))
_PLAIN = (
    *(ast.Constant, ast.Tuple, ast.List, ast.Set, ast.Dict, ast.Load),
    *(ast.UnaryOp, ast.USub, ast.UAdd),
)


def call_checks(text: Sequence[Sentence], task: str) -> Iterator[CheckCard]:
    """A check for each call whose value, or exception, stands behind it; none unless the task names
    one module."""
    modules = set(_MODULE.findall(task)) - {"setup", "conftest"}
    if len(modules) != 1:
        return
    module = modules.pop()
    if says(task, "no_program"):
        yield _is_no_program(module)
    for sentence in text:
        yield from _in_sentence(sentence, module)
    yield from _doctests([line.strip() for line in task.splitlines()], module)


def _doctests(lines: Sequence[str], module: str) -> Iterator[CheckCard]:
    """Calls as an interpreter shows them; what comes behind anything else may depend on it."""
    for number, line in enumerate(lines):
        call = line.removeprefix(_PROMPT)
        if call == line:
            continue
        value, after = [*lines[number + 1 : number + 3], "", ""][:2]
        name = name_of_call(call)
        if not name or not _is_value(value) or not (_ENDS.match(after) or not after):
            return
        yield _is_equal(module, name, call, value)


def _in_sentence(sentence: Sentence, module: str) -> Iterator[CheckCard]:
    words, spans = sentence.words, sentence.spans
    for number, span in enumerate(spans):
        name = None if span.is_block else name_of_call(span.text)
        if not name or depends(" ".join(words[: number + 1])):
            continue
        between = words[number + 1]
        if not only_joins(between):
            continue
        following = spans[number + 1].text.strip() if number + 1 < len(spans) else ""
        raised = _EXCEPTION.search(between + following)
        if raised and says(between, "raises") and raised[0] in _BUILTINS:
            yield _raises(module, name, span.text.strip(), raised[0])
        elif _is_value(following) and _tells(between, words[number + 2]):
            yield _is_equal(module, name, span.text.strip(), following)


def _tells(between: str, after: str) -> bool:
    near = after[:40] if is_short(between) else ""
    return is_settled(after) and (says(between, "returns") or says(near, "returns"))


def name_of_call(text: str) -> str | None:
    """The function that is called with nothing but values; None where it is no such call, or one of
    Python's own."""
    call = _expression(text)
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
        return None
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    is_known = call.func.id in _BUILTINS
    return call.func.id if not is_known and all(map(_is_plain, given)) else None


def _is_value(text: str) -> bool:
    value = _expression(text)
    return value is not None and _is_plain(value)


def _expression(text: str) -> ast.expr | None:
    try:
        body = syntax_tree(text.strip()[:LONGEST]).body
    except SyntaxError:
        return None
    return body[0].value if len(body) == 1 and isinstance(body[0], ast.Expr) else None


def _is_plain(node: ast.expr) -> bool:
    """Whether it is written out, with nothing to be looked up or worked out."""
    return all(isinstance(part, _PLAIN) for part in ast.walk(node))


def _is_equal(module: str, name: str, call: str, value: str) -> CheckCard:
    code = f"from {module} import {name}\nseen = {call}\nassert seen == {value}, repr(seen)"
    return CheckCard(
        name=f"`{call}` is `{value}`"[:120], steps=[Command(run=["python", "-c", code])]
    )


def _is_no_program(module: str) -> CheckCard:
    """What prints its examples whoever imports it spoils the output of every program that does."""
    step = Command(run=["python", "-c", f"import {module}"], output=TextExpectation(equals=""))
    return CheckCard(
        name=f"`{module}.py` is no program, and prints nothing when it is imported", steps=[step]
    )


def _raises(module: str, name: str, call: str, error: str) -> CheckCard:
    code = (
        f"from {module} import {name}\ntry:\n    seen = {call}\nexcept {error}:\n    pass\n"
        "else:\n    raise AssertionError(repr(seen))"
    )
    return CheckCard(
        name=f"`{call}` raises {error}"[:120], steps=[Command(run=["python", "-c", code])]
    )
