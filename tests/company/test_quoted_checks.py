"""Checks that a task says to the letter: found by rule, against lists made by hand."""

import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from time import process_time
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from company.acceptance.check_card import CheckCard
from company.acceptance.checking import check_acceptance
from company.acceptance.quoted import quoted_checks
from company.lab.tasks.reading import read_tasks
from company.lab.tasks.task_card import TaskCard
from tests.support.sandboxes import make_backend
from tests.support.task_solutions import solution

TASKS = Path(__file__).parents[1] / "data" / "quoted_tasks.yaml"
EXAMPLES = Path(__file__).parents[2] / "examples" / "tasks"
BY_HAND: dict[str, list[dict[str, object]]] = {
    "temperature": [
        {"run": "python main.py 100 C", "line": "212.0 F"},
        {"run": "python main.py 50 f", "line": "10.0 C"},
        {"run": "python main.py", "exit": 2},
    ],
    "roman_numerals": [
        {"run": "python main.py 14", "line": "XIV"},
        {"run": "python main.py", "exit": 2},
    ],
    "duration": [
        {"run": "python main.py 3600", "line": "1h"},
        {"run": "python main.py 3605", "line": "1h 5s"},
        {"run": "python main.py 0", "line": "0s"},
        {"run": "python main.py 90000", "line": "25h"},
        {"run": "python main.py", "exit": 2},
    ],
    "histogram": [{"run": "python main.py", "stdin": "cats 3\n", "line": "cats: ### (3)"}],
    "text_helpers": [{"call": 'initials("ada king lovelace")', "value": '"A.K.L."'}],
    "money": [
        {"call": "format_cents(123450)", "value": '"1,234.50"'},
        {"call": "format_cents(-320)", "value": '"-3.20"'},
        {"call": "format_cents(7)", "value": '"0.07"'},
    ],
}
BY_HAND |= {
    task: [{"run": "python main.py", "exit": 2}]
    for task in (
        *("leap_year", "same_files", "top_words", "column_statistics", "join_tables"),
        *("counting_game", "guess_the_number", "hangman", "game_of_life"),
    )
}
Fact = tuple[str, ...]


def facts(check: CheckCard) -> Iterator[Fact]:
    """What a check says, each of its expectations by itself."""
    before: list[str] = []
    for step in check.steps:
        given = (*before, shlex.join(step.argv), step.stdin)
        if call := re.search(r"seen = (.+)", step.argv[-1]):
            value = re.search(r"== (.+), repr|except (\w+):", step.argv[-1])
            assert value is not None
            yield call[1], value[1] or value[2]
        elif (whole := step.stdout or step.output) and whole.equals:
            yield *given, f"all: {whole.equals}"
        elif step.stdout and step.stdout.lines:
            yield from ((*given, f"line: {line}") for line in step.stdout.lines)
        elif step.exit_code:
            yield *given, f"exit: {step.exit_code}"
        else:
            before.append(shlex.join(step.argv))


def by_hand(said: Mapping[str, Any]) -> Fact:
    """An entry of the lists in the same form."""
    if "call" in said:
        return said["call"], str(said.get("value", said.get("error")))
    runs = [said[key] for key in ("after", "run") if key in said]
    kind = next(key for key in ("all", "line", "exit") if key in said)
    joined = [shlex.join(shlex.split(run)) for run in runs]
    return *joined, said.get("stdin", ""), f"{kind}: {said[kind]}"


def is_of_a_function(task: TaskCard) -> bool:
    """Whether all that it asks for is one function, with examples that are written alike."""
    return task.category.endswith("_functions")


def all_tasks() -> list[tuple[str, set[Fact]]]:
    invented = yaml.safe_load(TASKS.read_text("utf-8"))
    given = [(task["text"], set(map(by_hand, task["says"]))) for task in invented]
    examples = [each for each in read_tasks(EXAMPLES) if not is_of_a_function(each)]
    return given + [(t.prompt, set(map(by_hand, BY_HAND.get(t.id, [])))) for t in examples]


def test_what_texts_say_to_the_letter_is_found_and_hardly_anything_else() -> None:
    right = wrong = missed = 0
    for text, said in all_tasks():
        found = {fact for check in quoted_checks(text) for fact in facts(check)}
        right += len(found & said)
        wrong += len(found - said)
        missed += len(said - found)
    assert right / (right + wrong) >= 0.95
    assert right / (right + missed) >= 0.8


@pytest.mark.parametrize(
    "said",
    [
        "`python tea.py 3` might print `steep`.",
        "`python tea.py 3` would print `steep`.",
        "Perhaps `python tea.py 3` prints `steep`.",
        "`python tea.py 3` prints `steep`, or something about as long.",
        "`python tea.py 3` prints, among other things, `steep`.",
        "`python tea.py 3` prints a line which includes `steep`.",
        "`python tea.py 3` prints `steep` followed by the minutes.",
        "`python tea.py 3` prints `steep` three times.",
        "`python tea.py 3` prints `steep` and `pour`, in any order.",
        "Should it be that `python tea.py 3` prints `steep`?",
        "`python tea.py 3` könnte `steep` ausgeben.",
        "`python tea.py 3` affiche peut-être `steep`.",
        "最后 `python tea.py 3` 可能输出 `steep`。",
    ],
)
def test_what_is_only_likely_or_only_a_part_is_no_check(said: str) -> None:
    assert quoted_checks(f"Write tea.py. {said}") == []


def test_a_question_takes_nothing_from_the_sentences_around_it() -> None:
    text = "`python tea.py 3` prints `steep`. Does `python tea.py 4` print `pour`? Thank you."
    assert [check.steps[-1].argv[-1] for check in quoted_checks(text)] == ["3"]


def test_an_example_call_is_nothing_that_a_program_is_given() -> None:
    text = (
        "Write a Python module `tea.py` with one function: `longest(readings)` is the most of them.\n"
        "Examples: `longest([3, 4])` is `4`, and `longest([])` is `0`."
    )
    assert {fact for check in quoted_checks(text) for fact in facts(check)} == {
        ("longest([3, 4])", "4"),
        ("longest([])", "0"),
    }


NO_PROGRAM = (
    "Write a Python module `tea.py` with one function, and no program:\n\n`steep(3)` returns `4`."
)


async def test_a_module_that_is_no_program_prints_nothing_when_it_is_imported(
    tmp_path: Path,
) -> None:
    """A draft that printed its examples held all of them, and failed whoever used it."""
    function = "def steep(minutes):\n    return minutes + 1\n"
    checks = quoted_checks(NO_PROGRAM)
    assert [len(quoted_checks(NO_PROGRAM.replace(", and no program", ""))), len(checks)] == [1, 2]
    backend = await make_backend("bubblewrap", tmp_path)
    guarded = "if __name__ == '__main__':\n    print(steep(3))\n"
    try:
        for more, holds in [("", True), (guarded, True), ("print(steep(3))\n", False)]:
            program = {"tea.py": (function + more).encode()}
            outcomes = await check_acceptance(program, checks, backend)
            assert [each.passed for each in outcomes] == [holds, True]
    finally:
        await backend.close()


async def test_no_right_program_fails_what_its_task_says(tmp_path: Path) -> None:
    backend = await make_backend("bubblewrap", tmp_path)
    try:
        for task in read_tasks(EXAMPLES):
            if checks := quoted_checks(task.prompt):
                outcomes = await check_acceptance(solution(task.id), checks, backend)
                assert [each for each in outcomes if not each.passed] == []
    finally:
        await backend.close()


def test_nearly_all_examples_of_the_small_functions_are_taken_and_nothing_else() -> None:
    taken, said = set[Fact](), set[Fact]()
    for task in filter(is_of_a_function, read_tasks(EXAMPLES)):
        text = " ".join(task.prompt.split())
        example = rf"`({task.id}\([^`]*\))` (?:is|gives|returns) `([^`]*)`"
        said |= set(re.findall(example, text))
        told = {fact for check in quoted_checks(task.prompt) for fact in facts(check)}
        taken |= {tuple(" ".join(part.split()) for part in fact) for fact in told}
    assert taken <= said
    assert len(taken) / len(said) >= 0.9


def test_each_check_is_named_by_the_words_it_comes_from() -> None:
    text = "Write `main.py`.\nFor example `python main.py 14`\nprints `XIV`."
    assert [check.name for check in quoted_checks(text)] == ["`python main.py 14` prints `XIV`"]


@given(st.text(alphabet="`python main.py$\n>é“”=→(1)\"'.:{<N", max_size=400))
def test_no_text_is_too_odd(text: str) -> None:
    for check in quoted_checks(text):
        assert check.steps


def test_a_text_that_is_all_marks_takes_no_longer_than_it_is_long() -> None:
    text = ("`python main.py 1` prints `2` or " * 1_500)[:50_000]
    started = process_time()
    quoted_checks(text)
    assert process_time() - started < 2
