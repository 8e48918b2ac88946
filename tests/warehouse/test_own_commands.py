"""The commands that a project names for its build, tests and lint are read, and nothing of it is run."""

import pytest

from warehouse.sandbox.own_commands import ci_hints, own_commands

MAKEFILE = "all: lint\nVERSION := 1\ntest: all\n\tpytest\ncheck:\n\ttrue\nlint:\n\truff .\n"
TOX = """
[testenv]
commands =
    pytest \\
        {posargs:tests}
[testenv:lint]
commands = flake8 {toxinidir}/src
[testenv:style]
commands = {envpython} style.py
"""
NOX = """
import nox
nox.needs_version = "1"

@nox.session
def lint(session):
    session.install("flake8")
    session.run("flake8", "src dir")

@nox.session
def tests(session):
    session.run("pytest", *session.posargs)
    session.run(PYTHON)
"""


def told(files: dict[str, str]) -> dict[str, list[str]]:
    """What is run for each kind: the script and what people call it, or the words of a command."""
    return {
        kind: [argv[2].partition("\n")[2], argv[3]] if argv[0] == "sh" else list(argv)
        for kind, argv in own_commands(files).items()
    }


@pytest.mark.parametrize(
    ("files", "commands"),
    [
        ({"Makefile": MAKEFILE}, {"tests": ["make test"] * 2, "lint": ["make lint"] * 2}),
        ({"Makefile": MAKEFILE, ".gitlab-ci.yml": "t:\n  script:\n    - make check\n"},
         {"tests": ["make check"] * 2, "lint": ["make lint"] * 2}),
        ({"package.json": '{"scripts": {"lint": "eslint .", "build": "npm run tsc", "tsc": "tsc"}}'},
         {"build": ["tsc", "npm run build"], "lint": ["eslint .", "npm run lint"]}),
        ({"tox.ini": TOX},
         {"tests": ["pytest  tests", "tox -e py"], "lint": ["flake8 ./src", "tox -e lint"]}),
        ({"noxfile.py": NOX}, {"lint": ["flake8 'src dir'", "nox -s lint"]}),
        ({"pyproject.toml": "[tool.ruff.lint]\n"}, {"lint": ["python3", "-m", "ruff", "check", "."]}),
        ({"tox.ini": "[", "package.json": "[", "noxfile.py": "def"}, {}),
    ],
)  # fmt: skip
def test_commands_are_found_where_a_project_names_them(
    files: dict[str, str], commands: dict[str, list[str]]
) -> None:
    assert told(files) == commands


def test_what_ci_runs_is_a_hint() -> None:
    workflow = "jobs:\n  t:\n    steps:\n      - run: |\n          make test\n          ls\n      - run: tox -e py\n"
    assert ci_hints({".github/workflows/ci.yml": workflow}) == ("make test", "tox -e py")
    assert ci_hints({"docs/ci.yml": workflow}) == ()
