"""Python projects as people lay them out: tested, started and imported as they would be, installed."""

import pytest

from tests.verdicts.conftest import Verdict

PACKAGE = {
    "src/tips/__init__.py": "from tips.money import tip\n",
    "src/tips/money.py": "def tip(bill):\n    return bill / 10\n",
}
SCRIPT = '[project]\nname = "tips"\nversion = "1"\n[project.scripts]\ntips = "tips.cli:main"\n'
CLI = "import sys\nfrom tips.money import tip\n\n\ndef main():\n    print(sys.argv, tip(50))\n"
MODULE = "from tips.money import tip\n\nprint(tip(50))\n"
TESTS = "import subprocess, sys\n\n\ndef test_it():\n    told = subprocess.check_output([sys.executable, '-m', 'tips'])\n    assert told == b'5.0\\n'\n"  # fmt: skip

STARTED = {
    "a command of pyproject.toml": (
        {**PACKAGE, "pyproject.toml": SCRIPT, "src/tips/cli.py": CLI},
        "['tips'] 5.0",
    ),
    "a command of Poetry": (
        {
            "pyproject.toml": '[tool.poetry.scripts]\ntips = "tips.cli:main"\n',
            "tips/__init__.py": "",
            "tips/cli.py": "def main():\n    print('hi')\n",
            "tips/other.py": "print('not this')\n",
        },
        "hi",
    ),
    "a command of setup.cfg": (
        {
            **PACKAGE,
            "setup.cfg": "[options.entry_points]\nconsole_scripts =\n    tips = tips.cli:main\n",
            "setup.py": "from setuptools import setup\n\nsetup()\n",
            "src/tips/cli.py": CLI,
        },
        "['tips'] 5.0",
    ),
    "a command of setup.py": (
        {
            **PACKAGE,
            "setup.py": "from setuptools import setup\n\nsetup(name='tips', entry_points="
            "{'console_scripts': ['tips=tips.cli:main']})\n",
            "src/tips/cli.py": CLI,
        },
        "['tips'] 5.0",
    ),
    "a package in src": ({**PACKAGE, "src/tips/__main__.py": MODULE}, "5.0"),
}


@pytest.mark.parametrize("project", STARTED)
async def test_a_project_is_started_as_it_says(verdict: Verdict, project: str) -> None:
    files, output = STARTED[project]
    execution = await verdict(files)
    (start,) = [check for check in execution.checks if check.name == "start"]
    assert (start.ok, start.output) == (True, output)
    assert execution.verified


async def test_tests_may_start_the_package_in_src_themselves(verdict: Verdict) -> None:
    execution = await verdict(
        {**PACKAGE, "src/tips/__main__.py": MODULE, "tests/test_tips.py": TESTS}
    )
    assert "tested: 1 of 1 passed" in execution.summary
    assert execution.verified


async def test_a_command_that_breaks_does_not_start(verdict: Verdict) -> None:
    broken = CLI.replace("tip(50)", "tip('fifty')")
    execution = await verdict({**PACKAGE, "pyproject.toml": SCRIPT, "src/tips/cli.py": broken})
    assert "does not start: exit code 1" in execution.summary


LIBRARIES = {
    "one file": {"sums.py": "import math\n\nPI = math.pi\n\n\ndef total(numbers):\n    return sum(numbers)\n"},
    "one file that is called main.py": {"main.py": "def total(numbers):\n    return sum(numbers)\n"},
    "a package": {
        "tips/__init__.py": '"""Tips."""\nimport logging\n\n'
        "logging.getLogger(__name__).addHandler(logging.NullHandler())\n",
        "tips/money.py": "try:\n    import tomllib\nexcept ImportError:\n    tomllib = None\n\n\n"
        "def tip(bill):\n    return bill / 10\n",
        "examples/one.py": "print(1)\n",
    },
    "a package in src": {**PACKAGE, "setup.py": "from setuptools import setup\n\nsetup(name='tips')\n"},
}  # fmt: skip


@pytest.mark.parametrize("library", LIBRARIES)
async def test_a_library_is_imported_where_a_start_would_prove_nothing(
    verdict: Verdict, library: str
) -> None:
    execution = await verdict(LIBRARIES[library])
    assert [check.name for check in execution.checks] == ["syntax", "import"]
    assert execution.summary == "imports; unseen: whether it does what was asked: it has no tests"
    assert execution.verified


@pytest.mark.parametrize(
    ("module", "remark"),
    [
        ("import nowhere\n", "exit code 1"),
        ("from sys import exit\n\ncode = exit(0)\n", "exit code 1"),
        ("import itertools\n\nlast = max(itertools.count())\n", "did not end within 2 s"),
    ],
)
async def test_a_library_that_cannot_be_imported_does_not_hold(
    verdict: Verdict, monkeypatch: pytest.MonkeyPatch, module: str, remark: str
) -> None:
    monkeypatch.setattr("company.engine.workspace.verification.START_SECONDS", 2.0)
    tip = "def tip(bill):\n    return bill / 10\n"
    execution = await verdict({"tips/__init__.py": tip, "tips/money.py": module})
    assert execution.summary == f"cannot be imported: {remark}"
    assert not execution.ok


@pytest.mark.parametrize(
    "program",
    [
        "def main():\n    print('never called')\n",
        "name = input('Who? ')\n",
        "import flask\n\napp = flask.Flask(__name__)\n",
        "for number in range(3):\n    print(number)\n",
    ],
)
async def test_a_program_is_no_library(verdict: Verdict, program: str) -> None:
    execution = await verdict({"main.py": program})
    assert [check.name for check in execution.checks] == ["syntax", "start"]


async def test_tests_of_one_name_are_told_apart_where_the_project_says_how(
    verdict: Verdict,
) -> None:
    files = {
        "pyproject.toml": '[tool.pytest.ini_options]\naddopts = "-x --import-mode=importlib"\n',
        "tips.py": "def tip(bill):\n    return bill / 10\n",
        **{f"tests/{name}/test_it.py": "def test_it():\n    pass\n" for name in ("a", "b")},
    }
    (tests,) = [check for check in (await verdict(files)).checks if check.name == "tests"]
    assert tests.remark == "2 of 2 passed"
