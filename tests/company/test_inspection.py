"""Facts about the product that need no execution."""

from company.engine.context.inspection import Inspection
from company.engine.state import State
from company.spec import Task


def look(**files: str) -> Inspection:
    named = {name.replace("_py", ".py"): text.encode() for name, text in files.items()}
    return Inspection(named)


def test_what_the_sandbox_brings_is_no_dependency_of_the_product() -> None:
    seen = look(main_py="import json, requests, helper", helper_py="", test_main_py="import pytest")
    assert seen.third_party == ["requests"]


def test_the_main_file_and_the_tests_are_found() -> None:
    seen = look(main_py="print(1)", test_main_py="import main")
    assert (seen.main, seen.tests) == ("main.py", ["test_main.py"])


def test_an_empty_product_has_no_language() -> None:
    seen = look()
    assert (seen.stack, seen.main, seen.tests, seen.third_party) == (None, None, [], [])


def test_the_same_product_is_looked_at_once_and_a_changed_one_again() -> None:
    """Conditions ask before and after every step, and most steps change no file."""
    state = State(Task("t"), files={"main.py": b"import requests"})
    first = state.inspection
    assert state.inspection is first
    state.files["main.py"] = b"import json"
    assert state.inspection.third_party == []
    assert first.third_party == ["requests"], "a look is at the files as they were"


def test_a_branch_looks_at_its_own_files() -> None:
    state = State(Task("t"), files={"main.py": b"import requests"})
    branch = state.branch()
    branch.files["main.py"] = b"import json"
    assert (branch.inspection.third_party, state.inspection.third_party) == ([], ["requests"])
