"""Whether what was asked for has come into a program that was there before."""

from time import process_time

import pytest

from company.engine.state import State
from company.engine.workspace.brought_in import is_any_brought_in
from company.engine.workspace.changes import changed
from company.spec import Task

MAIN = b"from shop.price import total\n\n\ndef main():\n    print(total())\n"
SHOP = {
    "shop/__main__.py": MAIN,
    "shop/price.py": b"def total():\n    return 0.5\n",
    "tests/test_main.py": b"from shop.__main__ import main\n",
}


@pytest.mark.parametrize(
    ("task", "now"),
    [
        ("Round half cents", {"shop/price.py": b"def total():\n    return 1\n"}),
        ("Round half cents", {"shop/price.py": None}),
        ("Round half cents", {"shop/cents.py": b"new\n"}),
        ("Write down how to help", {"CONTRIBUTING.md": b"new\n", "shop/price.py": b"new\n"}),
        ("Add a contributing guide", {"CONTRIBUTING.md": b"Send patches.\n"}),
        ("Add tests", {"tests/test_totals.py": b"def test(): ...\n"}),
        ("Wo steht der Preis? Lege Rabatte.py an", {"shop/rabatte.py": b"neu\n"}),
    ],
)  # fmt: skip
def test_a_change_of_the_program_or_what_the_task_speaks_of_is_one(
    task: str, now: dict[str, bytes | None]
) -> None:
    files = {path: text for path, text in {**SHOP, **now}.items() if text is not None}
    verdict = changed(State(Task(task), files, brought_in=dict(SHOP)))
    assert verdict is not None
    assert (verdict.what, verdict.holds) == ("changed", True)


@pytest.mark.parametrize(
    ("now", "why"),
    [
        ({"main.py": MAIN}, "main.py is only a copy of what was there"),
        ({"main.py": MAIN + b"\n"}, "main.py is new, and neither the task nor a file"),
        ({"notes.json": b"{}\n"}, "notes.json is new, and neither"),
        ({"a.py": b"1\n", "b.py": b"2\n"}, "a.py, b.py are new, and neither"),
        ({"a.py": b"1\n", "b.py": MAIN}, "a.py is new, and neither"),
    ],
)
def test_what_only_stands_beside_the_program_is_no_witness_that_it_does_anything_new(
    now: dict[str, bytes], why: str
) -> None:
    task = Task("Round half cents, and what remains as JSON")
    verdict = changed(State(task, {**SHOP, **now}, brought_in=dict(SHOP)))
    assert verdict is not None
    assert (verdict.what, verdict.holds) == ("unseen", None)
    assert why in verdict.how


def test_a_program_that_is_as_it_was_is_not_changed() -> None:
    verdict = changed(State(Task("Round half cents"), dict(SHOP), brought_in=dict(SHOP)))
    assert verdict is not None
    assert verdict.holds is False


def test_of_a_program_that_was_not_there_before_nothing_is_said() -> None:
    assert changed(State(Task("A shop"), dict(SHOP))) is None


@pytest.mark.parametrize(
    ("path", "other", "line"),
    [
        ("shop/extra.py", "shop/plugins.py", "from shop import extra"),
        ("shop/extra.py", "shop/plugins.py", "from . import price, extra"),
        ("shop/extra.py", "shop/plugins.py", "from .extra import more"),
        ("shop/extra.py", "shop/plugins.py", "import shop.extra"),
        ("src/extra.ts", "src/index.ts", "import { more } from './extra';"),
        ("src/extra.js", "src/index.js", 'const more = require("../src/extra");'),
        ("src/extra.rs", "src/lib.rs", "mod extra;"),
        ("static/extra.css", "index.html", '<link rel="stylesheet" href="static/extra.css">'),
        ("extra.c", "Makefile", "all: main.o extra.o"),
        ("extra.go", "main.go", "package main"),
        ("src/shop/Extra.java", "src/shop/Main.java", "package shop;"),
        ("tools/extra.py", "Makefile", "\tpython -m tools.extra"),
    ],
)  # fmt: skip
def test_a_new_file_that_another_brings_in_is_part_of_the_program(
    path: str, other: str, line: str
) -> None:
    before = {other: line.encode()}
    verdict = changed(State(Task("Do it"), {**before, path: b"new"}, brought_in=before))
    assert verdict is not None
    assert verdict.holds is True


@pytest.mark.parametrize(
    ("path", "other", "line"),
    [
        ("extra.py", "extra.py", "import extra"),
        ("extra.py", "main.py", "from shop.extras import more"),
        ("shop/extra.py", "main.py", "from other import extra"),
        ("extra.py", "main.py", "extra = 1"),
        ("extra.go", "other/main.go", "package main"),
    ],
)
def test_a_new_file_that_no_other_brings_in_is_none(path: str, other: str, line: str) -> None:
    before = {"README.md": b"A shop.\n", other: b"1\n"}
    before.pop(path, None)
    files = {**before, path: b"new\n", other: line.encode()}
    assert is_any_brought_in([path], files) is False


def test_a_thousand_new_files_are_looked_for_in_each_other_at_once() -> None:
    """One after the other they took minutes."""
    text = b"\n".join(b"word%d = %d" % (number, number) for number in range(100))
    new = {f"f{number}_zzz.py": text + b"%d" % number for number in range(1_000)}
    began = process_time()
    verdict = changed(State(Task("Do it"), {**SHOP, **new}, brought_in=dict(SHOP)))
    assert verdict is not None and verdict.holds is None
    assert process_time() - began < 20


def test_what_the_house_made_beside_a_program_is_no_change_of_it() -> None:
    files = {**SHOP, "database.py": b"def connect(): ...\n"}
    state = State(Task("Use the database"), files, brought_in=dict(SHOP))
    verdict = changed(state)
    assert verdict is not None and verdict.holds is True
    state.kept = frozenset(["database.py"])
    verdict = changed(state)
    assert verdict is not None and verdict.holds is False
