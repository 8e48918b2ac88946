"""The commands that a project itself names for its build, its tests and its lint.

They are read out of package.json, Makefile, tox.ini, noxfile.py and the settings of linters, never by running
anything. What its CI runs is only a hint: which of several is meant, and what nobody here has run.
"""

from __future__ import annotations

import ast
import configparser
import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from typing import Literal

from warehouse.python_source import constant_of, syntax_tree
from warehouse.sandbox.stacks.code import Command
from warehouse.sandbox.stacks.node_project import NodeProject
from warehouse.sandbox.toolbox import DEPENDENCIES

Kind = Literal["build", "tests", "lint"]
NAMES: Mapping[Kind, tuple[str, ...]] = {
    "build": ("build", "compile"),
    "tests": ("test", "tests", "check"),
    "lint": ("lint", "linters", "style", "flake8", "ruff"),
}
"""What targets, scripts, environments and sessions of each kind are called, the likeliest first."""
MOST_HINTS = 6
LONGEST_HINT = 120
_MAKEFILES = ("GNUmakefile", "makefile", "Makefile")
_TARGET = re.compile(r"^(?P<name>[\w.-]{1,60})[ \t]*:(?![:=])", re.MULTILINE)
_CI = re.compile(r"(?:\.github/workflows/[^/]+\.ya?ml|\.gitlab-ci\.yml)")
_CI_COMMAND = re.compile(
    r"(?:python3? -m (?:pytest|unittest|tox|nox)|pytest|tox|nox|make|npm|npx|yarn|pnpm|go|cargo|uv run"
    r"|poetry run|hatch|ruff|flake8|mypy)(?: .*)?"
)
_POSARGS = re.compile(r"\{posargs(?::(?P<usual>[^{}]*))?\}")
_SUBSTITUTION = re.compile(r"\{[^{}]*\}")


def own_commands(files: Mapping[str, str]) -> dict[Kind, Command]:
    """The command of each kind that a project names; of several, one that its CI runs."""
    hints = ci_hints(files)
    found: dict[Kind, Command] = {}
    for kind in NAMES:
        named = [
            (called, _in_shell(script, called))
            for read in _READERS
            for called, script in read(files, kind)
        ]
        named += _configured_linter(files) if kind == "lint" else ()
        by_ci = (argv for called, argv in named if any(called in hint for hint in hints))
        if chosen := next(by_ci, None) or next((argv for _, argv in named), None):
            found[kind] = chosen
    return found


def ci_hints(files: Mapping[str, str]) -> tuple[str, ...]:
    """Commands that the project's CI seems to run."""
    lines = (
        re.sub(r"^(?:- )?(?:(?:run|script): ?)?(?:- )?", "", line.strip())
        for path, text in sorted(files.items())
        if _CI.fullmatch(path)
        for line in text.splitlines()
    )
    commands = (line[:LONGEST_HINT] for line in lines if _CI_COMMAND.fullmatch(line))
    return tuple(dict.fromkeys(commands))[:MOST_HINTS]


Scripts = Iterator[tuple[str, str]]
"""What people type, and what a shell then runs."""


def _of_package_json(files: Mapping[str, str], kind: Kind) -> Scripts:
    project = NodeProject(files)
    for name in NAMES[kind]:
        if script := project.script(name):
            yield f"npm run {name}", script


def _of_makefile(files: Mapping[str, str], kind: Kind) -> Scripts:
    path = next((name for name in _MAKEFILES if name in files), "")
    targets = {match["name"] for match in _TARGET.finditer(files.get(path, ""))}
    for name in NAMES[kind]:
        if name in targets:
            yield f"make {name}", f"make {name}"


def _of_tox(files: Mapping[str, str], kind: Kind) -> Scripts:
    settings = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        settings.read_string(files.get("tox.ini", ""))
    except configparser.Error:
        return
    sections = [(name, f"testenv:{name}") for name in NAMES[kind]]
    sections += [("py", "testenv")] if kind == "tests" else []
    for name, section in sections:
        commands = settings.get(section, "commands", fallback="")
        if script := _tox_script(commands):
            yield f"tox -e {name}", script


def _tox_script(commands: str) -> str:
    """The lines as a shell runs them; empty where one needs what only tox knows."""
    joined = re.sub(r"\\\n[ \t]*", " ", commands).strip()
    lines = [_POSARGS.sub(lambda match: match["usual"] or "", line) for line in joined.splitlines()]
    lines = [line.replace("{toxinidir}", ".").strip().removeprefix("- ") for line in lines]
    if any(_SUBSTITUTION.search(line) for line in lines):
        return ""
    return " && ".join(filter(None, lines))


def _of_nox(files: Mapping[str, str], kind: Kind) -> Scripts:
    try:
        body = syntax_tree(files.get("noxfile.py", "")).body
    except SyntaxError:
        return
    sessions = {each.name: each for each in body if isinstance(each, ast.FunctionDef)}
    for name in NAMES[kind]:
        if name in sessions and (script := _nox_script(sessions[name])):
            yield f"nox -s {name}", script


def _nox_script(session: ast.FunctionDef) -> str:
    """What is given to `session.run` as it stands; empty where that is not all."""
    lines = []
    for call in ast.walk(session):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
            continue
        if call.func.attr == "run":
            words = [word for word in call.args if not isinstance(word, ast.Starred)]
            try:
                lines.append(shlex.join(str(constant_of(word)) for word in words))
            except ValueError:
                return ""
    return " && ".join(filter(None, lines))


_READERS: tuple[Callable[[Mapping[str, str], Kind], Scripts], ...] = (
    _of_package_json,
    _of_makefile,
    _of_tox,
    _of_nox,
)
_SETTINGS = (
    ("ruff", (("ruff.toml", ""), (".ruff.toml", ""), ("pyproject.toml", "[tool.ruff")), "check ."),
    ("flake8", ((".flake8", ""), ("setup.cfg", "[flake8]"), ("tox.ini", "[flake8]")), "."),
)
"""Linters, the files and the words in them that set them up, and what they are given."""


def _configured_linter(files: Mapping[str, str]) -> Iterator[tuple[str, Command]]:
    for linter, places, words in _SETTINGS:
        if any(path in files and sign in files[path] for path, sign in places):
            yield linter, ("python3", "-m", linter, *words.split())


def _in_shell(script: str, called: str) -> Command:
    """A script with the commands of the project's packages at hand; the last word is for people."""
    places = f"$PWD/node_modules/.bin:{DEPENDENCIES}/bin:$PATH"
    return ("sh", "-c", f'PATH="{places}"; export PATH\n{script}', called)
