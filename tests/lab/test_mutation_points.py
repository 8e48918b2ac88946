"""The faults themselves: where they are made, that they are faults, and what is left alone."""

import inspect
import json
import textwrap
from types import ModuleType

import pytest

from company.lab.evaluation import mutation_points, parts
from company.lab.evaluation.mutation_points import changes_something, mutants_of


def faults(source: str) -> list[str]:
    """The changed lines of every fault, in order."""
    lines = source.split("\n")
    found = []
    for mutant in mutants_of("a.py", source):
        faulty = mutant.put_into(source).split("\n")
        found += [new for old, new in zip(lines, faulty, strict=False) if old != new][:1]
    return found


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a < b <= c", ["a <= b <= c", "a < b < c"]),
        ("a is b", ["a is not b"]),
        ("a is  not b", ["a is b"]),
        ("a not in b", ["a in b"]),
        ("a and b or c", ["a or b or c", "a and b and c"]),
        ("a + b - c", ["a - b - c", "a + b + c"]),
        ("a // b % c", ["a / b % c", "a // b * c"]),
        ("a << b | c", ["a >> b | c", "a << b & c"]),
        ("(a) + (b)", ["(a) - (b)"]),
        ("x = not a", ["x = (a)"]),
        ("x = True", ["x = False"]),
        ("x = -1", ["x = -2"]),
        ("x = 0.5", ["x = 1.5"]),
        ("x -= n", ["pass", "x += n"]),
        ("x.y = n", ["pass"]),
        ("x[k] = n", ["pass"]),
        ("del x", ["pass"]),
        ("raise x", ["pass"]),
        ("f(x)", ["pass"]),
        ("x = 1 if a else 2", ["x = 2 if a else 2", "x = 1 if (not (a)) else 2", "x = 1 if a else 3"]),
        ("é = 'é'; x = é + b", ["é = 'é'; x = é - b"]),
    ],
)  # fmt: skip
def test_every_operator_is_put_in_its_place(source: str, expected: list[str]) -> None:
    assert faults(source) == expected


def test_operators_are_found_between_brackets_comments_and_lines() -> None:
    source = "x = (\n    (a)  # + is not this\n    + (b)\n)\n"
    assert faults(source) == ["    - (b)"]


def test_a_return_and_a_condition_are_replaced_whole() -> None:
    source = "def f(a):\n    if a:\n        return a, b\n    while (n := g()):\n        return\n    return None\n"
    assert faults(source) == [
        "    if (not (a)):",
        "        return None",
        "    while ((not (n := g()))):",
    ]


@pytest.mark.parametrize(
    "source",
    [
        "x = 'text'",
        "x = 'a' + b",
        "x = '%s' % b",
        "x = f'{a + 1}'",
        "'''A docstring: 1 < 2.'''",
        "def f(a: 'Literal[1]') -> 1 + 1: ...",
        "@cached(3)\ndef f(): ...",
        "if __name__ == '__main__':\n    main(1)",
        "def f(:",
        "x = 1" + "0" * 40,
        "import a",
    ],
)
def test_texts_types_decorators_and_the_start_are_left_alone(source: str) -> None:
    assert faults(source) == []


def test_a_fault_says_where_it_is_and_what_it_is() -> None:
    source = "\n\ndef f(a):\n    return a\n"
    assert [str(one) for one in mutants_of("lib/a.py", source)] == [
        "lib/a.py:4: returns None instead of `a`"
    ]
    long = f"print({', '.join('abcdefgh' for _ in range(20))})\n"
    (one,) = mutants_of("a.py", long)
    assert str(one).endswith("abcdefgh, abc…` removed")


def test_a_fault_where_the_program_never_comes_by_changes_nothing() -> None:
    source = "def f(a):\n    return a\n    g()\n"
    told = {one.what: changes_something(one, source) for one in mutants_of("a.py", source)}
    assert told == {"returns None instead of `a`": True, "`g()` removed": False}


@pytest.mark.parametrize("module", [json.decoder, textwrap, mutation_points, parts])
def test_the_faults_of_real_code_nearly_all_compile_and_change_something(
    module: ModuleType,
) -> None:
    source = inspect.getsource(module)
    mutants = mutants_of("a.py", source)[::7]
    assert mutants
    assert sum(changes_something(one, source) for one in mutants) >= 0.9 * len(mutants)
    for one in mutants:
        compile(one.put_into(source), "a.py", "exec")
