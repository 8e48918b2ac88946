"""Problems of HumanEval, MBPP, BigCodeBench and LiveCodeBench, read as tasks from files of their shape."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from company.acceptance.checking import check_acceptance
from company.errors import ConfigurationError
from company.lab.tasks.reading import read_tasks
from company.lab.tasks.task_card import TaskCard
from tests.support.sandboxes import make_backend

HUMAN_EVAL = {
    "task_id": "HumanEval/900",
    "prompt": 'def half(n: int) -> int:\n    """Half of n, rounded down.\n    >>> half(5)\n    2\n    """\n',
    "entry_point": "half",
    "canonical_solution": "    return n // 2\n",
    "test": "def check(candidate):\n    assert candidate(5) == 2\n    assert candidate(-1) == -1\n",
}
MBPP = {
    "task_id": 901,
    "text": "Write a function to halve a number.",
    "code": "def half(n):\n    return n // 2",
    "test_list": ["assert half(5) == 2", "assert half(-1) == -1"],
    "test_setup_code": "",
    "challenge_test_list": [],
}
SANITIZED = {
    "source_file": "x.ipynb",
    "task_id": 902,
    "prompt": "Write a function to halve a number.",
    "code": "def half(n):\n    return n // 2",
    "test_imports": ["import math"],
    "test_list": ["assert half(math.ceil(4.5)) == 2"],
}
BIG = {
    "task_id": "BigCodeBench/903",
    "complete_prompt": "def half(n):\n    ...",
    "instruct_prompt": "Write a function half that halves a number.",
    "canonical_solution": "    return n // 2",
    "entry_point": "half",
    "test": "import unittest\nclass TestCases(unittest.TestCase):\n    def test_it(self):\n        self.assertEqual(half(5), 2)",
}
LIVE = {
    "question_title": "Halves",
    "question_content": "Read n and print its half.",
    "question_id": "904_A",
    "public_test_cases": json.dumps([{"input": "5\n", "output": "2\n", "testtype": "stdin"}]),
    "private_test_cases": json.dumps([{"input": "9\n", "output": "4", "testtype": "stdin"}]),
}
PROGRAM = (
    b"def half(n):\n    return %s\n\nif __name__ == '__main__':\n    print(half(int(input())))\n"
)
RIGHT, WRONG = {"main.py": PROGRAM % b"n // 2"}, {"main.py": PROGRAM % b"n"}


def read(folder: Path, *problems: dict[str, Any]) -> list[TaskCard]:
    path = folder / "set.jsonl"
    path.write_text("".join(f"{json.dumps(each)}\n" for each in problems))
    return read_tasks(path)


@pytest.mark.parametrize("problem", [HUMAN_EVAL, MBPP, SANITIZED, BIG, LIVE])
async def test_what_decides_are_its_own_tests(problem: dict[str, Any], tmp_path: Path) -> None:
    (task,) = read(tmp_path, problem)
    backend = await make_backend("bubblewrap", tmp_path)
    right, wrong = [await check_acceptance(files, task.checks, backend) for files in (RIGHT, WRONG)]
    await backend.close()
    assert all(each.passed for each in right), right
    assert not all(each.passed for each in wrong)


def test_what_is_asked_names_the_file_and_never_the_solution(tmp_path: Path) -> None:
    tasks = read(tmp_path, HUMAN_EVAL, MBPP, SANITIZED, BIG, LIVE)
    assert [task.id for task in tasks] == [
        "HumanEval-900", "mbpp-901", "mbpp-902", "BigCodeBench-903", "904_A",
    ]  # fmt: skip
    for task in tasks:
        assert "main.py" in task.prompt
        assert "n // 2" not in task.prompt
    assert "assert half(5) == 2" in tasks[1].prompt
    assert "half(-1)" not in tasks[0].prompt


def test_hidden_tests_that_are_packed_objects_are_left_alone(tmp_path: Path) -> None:
    (task,) = read(tmp_path, {**LIVE, "private_test_cases": "eJyLVbCK5gIAB/4CAQ=="})
    assert len(task.checks) == 1


def test_a_function_to_be_called_is_no_program(tmp_path: Path) -> None:
    calls = json.dumps([{"input": "[1]", "output": "1", "testtype": "functional"}])
    (task,) = read(tmp_path, {**LIVE, "public_test_cases": calls})
    assert len(task.checks) == 1


def test_a_packed_file_is_read_like_any_other(tmp_path: Path) -> None:
    path = tmp_path / "HumanEval.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps(HUMAN_EVAL).encode()))
    assert [task.id for task in read_tasks(path)] == ["HumanEval-900"]
    (tmp_path / "tasks.txt.gz").write_bytes(gzip.compress(b"a clock\n"))
    assert read_tasks(tmp_path / "tasks.txt.gz")[0].prompt == "a clock"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"no gzip", "it is no gzip file"),
        (gzip.compress(b"{}" * 100)[:-9], "it is no gzip file"),
        (gzip.compress(bytes(64 * 1024**2)), "larger than 16 MB"),
    ],
    # A packed file holds the second in which it was packed: no name that all workers share.
    ids=["not packed", "cut off", "a bomb"],
)
def test_what_is_packed_wrongly_or_is_a_bomb_is_told(
    content: bytes, says: str, tmp_path: Path
) -> None:
    path = tmp_path / "set.jsonl.gz"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=says):
        read_tasks(path)


def test_a_problem_that_is_not_what_it_should_be_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"set.jsonl:2"):
        read(tmp_path, HUMAN_EVAL, {**HUMAN_EVAL, "task_id": ["x"]})
