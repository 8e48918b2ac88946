"""Whether a program compiles and runs, as far as its checks tell."""

from typing import Any

import pytest

from company.lab.metrics.measure import measure
from tests.support.journals import Step, events, started
from warehouse.events import ImportOutcome, ProductEvaluated
from warehouse.events.conversion import as_json

PROGRAM = {"main.py": b"import shop\n", "shop.py": b"x = 1\n", "test_shop.py": b"import shop\n"}


def check(name: str, ok: bool | None, exit_code: int = 0, **more: Any) -> dict[str, Any]:
    return {"name": name, "ok": ok, "exit_code": exit_code, **more}


SYNTAX = check("syntax", True)
SILENT = check("start", None, remark="it ends without a word, which proves nothing")
WINDOW = check("start", None, 1, remark="needs a display, which this sandbox does not have")


def measured(*checks: dict[str, Any], imports: dict[str, bool] | None = None) -> dict[str, Any]:
    steps: list[Step] = [started(), ("execution", "handover", {"checks": list(checks)})]
    if imports:
        outcomes = [ImportOutcome(name, ok, 0, "", 0.1) for name, ok in imports.items()]
        data = as_json(ProductEvaluated(None, "bubblewrap", imports=tuple(outcomes)))
        steps.append((ProductEvaluated.KIND, "", data))
    return measure(events(steps), PROGRAM)


@pytest.mark.parametrize(
    ("checks", "starts", "executable"),
    [
        ([SYNTAX, check("start", True)], 1.0, 1.0),
        ([SYNTAX, check("start", False, 3)], 0.0, 0.0),
        ([SYNTAX, check("tests", False, 1), check("start", True)], 1.0, 1.0),
        ([SYNTAX, check("tests", True), check("start", False, 1)], 0.0, 0.0),
        ([check("syntax", False, 1)], 0.0, 0.0),
        ([check("install", False, 1)], 0.0, 0.0),
        ([SYNTAX, SILENT], None, 1.0),
        ([SYNTAX, WINDOW], None, None),
        ([SYNTAX, check("tests", True), WINDOW], None, 1.0),
        ([SYNTAX, check("tests", True)], None, 1.0),
        ([SYNTAX, check("tests", False, 1)], None, None),
        ([SYNTAX], None, None),
        ([], None, None),
    ],
)
def test_it_is_told_by_the_syntax_the_start_and_the_tests(
    checks: list[dict[str, Any]], starts: float | None, executable: float | None
) -> None:
    found = measured(*checks)
    assert (found["starts"], found["executable"]) == (starts, executable)


def test_a_module_that_cannot_be_imported_makes_a_program_that_starts_not_executable() -> None:
    found = measured(SYNTAX, check("start", True), imports={"main.py": True, "shop.py": False})
    assert (found["imports"], found["starts"], found["executable"]) == (0.5, 1.0, 0.0)


def test_the_main_file_is_judged_by_its_start_and_not_by_its_import() -> None:
    found = measured(SYNTAX, check("start", True), imports={"main.py": False, "shop.py": True})
    assert (found["imports"], found["executable"]) == (0.5, 1.0)


def test_a_module_that_the_product_does_not_have_says_nothing() -> None:
    found = measured(SYNTAX, check("start", True), imports={"elsewhere.py": False})
    assert (found["imports"], found["executable"]) == (None, 1.0)


def test_the_examination_of_an_earlier_end_does_not_count() -> None:
    data = ProductEvaluated(None, "bubblewrap", imports=(ImportOutcome("shop.py", True, 0, "", 0),))
    steps: list[Step] = [
        started(),
        (ProductEvaluated.KIND, "", as_json(data)),
        ("run.resumed", "", {}),
    ]
    assert measure(events(steps), PROGRAM)["imports"] is None


def test_tests_of_a_program_that_does_not_compile_did_not_pass() -> None:
    assert measured(check("syntax", False, 1))["own_tests_passed"] == 0.0
    assert measured(SYNTAX, check("tests", True))["own_tests_passed"] == 1.0
    assert measured(SYNTAX)["own_tests_passed"] is None


def test_javascript_is_measured_as_far_as_it_can_be() -> None:
    files = {
        "main.js": b"// adds\nfunction add(a, b) {\n  return a + b; /* so */\n}\n\nadd(1, 2);\n",
        "main.test.js": b"test('adds', () => {});\nit('is', () => {});\n// test('no')\n",
    }
    steps: list[Step] = [started(), ("execution", "x", {"checks": [SYNTAX, check("start", True)]})]
    found = measure(events(steps), files)
    assert (found["parses"], found["executable"], found["complete"]) == (1.0, 1.0, 1.0)
    assert (found["code_lines"], found["test_lines"], found["own_tests"]) == (4, 2, 2)
    assert (found["complexity"], found["lint"], found["lint_per_100_lines"]) == (None, None, None)


def test_a_page_is_neither_complete_nor_incomplete() -> None:
    found = measure(events([started()]), {"index.html": b"<p>\n<!-- note\n -->\n"})
    assert (found["complete"], found["unimplemented"], found["quality"]) == (None, None, None)
    assert found["code_lines"] == 1


def test_a_product_that_is_like_nothing_asked_for_has_no_quality_whatever_else_is_unknown() -> None:
    """A model that answers with a list of things to do in place of a program must not vanish from the means."""
    evaluated = as_json(ProductEvaluated(None, "bubblewrap", consistency=0.0))
    steps: list[Step] = [started(), (ProductEvaluated.KIND, "", evaluated)]
    found = measure(events(steps), {"todo.txt": b"buy milk\n"})
    assert (found["complete"], found["executable"], found["quality"]) == (None, None, 0.0)
