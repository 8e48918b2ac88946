"""Runs that look the same whenever they are shown: for pictures of the window."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import structs

from tests.support.journals import (
    AT,
    Step,
    answered,
    asked,
    check_data,
    ended,
    phase,
    started,
    write_run,
)
from tests.support.window_parts import at_seconds
from warehouse.journal.journal import FILE_NAME
from warehouse.product.product import Product
from warehouse.runs.folders import PRODUCT

RUN = "20260102-030405-tips-abcd"
SECONDS = 7.0
"""Between two events."""
FIRST = '''"""A tip calculator."""

import sys


def tip(bill: float, percent: float) -> float:
    return bill * percent / 100


def main() -> None:
    bill, percent = map(float, sys.argv[1:3])
    print(f"Tip: {tip(bill, percent)}")


if __name__ == "__main__":
    main()
'''
SECOND = FIRST.replace(
    "    return bill * percent / 100\n",
    """    if bill < 0 or percent < 0:
        raise ValueError("neither the bill nor the tip can be negative")
    return round(bill * percent / 100, 2)
""",
).replace("{tip(bill, percent)}", "{tip(bill, percent):.2f}")
TESTS = """import pytest

from main import tip


def test_a_tip_is_a_part_of_the_bill():
    assert tip(80, 15) == 12


def test_nothing_is_negative():
    with pytest.raises(ValueError):
        tip(-1, 15)
"""
ROLES = {
    "cto": {"title": "Chief Technology Officer"},
    "programmer": {"title": "Programmer"},
    "code_reviewer": {"title": "Code Reviewer"},
    "software_tester": {"title": "Software Tester"},
}
CHAIN = [
    "language_choice",
    "coding",
    {"loop": {"name": "review", "max": 3, "steps": ["review_comment", "review_modification"]}},
    {"loop": {"name": "testing", "max": 3, "steps": ["run_tests", "fix_bugs"]}},
    "manual",
]
FAILURE = """F.                                                                       [100%]
=================================== FAILURES ===================================
___________________________ test_nothing_is_negative ___________________________

    def test_nothing_is_negative():
>       with pytest.raises(ValueError):
E       Failed: DID NOT RAISE <class 'ValueError'>

test_main.py:11: Failed
1 failed, 1 passed in 0.03s
"""


def write_pictured_runs(products: Path) -> Path:
    """A whole run with a product, whose folder is returned, and some more for the list."""
    folder = write_run(products, [], RUN)
    source = Product.create(folder / PRODUCT)
    events = at_seconds([(n * SECONDS, step) for n, step in enumerate(_whole_run(source))])
    (folder / FILE_NAME).write_bytes(b"".join(event.line() for event in events))
    for number, (name, task, company, status, code) in enumerate(OTHERS, 1):
        data = {"name": name, "task": {"text": task, "images": [], "source": None}}
        end = {"status": status, "exit_code": code, "reason": ""}
        checks = [check_data("syntax", True), check_data("tests", code == 0)]
        execution = {"ok": code == 0, "verified": code == 0, "checks": checks}
        write_run(
            products,
            [
                started(**data, company=_company(company), model="ollama:qwen3"),
                phase("1.coding", "Coding"),
                asked("1.coding/turn-1", task),
                answered("1.coding/turn-1", "Here it is.", cost=0.01 * number),
                ended("1.coding"),
                ("execution", "2.run_tests", execution),
                *([("run.ended", "", end)] if status else []),
            ],
            f"2026010{number}-120000-{name.lower().replace(' ', '-')}-000{number}",
        )
    return folder


OTHERS = [
    ("Chess clock", "A chess clock with two buttons", "default", "verified", 0),
    ("Word counter", "Count how often each word occurs in a text file", "pair", "unverified", 1),
    ("Snake", "The game of snake for the terminal", "default", "stopped", 3),
    ("Unit converter", "Convert miles to kilometres and back", "solo", "", 0),
]


def _company(name: str) -> dict[str, Any]:
    chains = {"waterfall": {"name": "waterfall", "steps": CHAIN}}
    return {"company": {"name": name}, "roles": ROLES, "phases": {}, "chains": chains}


def _whole_run(product: Product) -> Iterator[Step]:
    yield started(
        name="Tip calculator",
        task={
            "text": "A tip calculator for the command line, with tests",
            "images": [],
            "source": None,
        },
        company=_company("default"),
        chain="waterfall",
        model="ollama:qwen3",
        role_models=dict.fromkeys(ROLES, "ollama:qwen3"),
        limits={"usd": 0.5, "calls": 40},
    )
    yield phase("1.language_choice", "Language choice")
    yield from _talk(
        "1.language_choice", "What shall it be written in?", "**Python**: it is there."
    )
    yield ended("1.language_choice")
    yield phase("2.coding", "Coding")
    written = f"# The program\n\nIt reads the bill and the percentage.\n\nmain.py\n```python\n{FIRST}```\n"
    yield from _talk("2.coding", "Write the program.", written)
    yield from _commit(product, "2.coding", {"main.py": FIRST}, "Coding: add main.py")
    yield ended("2.coding")
    yield "step.started", "3.review", {"name": "review", "kind": "loop", "max": 3}
    yield (
        "step.started",
        "3.review/round-1",
        {"name": "review", "kind": "round", "round": 1, "max": 3},
    )
    yield phase("3.review/round-1/review_comment", "Review")
    comments = "1. `tip` does not round.\n2. There are *no tests*."
    yield from _talk("3.review/round-1/review_comment", "Go through it.", comments)
    yield ended("3.review/round-1/review_comment")
    yield phase("3.review/round-1/review_modification", "Modification")
    added = f"test_main.py\n```python\n{TESTS}```\n"
    where = "3.review/round-1/review_modification"
    yield from _talk(where, "Mend what was found.", added)
    yield from _commit(product, where, {"test_main.py": TESTS}, "Modification: add test_main.py")
    yield ended(where)
    yield ended("3.review/round-1")
    yield ended("3.review")
    yield "step.started", "4.testing", {"name": "testing", "kind": "loop", "max": 3}
    yield (
        "step.started",
        "4.testing/round-1",
        {"name": "testing", "kind": "round", "round": 1, "max": 3},
    )
    yield phase("4.testing/round-1/run_tests", "Run and test")
    yield _execution("4.testing/round-1/run_tests", tests=False)
    yield ended("4.testing/round-1/run_tests")
    yield phase("4.testing/round-1/fix_bugs", "Fix")
    mended = f"A negative bill is refused now.\n\nmain.py\n```python\n{SECOND}```\n"
    yield from _talk("4.testing/round-1/fix_bugs", "The tests fail.", mended)
    yield from _commit(
        product, "4.testing/round-1/fix_bugs", {"main.py": SECOND}, "Fix: refuse negative amounts"
    )
    yield ended("4.testing/round-1/fix_bugs")
    yield ended("4.testing/round-1")
    yield ended("4.testing")
    yield phase("5.manual", "Manual")
    yield ended("5.manual", "skipped", "there is nothing to explain")
    yield phase("handover", "Handover")
    yield _execution("handover", tests=True)
    yield ended("handover")
    yield "run.ended", "", {"status": "verified", "exit_code": 0, "reason": "tests passed"}


def _talk(where: str, prompt: str, reply: str) -> Iterator[Step]:
    yield asked(f"{where}/turn-1", prompt)
    yield answered(f"{where}/turn-1", reply, cost=0.0123)


def _commit(product: Product, where: str, files: Mapping[str, str], message: str) -> Iterator[Step]:
    made = product.commit(
        {path: text.encode() for path, text in files.items()},
        author="Programmer",
        role="programmer",
        message=message,
        trailers={"Softhouse-Step": where},
        at=AT,
        parent=product.head(),
    )
    assert made is not None
    identity = {"effect": "commit", "ordinal": 0, "digest": "d"}
    request = {"author": "Programmer", "message": message, "files": {}}
    result = {"sha": made.sha, "files": [structs.asdict(change) for change in made.files]}
    begun = {**identity, "speaker": "programmer", "request": request}
    yield "effect.started", f"{where}/commit", begun
    yield "effect.ended", f"{where}/commit", {**identity, "result": result}


def _execution(where: str, *, tests: bool) -> Step:
    output = "2 passed in 0.02s\n" if tests else FAILURE
    checks = [check_data("syntax", True), check_data("tests", tests, output)]
    summary = "tests passed" if tests else "tests failed"
    return (
        "execution",
        where,
        {"ok": tests, "verified": tests, "summary": summary, "checks": checks},
    )
