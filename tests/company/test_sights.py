"""What a phase sees, and what is left out first when it would not fit."""

import pytest

from company.engine.context.sections import fit, show
from company.engine.state import State
from company.engine.workspace.execution import Execution
from company.engine.workspace.verification import digest_of_files
from company.models.tokens import estimate_tokens, most
from company.spec import Task
from warehouse.data.looked_up import LookedUp
from warehouse.events import CheckRecord, Passage

BIG = "\n".join(f"VALUE_{n} = {n}" for n in range(400))


def failing(output: str) -> Execution:
    return Execution(
        "tree", (CheckRecord("tests", "pytest", False, 1, 0.1, output, remark="exit code 1"),)
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
    blocks = show(["decisions", "comments"], state).blocks
    assert blocks["decisions"] == "files: main.py: ticks\nlanguage: Python"
    assert blocks["comments"] == "- too slow\n- too loud"


def test_only_text_files_are_shown_each_with_its_path(state: State) -> None:
    block = show(["files"], state).blocks["files"]
    assert block.startswith("### helper.py\n```python\nVALUE_0 = 0\n")
    assert "### main.py" in block
    assert "logo" not in block


def test_a_file_that_holds_fences_is_fenced_by_longer_ones(state: State) -> None:
    state.files = {"README.md": b"```sh\nls\n```"}
    block = show(["files"], state).blocks["files"]
    assert block == "### README.md\n````markdown\n```sh\nls\n```\n````"


def test_the_file_list_says_what_each_file_offers(state: State) -> None:
    block = show(["file_list"], state).blocks["file_list"]
    assert "- main.py (4 lines)\n  def tick(n: int) -> int" in block


def test_failing_checks_are_shown_with_command_output_and_meaning(state: State) -> None:
    block = show(["execution"], state).blocks["execution"]
    assert block.startswith("$ pytest\nxxx")
    assert block.endswith("the last words\n[exit code 1]")


def test_what_fits_is_left_alone(state: State) -> None:
    shown = show(["task", "files", "history"], state)
    assert fit(shown, state, 10_000) == shown


def test_history_goes_first_then_the_beginning_of_the_output(state: State) -> None:
    shown = show(["task", "history", "execution"], state)
    fitted = fit(shown, state, size(shown.blocks) - 1)
    assert fitted.blocks["history"] == ""
    assert fitted.blocks["execution"] == shown.blocks["execution"]
    tighter = fit(shown, state, 700)
    assert tighter.blocks["execution"].endswith("the last words\n[exit code 1]")
    assert size(tighter.blocks) <= 700
    assert tighter.trimmed == (
        "earlier reports were left out",
        "the checks' output was shortened",
    )


def test_files_that_do_not_fit_are_outlined_and_the_main_file_stays(state: State) -> None:
    fitted = fit(show(["files"], state), state, 200)
    assert "def tick(n: int) -> int:\n    return n" in fitted.blocks["files"]
    assert "- helper.py (400 lines)" in fitted.blocks["files"]
    assert fitted.trimmed == ("only the outlines of helper.py were shown",)
    assert size(fitted.blocks) <= 200


def test_a_file_the_checks_name_is_kept_before_the_main_file(state: State) -> None:
    state.execution = failing("helper.py:7: wrong")
    state.files["main.py"] += b"\n# more\n" * 50
    shown = show(["files", "execution"], state)
    fitted = fit(shown, state, size(shown.blocks) - 10)
    assert "VALUE_399" in fitted.blocks["files"]
    assert "- main.py (104 lines)" in fitted.blocks["files"]


def test_of_a_program_that_was_there_before_what_the_task_speaks_of_is_kept(state: State) -> None:
    """Not the smallest files: these are seldom the ones to be changed."""
    state.files |= {f"note_{n}.py": b"def remark() -> None: ...\n" for n in range(9)}
    state.files["money.py"] = (
        b"def parse_amount(text: str) -> int:\n    return 0\n" + b"# more\n" * 90
    )
    state.task = Task("`parse_amount` loses half a cent")
    state.files["test_money.py"] = b"def test_parse_amount_loses_half_a_cent(): ...\n" * 16
    shown = show(["files"], state)
    assert "money.py" in fit(shown, state, 700).outlined
    state.brought_in = dict(state.files)
    fitted = fit(shown, state, 700)
    assert "money.py" not in fitted.outlined and "test_money.py" in fitted.outlined
    assert "def parse_amount(text: str) -> int:\n    return 0" in fitted.blocks["files"]


def test_a_huge_task_keeps_its_beginning(state: State) -> None:
    state.task = Task("begin " + "word " * 5_000)
    fitted = fit(show(["task"], state), state, 500)
    assert fitted.blocks["task"].startswith("begin word")
    assert size(fitted.blocks) <= 500


def test_passages_go_before_the_task_is_cut_the_oldest_first(state: State) -> None:
    state.task = Task("word " * 50)
    state.looked_up = [
        LookedUp("analyst", [Passage(f"papers/{age}.md", 1, "leave " * 50)])
        for age in ("old", "new")
    ]
    shown = show(["task", "passages"], state)
    fitted = fit(shown, state, size(shown.blocks) - 1)
    assert fitted.blocks["task"] == shown.blocks["task"]
    assert "new.md" in fitted.blocks["passages"] and "old.md" not in fitted.blocks["passages"]
    assert fitted.trimmed == ("only 1 of 2 passages were shown",)
    assert fit(shown, state, 100).blocks["passages"] == ""


def versions(*more: bytes) -> tuple[dict[str, bytes], ...]:
    alike = {"helper.py": b"HELP = 1\n", "logo.png": b"\x89PNG\xff\xfe"}
    return tuple({**alike, "main.py": content} for content in (b"print(1)\n", *more))


def test_of_versions_only_what_differs_is_shown_whole(state: State) -> None:
    state.versions = versions(b"print(2)\n")
    state.versions[1]["new.py"] = b"NEW = 1\n"
    assert show(["versions"], state).blocks["versions"] == (
        "Version 1:\n\n### main.py\n```python\nprint(1)\n```\n\n"
        "Version 2:\n\n### main.py\n```python\nprint(2)\n```\n\n"
        "### new.py\n```python\nNEW = 1\n```\n\n"
        "The same in all versions: helper.py"
    )


def test_of_too_many_versions_the_last_go_and_two_stay(state: State) -> None:
    state.versions = versions(*(f"print({n})\n".encode() * 50 for n in range(2, 7)))
    shown = show(["versions"], state)
    fitted = fit(shown, state, size(shown.blocks) // 2)
    assert "Version 3:" in fitted.blocks["versions"]
    assert "Version 6:" not in fitted.blocks["versions"]
    assert size(fitted.blocks) <= size(shown.blocks) // 2
    assert fitted.trimmed == ("only 3 of 6 versions were shown",)
    tight = fit(shown, state, 10).blocks["versions"]
    assert "Version 2:" in tight
    assert "Version 3:" not in tight


def test_progress_says_what_was_done_and_how_it_stands_with_the_program(state: State) -> None:
    def job_status() -> str:
        state.files = {"main.py": b"print(1)\n"}
        return show(["progress"], state).blocks["progress"].splitlines()[-1]

    state.progress = ("coding: done", "fix_bugs: skipped, no check failed")
    block = show(["progress"], state).blocks["progress"]
    assert block.splitlines()[:2] == ["1. coding: done", "2. fix_bugs: skipped, no check failed"]
    assert job_status() == (
        "The program: main.py; run with this result: tests fail: exit code 1; changed since"
    )
    state.execution = Execution(digest_of_files(state.files), failing("x").checks)
    assert job_status().endswith("tests fail: exit code 1")
    state.execution = None
    assert job_status() == "The program: main.py; never run"


def test_the_rules_of_a_customers_project_are_shown_once_and_cut_to_what_they_may_cost(
    state: State,
) -> None:
    long = "\n".join(f"- Rule {number}: keep it small." for number in range(400))
    state.brought_in = {
        "CONTRIBUTING.md": long.encode(),
        "AGENTS.md": b"Run `make test`.\n```sh\nmake test\n```",
        "CLAUDE.md": b"Run `make test`.\n```sh\nmake test\n```\n",
        "docs/agents.md": b"A page about agents.",
    }
    block = show(["rules"], state).blocks["rules"]
    assert block.startswith("### AGENTS.md\n````markdown\nRun `make test`.")
    assert "CLAUDE" not in block
    assert "about agents" not in block
    assert block.endswith(": keep it small. …\n```")
    assert 450 < estimate_tokens(block) < 550
    assert fit(show(["rules", "task"], state), state, 20).blocks["rules"] == ""
