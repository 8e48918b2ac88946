"""Products of several projects, one folder down, or in a language that nobody here runs: never a wrong verdict."""

import json
import shutil

import pytest

from tests.verdicts.conftest import Verdict
from warehouse.sandbox.dependencies import install_dependencies
from warehouse.sandbox.sandbox import CommandResult, Installation
from warehouse.sandbox.stacks.cards import stacks

LIB = "def tip():\n    return 5\n"
MAIN = "from lib import tip\n\nprint(tip())\n"
TEST = "from lib import tip\n\n\ndef test_tip():\n    assert tip() == 5\n"
BACKEND = {"backend/main.py": MAIN, "backend/lib.py": LIB}


def notebook(*cells: str, language: str = "python") -> str:
    return json.dumps(
        {
            "metadata": {"kernelspec": {"language": language}},
            "cells": [{"cell_type": "markdown", "source": ["# Tips"]}]
            + [{"cell_type": "code", "source": cell.splitlines(True)} for cell in cells],
        }
    )


MAKEFILE = (
    'run:\n\tsh tips.sh 50\n\nlint := none\n\ntest:\n\ttest "$$(sh tips.sh 50)" = 5\n\n'
    ".PHONY: run test\n"
)
RIGHT = {
    "a Makefile and the shell": (
        {"Makefile": MAKEFILE, "tips.sh": "echo $(($1 / 10))\n"},
        "tested: 1 of 1 passed; starts",
    ),
    "a program one folder down": (
        BACKEND,
        "starts; unseen: whether it does what was asked: it has no tests",
    ),
    "one with tests and another project beside it": (
        {
            **BACKEND,
            "backend/requirements.txt": "",
            "backend/test_lib.py": TEST,
            "frontend/package.json": "{}",
            "frontend/app.js": "document.title = 'Tips';\n",
        },
        "tested: 1 of 1 passed; starts; unseen: frontend: beside what was started",
    ),
    "a src layout one folder down": (
        {
            "service/pyproject.toml": '[project]\nname = "tips"\n[project.scripts]\ntips = "tips.lib:tip"\n',
            "service/src/tips/__init__.py": "",
            "service/src/tips/lib.py": "def tip():\n    print(5)\n",
            "service/tests/test_tips.py": "from tips.lib import tip\n\n\ndef test_tip():\n    assert not tip()\n",
            "README.md": "# Tips\n",
        },
        "tested: 1 of 1 passed; starts",
    ),
    "a notebook": (
        {"tips.ipynb": notebook("%matplotlib inline\nx = 5\n", "!pip install tips\nprint(x)\nx")},
        "starts; unseen: whether it does what was asked: it has no tests",
    ),
    "a library with a notebook": (
        {"lib.py": LIB, "examples.ipynb": notebook("import lib\n")},
        "imports; unseen: whether it does what was asked: it has no tests; unseen: examples.ipynb: beside what was started",
    ),
}
WRONG = {
    "a Makefile whose test fails": (
        {"Makefile": MAKEFILE, "tips.sh": "echo $(($1 / 8))\n"},
        "tests fail: 0 of 1 passed, 1 failed",
    ),
    "a Makefile that make cannot read": (
        {"Makefile": "run:\n    sh tips.sh\n", "tips.sh": "echo 5\n"},
        "does not start: the code does not hold together",
    ),
    "a program one folder down that breaks": (
        {**BACKEND, "backend/lib.py": "def tip():\n    return 5 / 0\n"},
        "does not start: exit code 1",
    ),
    "a notebook with a cell that breaks": (
        {"tips.ipynb": notebook("x = 5", "y + x")},
        "does not start: exit code 1",
    ),
    "a notebook whose cell is no Python": (
        {"tips.ipynb": notebook("x = = 5")},
        "does not start: the code does not hold together",
    ),
}
UNSEEN = {
    "a Makefile that calls what is not here": (
        {"Makefile": "run:\n\tzig build run\n\ntest:\n\tzig build test\n", "main.zig": "// tips\n"},
        "unseen: tests: none of them passed: 0 of 1 passed, 1 skipped; "
        "unseen: start: needs a program that it calls, which this sandbox does not have",
    ),
    "a notebook of R": (
        {"tips.ipynb": notebook("x <- 5", language="R")},
        "unseen: syntax: needs a kernel of another language, which this sandbox does not have",
    ),
    "a notebook with packages that nobody names": (
        {"tips.ipynb": notebook("import nowhere_to_be_found")},
        "unseen: start: needs packages that no requirements.txt names",
    ),
    "PHP with a page beside it": (
        {"index.php": "<?php echo 5;\n", "about.html": "<h1>About</h1>"},
        "unseen: nothing was run: there is no stack for PHP",
    ),
    "Ruby": ({"main.rb": "puts 5\n"}, "unseen: nothing was run: there is no stack for Ruby"),
    "workspaces": (
        {
            "package.json": json.dumps({"workspaces": ["packages/*"], "scripts": {"start": "npm start -w app"}}),
            "packages/app/package.json": json.dumps({"name": "app", "scripts": {"start": "node main.js"}}),
            "packages/app/main.js": "require('@tips/core');\n",
        },
        "unseen: tests: run by the workspaces of a package manager",
    ),
    "a start by a package manager": (
        {
            "package.json": json.dumps({"scripts": {"start": "pnpm exec tips"}}),
            "main.js": "console.log(5);\n",
        },
        "unseen: start: needs a program that it calls",
    ),
    "a project of Maven with packages of its own choice": (
        {
            "pom.xml": "<project><dependencies><dependency>\n<groupId>dev.money</groupId>"
            "<artifactId>tips</artifactId></dependency></dependencies></project>\n",
            "src/main/java/Main.java": "import dev.money.Tip;\n\npublic class Main { Tip tip; }\n",
        },
        "unseen: syntax: needs packages of a repository",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    "links",
    [
        '[project]\nname = "tips"\nversion = "1"\ndependencies = ["Tip_Core>=1"]\n'
        '[tool.uv.sources]\ntip-core = {workspace = true}\n[tool.uv.workspace]\nmembers = ["packages/*"]\n',
        '[tool.poetry]\nname = "tips"\n[tool.poetry.dependencies]\ntip-core = {path = "packages/core"}\n',
    ],
    ids=["uv", "Poetry"],
)
async def test_packages_that_lie_in_the_product_are_tested_and_not_looked_for_elsewhere(
    verdict: Verdict, links: str
) -> None:
    execution = await verdict(
        {
            "pyproject.toml": links,
            "main.py": "from tip_core import tip\n\nprint(tip(5))\n",
            "packages/core/pyproject.toml": '[project]\nname = "tip-core"\nversion = "1"\n',
            "packages/core/src/tip_core/__init__.py": "def tip(bill):\n    return bill\n",
            "packages/core/tests/test_tip.py": "import subprocess, sys\nfrom tip_core import tip\n\n\n"
            "def test_tip():\n    assert tip(5) == 5\n"
            "    subprocess.run([sys.executable, '-c', 'import json, tip_core'], check=True)\n",
            "examples/demo/pyproject.toml": "",
            "examples/demo/json.py": "1 / 0\n",
        }
    )
    assert execution.summary == (
        "tested: 1 of 1 passed; unseen: no file is the one that starts it"
    ), [check.output for check in execution.checks]
    assert execution.verified


@pytest.mark.parametrize("product", RIGHT)
async def test_a_right_product_holds(verdict: Verdict, product: str) -> None:
    files, summary = RIGHT[product]
    execution = await verdict(files)
    assert execution.summary == summary, [check.output for check in execution.checks]
    assert execution.verified


@pytest.mark.parametrize("product", WRONG)
async def test_a_near_miss_does_not_hold(verdict: Verdict, product: str) -> None:
    files, words = WRONG[product]
    execution = await verdict(files)
    assert words in execution.summary
    assert not execution.ok


@pytest.mark.parametrize("product", UNSEEN)
async def test_what_nobody_here_can_run_is_unseen_with_its_reason(
    verdict: Verdict, product: str
) -> None:
    files, words = UNSEEN[product]
    needed = {"pom.xml": "javac", "package.json": "node"}
    for sign, program in needed.items():
        if sign in files and not shutil.which(program):
            pytest.skip(f"needs {program}")
    execution = await verdict(files)
    assert words in execution.summary
    assert (execution.ok, execution.verified) == (True, False)


@pytest.mark.parametrize(
    ("stderr", "lacks"),
    [
        ("npm: No such file or directory\n", "npm is not in this sandbox"),
        (
            "npm error 502\nyour registry gave no answer (refused).",
            "the index of packages gave no answer",
        ),
        ("npm error 404 tips is not in this registry", ""),
    ],
)
async def test_packages_that_cannot_be_fetched_at_all_are_no_fault_of_the_product(
    stderr: str, lacks: str
) -> None:
    installed = await install_dependencies(
        stacks()["javascript"],
        {"package.json": b'{"dependencies": {"tips": "1"}}'},
        _Refusing(stderr),  # type: ignore[arg-type]
    )
    assert (installed.ok, installed.lacks) == (False, lacks)


class _Refusing:
    """What is asked of a backend where packages are fetched."""

    def __init__(self, stderr: str) -> None:
        self._stderr = stderr

    async def fingerprint(self) -> str:
        return "none"

    async def find_installed(self, key: str) -> None:
        return None

    async def install(self, installation: Installation) -> CommandResult:
        return CommandResult(
            tuple(installation.fetch), 1, "", self._stderr, 0.0, False, False, False
        )
