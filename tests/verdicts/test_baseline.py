"""A change of a customer's program is judged against what the program was: by their own tests and commands."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path

import pytest
import pytest_asyncio

from company.engine.effects import Effects
from company.engine.state import State
from company.engine.workspace import manner
from company.engine.workspace.baseline import Baseline
from company.engine.workspace.execution import Execution
from company.engine.workspace.first_look import BASELINE, take_baseline
from company.engine.workspace.hands import Hands
from company.engine.workspace.verification import verify
from company.engine.workspace.workbench import Workbench
from company.spec import Task
from tests.support.sandboxes import make_backend
from warehouse.events import CheckRecord, RunStarted, SandboxStarted
from warehouse.journal.journal import SCHEMA, Event, Journal, read_events
from warehouse.sandbox.sandbox import SandboxBackend

Files = Mapping[str, str | None]
Known = dict[tuple[str, ...], Baseline]
Changed = Callable[..., Awaitable[tuple[Execution, list[Event]]]]
TESTS = """
import shop, socket

def test_price():
    assert shop.price(2) == 4

def test_of_old():
    assert shop.price(2) == 5

def test_of_the_network():
    socket.create_connection(("example.org", 80))
"""
SHOP: Files = {"shop.py": "def price(n):\n    return n * 2\n", "tests/test_shop.py": TESTS}
PRICE = "tests/test_shop.py::test_price"
OLD = "tests/test_shop.py::test_of_old, tests/test_shop.py::test_of_the_network"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def backend(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[SandboxBackend]:
    made = await make_backend("bubblewrap", tmp_path_factory.mktemp("backend"))
    yield made
    await made.close()


@pytest.fixture(scope="module")
def known() -> Known:
    """How programs stood before: looked at once for all their changes."""
    return {}


@pytest.fixture(scope="module")
def changed(
    backend: SandboxBackend, known: Known, tmp_path_factory: pytest.TempPathFactory
) -> Changed:
    """What is made in bubblewrap of a change of a program, and the journal of it."""

    async def judge(
        before: Files, change: Files, task: str = "a change"
    ) -> tuple[Execution, list[Event]]:
        return await judged(tmp_path_factory.mktemp("run"), backend, before, change, task, known)

    return judge


async def judged(
    folder: Path,
    backend: SandboxBackend,
    before: Files,
    change: Files,
    task: str = "a change",
    known: Known | None = None,
) -> tuple[Execution, list[Event]]:
    journal = Journal.create(folder / "journal.jsonl")
    journal.append(RunStarted(schema=SCHEMA))
    effects, bench = Effects(journal), Workbench(backend.name, backend, folder)
    files = {path: text.encode() for path, text in before.items() if text is not None}
    state = State(Task(task), files=dict(files), brought_in=files)
    key = (task, *before, *map(str, before.values()))
    state.baseline = known.get(key) if known else None
    if state.baseline is None:
        await take_baseline(effects, BASELINE, state, bench)
        assert state.baseline is not None
        if known is not None:
            known[key] = state.baseline
    state.apply({path: text if text is None else text.encode() for path, text in change.items()})
    execution = await verify(effects, "1.run_tests", state, bench)
    journal.close()
    return execution, read_events(folder / "journal.jsonl")


def suite_of(execution: Execution) -> CheckRecord:
    (check,) = [check for check in execution.checks if check.name == "tests"]
    return check


async def test_a_role_that_runs_the_tests_itself_is_told_of_new_failures_alone(
    changed: Changed, backend: SandboxBackend, known: Known, tmp_path: Path
) -> None:
    await changed(SHOP, {})
    (baseline,) = (known[key] for key in known if key[0] == "a change" and TESTS in key)
    files = {path: text.encode() for path, text in SHOP.items() if text is not None}
    hands = Hands(files, Workbench(backend.name, backend, tmp_path), baseline=baseline)
    told = await hands.test([])
    assert told.startswith("The tests hold: 1 of 3 passed, 2 failed\n")
    assert f"{OLD} failed before the change too" in told
    hands.put("shop.py", "def price(n):\n    return n * 3\n")
    told = await hands.test(["tests/test_shop.py"])
    await hands.close()
    assert told.startswith(f"The tests do not hold: {PRICE} failed, and did not before the change")
    assert "test_of_old" not in told


async def test_what_failed_before_is_named_and_is_no_fault_of_the_change(
    changed: Changed, known: Known
) -> None:
    more = "def price(n):\n    return n * 2\n\ndef twice(n):\n    return 2 * price(n)\n"
    execution, _ = await changed(SHOP, {"shop.py": more})
    assert execution.verified
    assert execution.failures == ()
    assert f"unseen: {OLD} failed before the change too" in execution.summary
    (baseline,) = (known[key] for key in known if key[0] == "a change" and TESTS in key)
    assert ", ".join(baseline.as_event(()).failed) == OLD


async def test_a_test_that_passed_and_fails_now_is_named_and_only_its_failure_is_shown(
    changed: Changed,
) -> None:
    execution, _ = await changed(SHOP, {"shop.py": "def price(n):\n    return n * 3\n"})
    check = suite_of(execution)
    assert (check.ok, check.remark) == (False, f"{PRICE} failed, and did not before the change")
    assert "assert 6 == 4" in check.output
    assert "gaierror" not in check.output


@pytest.mark.parametrize(
    ("tests", "remark"),
    [
        (TESTS.replace("def test_price", "def no_test_price"), "is gone"),
        (TESTS.replace("def test_price", "import pytest\n@pytest.mark.skip\ndef test_price"),
         "is skipped now"),
        (None, "is gone"),
    ],
    ids=["renamed", "skipped", "removed with its file"],
)  # fmt: skip
async def test_a_test_that_passed_may_not_vanish(
    changed: Changed, tests: str | None, remark: str
) -> None:
    execution, _ = await changed(SHOP, {"tests/test_shop.py": tests})
    check = suite_of(execution)
    assert (check.ok, check.remark) == (False, f"{PRICE} passed before the change and {remark}")


async def test_tests_go_with_a_file_that_the_customer_asks_to_remove(changed: Changed) -> None:
    other = {**SHOP, "tests/test_more.py": "def test_more():\n    pass\n"}
    task = "Remove tests/test_more.py, it tests nothing."
    execution, _ = await changed(other, {"tests/test_more.py": None}, task)
    assert execution.verified
    assert "tests/test_more.py::test_more went with their file, as was asked" in execution.summary


async def test_code_that_does_not_parse_any_more_is_shown_before_its_tests(
    changed: Changed,
) -> None:
    python_2 = {**SHOP, "tools/old.py": "print 'old'\n"}
    execution, _ = await changed(python_2, {"shop.py": "def price(n:\n"})
    (syntax, *_) = execution.failures
    assert syntax.name == "syntax"
    assert "shop.py:1" in syntax.output
    assert "old.py" not in syntax.output


MADE: Files = {
    "Makefile": "test:\n\tgrep -q '^price' prices.txt\nlint:\n\t! grep -n 'x' main.py\n",
    "prices.txt": "price 5\n",
    "main.py": "print('the price')\n",
}


async def test_commands_of_which_only_the_end_is_known_are_compared_by_that(
    changed: Changed,
) -> None:
    execution, _ = await changed(MADE, {"main.py": "x = 1\nprint('the price')\n"})
    assert [(check.name, check.ok) for check in execution.checks] == [
        ("syntax", True),
        ("tests", True),
        ("lint", False),
        ("start", True),
    ]
    assert "main" in execution.failures[0].output
    broken = {**MADE, "prices.txt": "none\n", "main.py": "x = 1\nprint('the price')\n"}
    execution, _ = await changed(broken, {"main.py": "x = 2\nprint('the price')\n"})
    assert execution.failures == ()
    assert suite_of(execution).remark == "exit code 2, as before the change"


async def test_tests_that_never_end_are_unseen_and_not_run_again(
    changed: Changed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manner, "OWN_SECONDS", {"tests": 1.0})
    endless = {**SHOP, "tests/test_shop.py": "def test_it():\n    while True:\n        pass\n"}
    execution, events = await changed(endless, {"shop.py": "def price(n):\n    return n\n"})
    assert execution.failures == ()
    assert not execution.verified
    assert suite_of(execution).remark == "did not end within 1 s, as before the change"
    asked = [event.data.request for event in events if isinstance(event.data, SandboxStarted)]
    assert ["tests" in request.commands for request in asked] == [True, False]


@pytest.mark.engine
@pytest.mark.slow  # two containers
async def test_a_change_is_judged_the_same_in_docker(tmp_path: Path) -> None:
    backend = await make_backend("docker", tmp_path)
    try:
        worse = {"shop.py": "def price(n):\n    return n * 3\n"}
        execution, _ = await judged(tmp_path, backend, SHOP, worse)
    finally:
        await backend.close()
    assert suite_of(execution).remark == f"{PRICE} failed, and did not before the change"


async def test_a_program_that_is_as_it_was_is_not_run_again(changed: Changed) -> None:
    execution, events = await changed(SHOP, {})
    asked = {event.where for event in events if isinstance(event.data, SandboxStarted)}
    assert asked <= {"baseline"}
    assert execution.verified
