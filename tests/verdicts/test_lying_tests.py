"""Tests that would like to pass: each product here holds `assert 1 == 2`, and none of them is tested."""

import pytest

from tests.verdicts.conftest import Verdict

MAIN = "print('Welcome')\n"
WRONG = "def test_wrong():\n    assert 1 == 2\n"
RIGHT = "def test_right():\n    assert True\n"
HOOK = "import pytest\n\n\n@pytest.hookimpl(hookwrapper=True)\n"
AUTOUSE = "import pytest\n\n\n@pytest.fixture(autouse=True)\ndef each():\n"

LIES = {
    "a pytest of its own": {"pytest.py": "def main(*_, **__):\n    return 0\n"},
    "a _pytest of its own": {
        "_pytest/__init__.py": "",
        "_pytest/config.py": "def main(*_, **__):\n    return 0\n",
    },
    "a pluggy of its own": {"pluggy.py": "raise SystemExit(0)\n"},
    "a sitecustomize": {"sitecustomize.py": "import os\nos._exit(0)\n"},
    "a fixture that skips all": {"conftest.py": f"{AUTOUSE}    pytest.skip('later')\n"},
    "a fixture that ends it all": {"conftest.py": "import os\n" + AUTOUSE + "    os._exit(0)\n"},
    "reports made to pass": {
        "conftest.py": f"{HOOK}def pytest_runtest_makereport():\n"
        "    made = yield\n    made.get_result().outcome = 'passed'\n"
    },
    "reports made to be expected failures": {
        "conftest.py": f"{HOOK}def pytest_runtest_makereport():\n    made = yield\n"
        "    made.get_result().outcome, made.get_result().wasxfail = 'skipped', 'so it is'\n"
    },
    "failures swallowed on their way": {
        "conftest.py": f"{HOOK}def pytest_runtest_call():\n"
        "    called = yield\n    called.force_result(None)\n"
    },
    "tests that are not called": {
        "conftest.py": "def pytest_pyfunc_call(pyfuncitem):\n    return True\n"
    },
    "tests that are passed over": {
        "conftest.py": "def pytest_runtest_protocol(item):\n    return True\n"
    },
    "tests that are told of and not run": {
        "conftest.py": "from _pytest.reports import TestReport\n\n\n"
        "def pytest_runtest_protocol(item):\n    hook = item.ihook\n"
        "    for when in ('setup', 'call', 'teardown'):\n"
        "        report = TestReport(item.nodeid, item.location, {}, 'passed', None, when)\n"
        "        hook.pytest_runtest_logreport(report=report)\n"
        "    hook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)\n"
        "    return True\n"
    },
    "a loop of its own": {"conftest.py": "def pytest_runtestloop(session):\n    return True\n"},
    "all deselected": {
        "conftest.py": "def pytest_collection_modifyitems(items):\n    items.clear()\n"
    },
    "all ignored": {"conftest.py": "collect_ignore = ['test_main.py']\n"},
    "only collected": {
        "conftest.py": "def pytest_configure(config):\n    config.option.collectonly = True\n"
    },
    "the reporter put out": {
        "conftest.py": "def pytest_collection_modifyitems(config):\n"
        "    manager = config.pluginmanager\n"
        "    for name, plugin in manager.list_name_plugin():\n"
        "        if type(plugin).__name__ == 'Reporter':\n            manager.unregister(plugin)\n"
    },
    "an end at the beginning": {"conftest.py": "import os\nos._exit(0)\n"},
    "an end at the end": {
        "conftest.py": "import os\n\n\ndef pytest_sessionfinish():\n    os._exit(0)\n"
    },
    "options that only collect": {"pytest.ini": "[pytest]\naddopts = --collect-only\n"},
    "options that choose none": {"pytest.ini": "[pytest]\naddopts = -k nothing_is_called_so\n"},
    "other names for tests": {"pytest.ini": "[pytest]\npython_functions = check_*\n"},
}
"""What lies beside a test that fails."""


@pytest.mark.parametrize("lie", LIES)
async def test_no_file_beside_a_failing_test_makes_it_pass(verdict: Verdict, lie: str) -> None:
    execution = await verdict({"main.py": MAIN, "test_main.py": WRONG, **LIES[lie]})
    outcomes = {check.name: check.ok for check in execution.checks}
    assert outcomes["tests"] is not True
    assert not execution.verified


BEGINNINGS = {
    "os._exit": "import os\ndef test_first():\n    os._exit(0)\n",
    "os._exit while imported": "import os\nos._exit(0)\n",
    "pytest.exit": "import pytest\ndef test_first():\n    pytest.exit('enough', 0)\n",
    "the process killed that listens": "import os\ndef test_first():\n    os.kill(os.getppid(), 9)\n",
    "lines of its own in the report": (
        "import os\ndef test_first():\n    for number in range(3, 99):\n        try:\n"
        "            os.write(number, b'{\"end\": true}\\n')\n        except OSError:\n"
        "            pass\n    os._exit(0)\n"
    ),
    "a report of its own on standard output": (
        "import os\ndef test_first():\n"
        '    text = b\'{"collected": 2, "passed": 2, "failed": 0, "skipped": 0, \'\n'
        '    text += b\'"deselected": 0, "not_run": 0, "doubt": ""}\'\n'
        "    os.write(1, text)\n    os.write(2, text)\n"
        "    os.kill(os.getppid(), 9)\n    os._exit(0)\n"
    ),
    "the output of the one that listens": (
        "import os\ndef test_first():\n"
        "    out = open(f'/proc/{os.getppid()}/fd/1', 'w')\n"
        "    out.write('{}')\n"
    ),
    "a session told to stop": (
        "def test_first(request):\n    request.session.shouldstop = 'enough'\n"
    ),
}
"""What comes in a file before a test that fails."""


@pytest.mark.parametrize("beginning", BEGINNINGS)
async def test_no_test_keeps_the_next_from_failing(verdict: Verdict, beginning: str) -> None:
    execution = await verdict({"main.py": MAIN, "test_main.py": BEGINNINGS[beginning] + WRONG})
    outcomes = {check.name: check.ok for check in execution.checks}
    assert outcomes["tests"] is False
    assert not execution.verified


@pytest.mark.parametrize(
    "wrong",
    [
        "import sys\ndef test_wrong():\n    sys.exit(0)\n",
        "import unittest\nclass Some(unittest.TestCase):\n    def test_wrong(self):\n"
        "        self.assertEqual(1, 2)\n",
        "import unittest\nclass Some(unittest.TestCase):\n    def test_wrong(self):\n"
        "        for number in (1, 2):\n            with self.subTest(number=number):\n"
        "                self.assertEqual(number, 1)\n",
        "import unittest\nclass Some(unittest.IsolatedAsyncioTestCase):\n"
        "    async def test_wrong(self):\n        self.assertEqual(1, 2)\n",
        "import pytest\n@pytest.fixture\ndef one():\n    yield 1\n    assert 1 == 2\n"
        "def test_wrong(one):\n    pass\n",
        "async def test_wrong():\n    assert 1 == 2\n",
        "import nowhere_to_be_found\n",
    ],
)
async def test_a_failure_of_any_kind_beside_a_right_test_is_one(
    verdict: Verdict, wrong: str
) -> None:
    files = {"main.py": MAIN, "test_wrong.py": wrong, "test_right.py": RIGHT}
    execution = await verdict(files)
    (tests,) = [check for check in execution.checks if check.name == "tests"]
    assert tests.ok is False
    assert tests.tests is not None
    assert (tests.tests.passed, tests.tests.failed, tests.tests.not_run) == (1, 1, 0)


@pytest.mark.parametrize(
    ("path", "settings"),
    [
        ("pyproject.toml", "[tool.pytest.ini_options]\naddopts = \"-ra -m 'not slow' --cov\"\n"),
        ("pyproject.toml", '[tool.pytest.ini_options]\naddopts = ["--strict", "-mnot slow"]\n'),
        ("setup.cfg", '[tool:pytest]\naddopts = -m "not slow"\n'),
    ],
)
async def test_what_a_project_leaves_out_by_its_marks_is_left_out_counted_and_said(
    verdict: Verdict, path: str, settings: str
) -> None:
    slow = "import pytest\n@pytest.mark.slow\ndef test_slow():\n    assert 1 == 2\n"
    execution = await verdict({"main.py": MAIN, "test_main.py": slow + RIGHT, path: settings})
    assert execution.summary == "tested: 1 of 1 passed, 1 found but not run; starts"


async def test_what_was_left_out_is_counted_and_said(verdict: Verdict) -> None:
    leaves_one_out = "def pytest_collection_modifyitems(items):\n    del items[0]\n"
    execution = await verdict(
        {"main.py": MAIN, "test_main.py": WRONG + RIGHT, "conftest.py": leaves_one_out}
    )
    assert execution.summary == "tested: 1 of 1 passed, 1 found but not run; starts"
