"""Problems of HumanEval, MBPP, BigCodeBench and LiveCodeBench, and of the sets that extend them, read as tasks.

A problem holds its solution and the tests that decide beside what is asked. The solution goes no further than this
file, and the tests become a check. MBPP's and BigCodeBench's own prompts are what is asked, HumanEval's with the
sentence that models for chat are given, and the name of the file that is to be written: a company writes files.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

FILE = "main.py"
"""What companies usually begin with: where a function is to be, or a program that reads standard input."""
TRIED = "try_it.py"
SECONDS = 60
COMPLETE = (
    "Complete the Python file {file}. The body of {name} is missing in it, and is to be written:\n\n"
    "```python\n{prompt}\n    # the body is missing\n```"
)
WRITE = "Write the Python file {file}.\n\n{prompt}"
TESTED = "{prompt} Your code should pass these tests:\n\n```python\n{tests}\n```"
READS = "Write the Python file {file}, a program that reads standard input.\n\n{prompt}"

Data = Mapping[str, Any]


def is_problem(data: Data) -> bool:
    """Whether this is a problem of one of these sets, and no task as `docs/tasks.md` has it."""
    return any(signs <= data.keys() for signs, _ in _SETS)


def as_task(data: Data) -> dict[str, Any]:
    """The same as a task. What is not as it should be is told where tasks are checked."""
    made = next(made for signs, made in _SETS if signs <= data.keys())
    return made(data)


def _human_eval(data: Data) -> dict[str, Any]:
    name = data["entry_point"]
    prompt = COMPLETE.format(file=FILE, name=name, prompt=str(data["prompt"]).strip("\n"))
    tests = f"{data['test']}\n\ncheck({name})"
    return _task(_name(data["task_id"]), prompt, _tried(tests))


def _mbpp(data: Data) -> dict[str, Any]:
    tests = _lines(data["test_list"])
    asked = TESTED.format(prompt=data.get("text") or data.get("prompt"), tests=tests)
    before = [*_list(data.get("test_imports")), str(data.get("test_setup_code") or "")]
    # MBPP+ has a program of its own, which tries more than the tests that are told.
    tried = _lines([*before, str(data.get("test") or tests)])
    name = f"mbpp-{data['task_id']}" if isinstance(data["task_id"], int) else _name(data["task_id"])
    return _task(name, WRITE.format(file=FILE, prompt=asked), _tried(tried))


def _big_code_bench(data: Data) -> dict[str, Any]:
    prompt = WRITE.format(file=FILE, prompt=data["instruct_prompt"])
    run = 'import unittest\n\nif __name__ == "__main__":\n    unittest.main()'
    return _task(_name(data["task_id"]), prompt, _tried(f"{data['test']}\n\n{run}"))


def _live_code_bench(data: Data) -> dict[str, Any]:
    """Its hidden tests are there where they are JSON; packed ones are Python objects, which strangers'
    files are not unpacked to."""
    asked = f"{data['question_title']}\n\n{data['question_content']}"
    cases = [*_cases(data["public_test_cases"]), *_cases(data.get("private_test_cases"))]
    checks = [
        {
            "name": f"test {number}",
            "run": f"python {FILE}",
            "stdin": str(case["input"]),
            "stdout": {"equals": str(case["output"])},
            "exit_code": 0,
            "seconds": SECONDS,
        }
        for number, case in enumerate(cases, 1)
    ]
    prompt = READS.format(file=FILE, prompt=asked)
    return {"id": _name(data["question_id"]), "prompt": prompt, "checks": checks}


_SETS = (
    ({"complete_prompt", "instruct_prompt", "test"}, _big_code_bench),
    ({"task_id", "prompt", "entry_point", "test"}, _human_eval),
    ({"task_id", "test_list", "code"}, _mbpp),
    ({"question_content", "question_id", "public_test_cases"}, _live_code_bench),
)
"""The keys by which a problem is known, and what makes a task of it."""


def _task(name: str, prompt: str, tried: str) -> dict[str, Any]:
    check = {
        "name": "tests",
        "given": {TRIED: tried},
        "run": f"python {TRIED}",
        "exit_code": 0,
        "seconds": SECONDS,
    }
    return {"id": name, "prompt": prompt, "checks": [check]}


def _tried(tests: str) -> str:
    """A program that tries what the file holds; some tests call what stands beside the function."""
    return f"from {FILE.removesuffix('.py')} import *\n\n{tests}\n"


def _name(name: Any) -> Any:
    """HumanEval/7 is no name of a folder."""
    return name.replace("/", "-") if isinstance(name, str) else name


def _lines(value: Any) -> str:
    return "\n".join(filter(None, map(str, _list(value))))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _cases(value: Any) -> Iterator[Data]:
    """The tests that are programs' inputs and outputs, from JSON in a text."""
    try:
        listed = json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        return
    for each in listed if isinstance(listed, list) else ():
        is_case = isinstance(each, dict) and {"input", "output"} <= each.keys()
        if is_case and each.get("testtype", "stdin") == "stdin":
            yield each
