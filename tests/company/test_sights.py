"""What a phase sees, and what is left out first when it would not fit."""

import pytest

from company.execution import Check, Execution
from company.sights import fit, show
from company.state import State, Task
from company.tokens import estimate_tokens, most

BIG = "\n".join(f"VALUE_{n} = {n}" for n in range(400))


def failing(output: str) -> Execution:
    return Execution(
        "tree", (Check("tests", "pytest", False, 1, 0.1, output, remark="exit code 1"),)
    )


@pytest.fixture
def state() -> State:
    return State(
        Task("a clock"),
        files={
            "main.py": b"import helper\n\ndef tick(n: int) -> int:\n    return n\n",
            "helper.py": BIG.encode(),
            "logo.png": b"\x89PNG\xff\xfe",
        },
        decisions={"design": {"files": ["main.py: ticks"], "language": "Python"}},
        reports={"Fault finding": "file: main.py"},
        execution=failing("x" * 4_000 + " the last words"),
        last_verdict={"approved": False, "comments": ["too slow", "too loud"]},
    )


def size(blocks: dict[str, str]) -> int:
    return sum(most(estimate_tokens(block) + 1) for block in blocks.values())


def test_decisions_and_comments_are_lines(state: State) -> None:
    blocks = show(["decisions", "comments"], state, state.inspection).blocks
    assert blocks["decisions"] == "files: main.py: ticks\nlanguage: Python"
    assert blocks["comments"] == "- too slow\n- too loud"


def test_only_text_files_are_shown_each_with_its_path(state: State) -> None:
    block = show(["files"], state, state.inspection).blocks["files"]
    assert block.startswith("### helper.py\n```python\nVALUE_0 = 0\n")
    assert "### main.py" in block
    assert "logo" not in block


def test_a_file_that_holds_fences_is_fenced_by_longer_ones(state: State) -> None:
    state.files = {"README.md": b"```sh\nls\n```"}
    block = show(["files"], state, state.inspection).blocks["files"]
    assert block == "### README.md\n````markdown\n```sh\nls\n```\n````"


def test_the_file_list_says_what_each_file_offers(state: State) -> None:
    block = show(["file_list"], state, state.inspection).blocks["file_list"]
    assert "- main.py (4 lines)\n  def tick(n: int) -> int" in block


def test_failing_checks_are_shown_with_command_output_and_meaning(state: State) -> None:
    block = show(["execution"], state, state.inspection).blocks["execution"]
    assert block.startswith("$ pytest\nxxx")
    assert block.endswith("the last words\n[exit code 1]")


def test_what_fits_is_left_alone(state: State) -> None:
    inspection = state.inspection
    shown = show(["task", "files", "history"], state, inspection)
    assert fit(shown, state, inspection, 10_000) == shown


def test_history_goes_first_then_the_beginning_of_the_output(state: State) -> None:
    inspection = state.inspection
    shown = show(["task", "history", "execution"], state, inspection)
    fitted = fit(shown, state, inspection, size(shown.blocks) - 1)
    assert fitted.blocks["history"] == ""
    assert fitted.blocks["execution"] == shown.blocks["execution"]
    tighter = fit(shown, state, inspection, 700)
    assert tighter.blocks["execution"].endswith("the last words\n[exit code 1]")
    assert size(tighter.blocks) <= 700
    assert tighter.trimmed == (
        "earlier reports were left out",
        "the checks' output was shortened",
    )


def test_files_that_do_not_fit_are_outlined_and_the_main_file_stays(state: State) -> None:
    inspection = state.inspection
    fitted = fit(show(["files"], state, inspection), state, inspection, 200)
    assert "def tick(n: int) -> int:\n    return n" in fitted.blocks["files"]
    assert "- helper.py (400 lines)" in fitted.blocks["files"]
    assert fitted.trimmed == ("only the outlines of helper.py were shown",)
    assert size(fitted.blocks) <= 200


def test_a_file_the_checks_name_is_kept_before_the_main_file(state: State) -> None:
    state.execution = failing("helper.py:7: wrong")
    state.files["main.py"] += b"\n# more\n" * 50
    inspection = state.inspection
    shown = show(["files", "execution"], state, inspection)
    fitted = fit(shown, state, inspection, size(shown.blocks) - 10)
    assert "VALUE_399" in fitted.blocks["files"]
    assert "- main.py (104 lines)" in fitted.blocks["files"]


def test_a_huge_task_keeps_its_beginning(state: State) -> None:
    state.task = Task("begin " + "word " * 5_000)
    inspection = state.inspection
    fitted = fit(show(["task"], state, inspection), state, inspection, 500)
    assert fitted.blocks["task"].startswith("begin word")
    assert size(fitted.blocks) <= 500
