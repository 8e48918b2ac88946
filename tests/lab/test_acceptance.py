"""Acceptance checks, run on products in a real sandbox: what passes, what fails, and what is said."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from company.acceptance import expectations
from company.acceptance.check_card import CheckCard, TextExpectation
from company.acceptance.checking import check_acceptance
from company.acceptance.expectations import fault_of_text
from company.cards.validation import validate
from company.cards.yaml_file import YamlDocument
from tests.support.engine import docker_backend
from tests.support.sandboxes import make_backend
from warehouse.errors import SandboxError
from warehouse.events import CheckOutcome
from warehouse.sandbox.bubblewrap.backend import BubblewrapBackend
from warehouse.sandbox.sandbox import SandboxBackend

ADDER = b"""
import sys
numbers = [float(word) for word in sys.argv[1:] or sys.stdin.read().split()]
if not numbers:
    sys.exit("nothing to add")
print(f"{sum(numbers):g}")
"""


@pytest.fixture
async def backend(tmp_path: Path) -> AsyncIterator[SandboxBackend]:
    backend = await make_backend("bubblewrap", tmp_path)
    yield backend
    await backend.close()


def check(**keys: Any) -> CheckCard:
    return validate(CheckCard, YamlDocument("tasks.yaml", {"name": "it works", **keys}, {}))


def expected(**keys: Any) -> TextExpectation:
    return validate(TextExpectation, YamlDocument("tasks.yaml", keys, {}))


async def outcome(
    backend: SandboxBackend, product: dict[str, bytes] | bytes, **keys: Any
) -> CheckOutcome:
    product = {"main.py": product} if isinstance(product, bytes) else product
    (found,) = await check_acceptance(product, [check(**keys)], backend)
    assert found.passed is (not found.reason)
    return found


async def reason(backend: SandboxBackend, product: dict[str, bytes] | bytes, **keys: Any) -> str:
    return (await outcome(backend, product, **keys)).reason


async def test_a_product_that_is_right_passes_every_check(backend: SandboxBackend) -> None:
    checks = [
        check(name="arguments", run="python main.py 1 2.5", stdout={"equals": "3.5"}),
        check(name="input", run=["python3", "main.py"], stdin="4\n5\n", stdout={"json": 9}),
        check(name="nothing", run="python main.py", exit_code=1, stderr={"contains": ["nothing"]}),
    ]
    found = await check_acceptance({"main.py": ADDER}, checks, backend)
    assert [(each.name, each.passed, each.reason) for each in found] == [
        ("arguments", True, ""),
        ("input", True, ""),
        ("nothing", True, ""),
    ]
    assert all(each.seconds > 0 for each in found)


async def test_no_checks_open_no_sandbox(tmp_path: Path) -> None:
    unusable = BubblewrapBackend(programs=["/bin/false"], cache=tmp_path)
    assert await check_acceptance({"main.py": ADDER}, [], unusable) == []


async def test_where_no_sandbox_can_start_there_is_no_outcome(tmp_path: Path) -> None:
    unusable = BubblewrapBackend(programs=["/bin/false"], cache=tmp_path)
    with pytest.raises(SandboxError, match="bubblewrap cannot make a sandbox here"):
        await check_acceptance({"main.py": ADDER}, [check(run="python main.py")], unusable)


@pytest.mark.parametrize(
    ("program", "keys", "said"),
    [
        (b"print(41)", {"stdout": {"equals": "42"}},
         "`python main.py`: standard output should be '42', not '41'"),
        (b"print()", {"stdout": {"equals": "42"}},
         "`python main.py`: standard output should be '42', not nothing"),
        (b"print(f'[{chr(27)}]')", {"stdout": {"equals": "42"}},
         "`python main.py`: standard output should be '42', not '[\\x1b]'"),
        (b"1 / 0", {},
         "`python main.py`: exit code 1, not exit code 0;"
         " it ends with 'ZeroDivisionError: division by zero'"),
        (b"pass", {"exit_code": 2}, "`python main.py`: exit code 0, not exit code 2"),
        (b"while True: pass", {"seconds": 0.5}, "`python main.py`: did not end within 0.5 s"),
        (b"b = [bytearray(10**7) for _ in range(10**4)]", {"exit_code": None, "stdout": {"equals": ""}},
         "`python main.py`: used up the memory of the sandbox"),
        (b"import os; os.kill(os.getpid(), 11)", {"exit_code": None, "stdout": {"equals": ""}},
         "`python main.py`: killed by signal 11, not an exit code of its own"),
        (b"import sys; sys.exit(-1)", {"exit_code": None, "stdout": {"equals": "x"}},
         "`python main.py`: standard output should be 'x', not nothing"),
        (b"print('x' * 10**6)", {"stdout": {"matches": ["y$"]}},
         "`python main.py`: standard output has nothing like 'y$' in it; it is '"
         + "x" * 160 + "'…; it was too long to be kept whole"),
        (b"import sys; print('a'); print('b', file=sys.stderr)",
         {"output": {"equals": "a\nb"}, "stderr": {"equals": "c"}},
         "`python main.py`: standard error should be 'c', not 'b'"),
        (b"print('done')", {"files": {"out.txt": {"equals": "x"}}},
         "`python main.py`: the file out.txt is not there"),
        (b"open('out.txt', 'w').write('y')", {"files": {"out.txt": {"equals": "x"}}},
         "`python main.py`: the file out.txt should be 'x', not 'y'"),
        (b"open('out.txt', 'w').write('y')", {"files": {"out.txt": {"absent": True}}},
         "`python main.py`: the file out.txt is there, but must not be"),
        (b"import os; os.symlink('/etc/passwd', 'out.txt')", {"files": {"out.txt": {}}},
         "`python main.py`: the file out.txt is not there"),
    ],
)  # fmt: skip
async def test_a_check_that_fails_says_what_was_expected_and_what_came(
    backend: SandboxBackend, program: bytes, keys: dict[str, Any], said: str
) -> None:
    assert await reason(backend, program, run="python main.py", **keys) == said


@pytest.mark.parametrize("command", ["nosuchprogram --help", "./main.py", "no/such/program"])
async def test_a_program_that_cannot_be_started_is_a_reason_even_where_any_ending_is_well(
    backend: SandboxBackend, command: str
) -> None:
    said = await reason(
        backend, ADDER, run=command, exit_code=None, stdout={"lacks": ["Traceback"]}
    )
    assert said.startswith(f"`{command}`: cannot be started: ")


async def test_steps_share_a_sandbox_and_the_first_fault_ends_them(backend: SandboxBackend) -> None:
    program = b"""
import pathlib, sys
notes = pathlib.Path("notes.txt")
if sys.argv[1:]:
    notes.write_text((notes.read_text() if notes.exists() else "") + sys.argv[1] + "\\n")
else:
    print(notes.read_text(), end="")
"""
    steps = [
        {"run": "python main.py milk"},
        {"run": "python main.py eggs", "files": {"notes.txt": {"equals": "milk\neggs"}}},
        {"run": "python main.py", "stdout": {"equals": "milk\neggs"}},
    ]
    assert await reason(backend, program, steps=steps) == ""
    steps[0]["exit_code"] = 3
    assert await reason(backend, program, steps=steps) == (
        "`python main.py milk`: exit code 0, not exit code 3"
    )


async def test_every_check_has_a_fresh_copy_of_the_product(backend: SandboxBackend) -> None:
    program = b"open('mark', 'x').close()"
    checks = [check(name=name, run="python main.py") for name in ("first", "second")]
    assert all(
        each.passed for each in await check_acceptance({"main.py": program}, checks, backend)
    )


async def test_a_given_file_takes_the_place_of_the_products(backend: SandboxBackend) -> None:
    product = {"main.py": b"print(open('data/in.csv').read())", "data": b"no folder", "x/y": b""}
    given = {"data/in.csv": "1,2", "x": "no folder either"}
    keys: dict[str, Any] = {"run": "python main.py", "given": given}
    assert await reason(backend, product, **keys, stdout={"equals": "1,2"}) == ""
    assert await reason(backend, product, **keys, stdout={"equals": "3"}) == (
        "`python main.py`: standard output should be '3', not '1,2'"
        " (the product's own data, x/y had made way for the check's)"
    )


async def test_a_program_that_ends_its_own_sandbox_fails_its_check_alone(
    backend: SandboxBackend,
) -> None:
    # It waits to be seen: the files of one that ends at once may be made between two looks.
    bomb = b"import time\nfor n in range(20_000): open(f'f{n}', 'w').close()\ntime.sleep(60)"
    checks = [
        check(name="bomb", run="python main.py", seconds=60),
        check(name="well", run="python3 -c 'print(1)'", stdout={"equals": "1"}),
    ]
    broken, well = await check_acceptance({"main.py": bomb}, checks, backend)
    assert not broken.passed
    assert "killed by signal 9" in broken.reason
    assert "it made more than 16384 files" in broken.reason
    assert well.passed


async def test_files_too_many_to_be_read_back_are_a_reason(backend: SandboxBackend) -> None:
    program = b"open('big', 'wb').write(bytes(20 * 1024**2))"
    said = await reason(backend, program, run="python main.py", files={"big": {"equals": ""}})
    assert said.startswith("the sandbox could not go on: The program left more files than can be")


async def test_a_manifest_that_cannot_be_used_fails_every_check(backend: SandboxBackend) -> None:
    product = {"main.py": ADDER, "requirements.txt": b"--index-url http://example.invalid\n"}
    checks = [check(name=name, run="python main.py 1") for name in ("first", "second")]
    found = await check_acceptance(product, checks, backend)
    assert [each.passed for each in found] == [False, False]
    assert found[0].reason.startswith("its dependencies could not be installed: ")


async def test_a_product_in_no_known_language_is_checked_all_the_same(
    backend: SandboxBackend,
) -> None:
    product = {"index.html": b"<h1>hello</h1>"}
    assert (
        await reason(backend, product, run="cat index.html", stdout={"contains": ["hello"]}) == ""
    )


async def test_a_server_can_be_asked_on_loopback(backend: SandboxBackend) -> None:
    product = b"""
import http.server, sys
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), http.server.SimpleHTTPRequestHandler).serve_forever()
"""
    asking = """
import subprocess, sys, time, urllib.request, socket
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
server = subprocess.Popen([sys.executable, "main.py", str(port)])
while server.poll() is None:
    try:
        print(urllib.request.urlopen(f"http://127.0.0.1:{port}/hello.txt").read().decode())
        break
    except OSError:
        time.sleep(0.05)
server.terminate()
"""
    given = {"ask.py": asking, "hello.txt": "hi"}
    said = await reason(backend, product, run="python ask.py", given=given, stdout={"equals": "hi"})
    assert said == ""


@pytest.mark.engine
async def test_docker_runs_the_same_checks() -> None:
    backend = await docker_backend()
    try:
        keys: dict[str, Any] = {"run": "python main.py 1 2", "given": {"a/b.txt": "x"}}
        assert await reason(backend, ADDER, **keys, stdout={"equals": "3"}) == ""
        assert await reason(backend, ADDER, **keys, stdout={"equals": "4"}) == (
            "`python main.py 1 2`: standard output should be '4', not '3'"
        )
        assert "cannot be started" in await reason(backend, ADDER, run="nosuchprogram")
    finally:
        await backend.close()


# What a text is compared with.


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("a  \r\nb\t\n\n\n", {"equals": "a\nb"}),
        ("a\nb", {"equals": "a \nb\n"}),
        ("Total: 5 \r\n", {"matches": ["^Total: 5$"], "contains": ["5"], "lacks": ["6"]}),
        ("one\ntwo\n", {"contains": ["one\r\ntwo"]}),
        ('{"a": [1, 2.0000000001], "b": null, "c": true}', {"json": {"c": True, "a": [1.0, 2], "b": None}}),
        ("null\n", {"json": None}),
        ("1e3", {"json": 1000}),
        ("9" * 400, {"json": int("9" * 400)}),
        ("", {"equals": ""}),
    ],
)  # fmt: skip
async def test_texts_that_are_as_expected(text: str, keys: dict[str, Any]) -> None:
    assert await fault_of_text(text, expected(**keys)) == ""


@pytest.mark.parametrize(
    ("text", "keys", "said"),
    [
        (" a", {"equals": "a"}, "should be 'a', not ' a'"),
        ("a\nb\nc", {"equals": "a\nx\nc"}, "differs in line 2: should be 'x', not 'b'"),
        ("a\n\nc", {"equals": "a\nb\nc"}, "differs in line 2: should be 'b', not an empty line"),
        ("a\nb", {"equals": "a"}, "should end after line 1, but goes on with 'b'"),
        ("a", {"equals": "a\nb"}, "should go on after line 1 with 'b', but ends"),
        ("a", {"contains": ["b"]}, "does not hold 'b'; it is 'a'"),
        ("Traceback", {"lacks": ["Trace"]}, "holds 'Trace', which it must not"),
        ("5", {"matches": ["^6$"]}, "has nothing like '^6$' in it; it is '5'"),
        ("{", {"json": {}}, "is not JSON; it is '{'"),
        ("[" * 100_000, {"json": []}, "is not JSON; it is '" + "[" * 160 + "'…"),
        ("NaN", {"json": 1}, "is not JSON; it is 'NaN'"),
        ("9" * 5000, {"json": 1}, "is not JSON; it is '" + "9" * 160 + "'…"),
        ("9" * 400, {"json": 1}, "should be 1, not " + "9" * 160 + "…"),
        ("true", {"json": 1}, "should be 1, not true"),
        ("0", {"json": None}, "should be null, not 0"),
        ('{"a": [{"b": 1}]}', {"json": {"a": [{"b": 2}]}}, "'a[0].b' should be 2, not 1"),
        ('{"a": 1}', {"json": {"a": 1, "b": 2}}, "has no 'b'"),
        ('{"a": 1, "b": 2}', {"json": {"a": 1}}, "has a 'b', which it should not"),
        ("ab", {"lines": ["a"]}, "has no line 'a'; it is 'ab'"),
        ("[1]", {"json": [1, 2]}, "should have 2 items, not 1"),
        ('{"a": []}', {"json": {"a": [1]}}, "'a' should have 1 items, not 0"),
        ("[]", {"json": {}}, "should be an object, not a list"),
    ],
)  # fmt: skip
async def test_texts_that_are_not(text: str, keys: dict[str, Any], said: str) -> None:
    assert await fault_of_text(text, expected(**keys)) == said


@pytest.mark.parametrize(
    "pattern", ["^(a+)+$", "(a|aa)+$", "(.*)*x", r"(?:a*?b?)*?c", r"(\w+\s?)*:", "(a+)+(b+)+(c+)+$"]
)
async def test_a_pattern_made_to_take_for_ever_is_given_up_and_nobody_waits(
    monkeypatch: pytest.MonkeyPatch, pattern: str
) -> None:
    monkeypatch.setattr(expectations, "PATTERN_SECONDS", 0.3)
    ticks = 0

    async def go_on() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.01)
            ticks += 1

    others = asyncio.create_task(go_on())
    started = time.process_time()
    fault = await fault_of_text("a" * 200_000 + "!", expected(matches=[pattern]))
    others.cancel()
    assert fault
    # Of its own time: how long that takes is for the machine to say.
    assert time.process_time() - started < 3
    assert "could not be compared" in fault or "has nothing like" in fault
    assert ticks or time.process_time() - started < 0.1


# What a check may be.


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"run": "python main.py '"}, "cannot be split into words: no closing quotation"),
        ({"run": "  "}, "`run` names no program"),
        ({"run": ["", "x"]}, "`run` names no program"),
        ({"run": "x", "exit_code": None}, "'it works' would pass whatever the program does"),
        ({"run": "x", "exit_code": None, "stdout": {}}, "would pass whatever the program does"),
        ({"run": "x", "stdout": {"matches": ["a("]}}, "'a(' is no regular expression: missing )"),
        ({"run": "x", "given": {"../x": ""}}, "must be a relative path inside the product"),
        ({"run": "x", "given": {"./x": ""}}, "must be written without '.'"),
        ({"run": "x", "files": {"x": {"absent": True, "equals": ""}}}, "has no text to expect"),
        ({"run": "x", "seconds": 0.0}, "greater than 0"),
        ({"run": "x", "stdot": {}}, "unknown key 'stdot' — did you mean 'stdout'?"),
        ({"steps": []}, "at least 1 item"),
    ],
)
def test_a_check_that_cannot_be_used_is_refused(keys: dict[str, Any], said: str) -> None:
    with pytest.raises(Exception, match=r"^tasks\.yaml:1: ") as caught:
        check(**keys)
    assert said in str(caught.value)


def test_a_check_goes_through_json_and_back_as_it_was() -> None:
    card = check(run="x", stdout={"json": None}, given={"a.txt": "b"})
    data = json.loads(card.model_dump_json(by_alias=True, exclude_unset=True))
    again = CheckCard.model_validate(data)
    assert again == card
    assert again.steps[0].stdout is not None
    assert again.steps[0].stdout.wants_json
