"""JavaScript, where patterns do not suffice; typescript.py adds what is TypeScript's.

Functions with an empty body are found without a parser: strings, templates, regular expressions and
comments are blanked first; then named functions, methods and functions bound to a name are looked
at. Callbacks are not: `() => {}` is a fair one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from warehouse.sandbox.stacks.code import (
    Command,
    ManifestRejected,
    Requirements,
    StackCode,
    Start,
    Stub,
    TestRun,
)
from warehouse.sandbox.stacks.node_project import REPORTED, NodeProject

_HEADS = (
    re.compile(r"\bfunction\s*\*?\s*(?P<name>[\w$]+)\s*\([^(){}]*\)\s*(?::\s*[\w<>\[\]| ]+)?\{"),
    re.compile(
        r"\b(?:const|let|var)\s+(?P<name>[\w$]+)\s*=\s*(?:async\s+)?"
        r"(?:function\s*\*?\s*\([^(){}]*\)|\([^(){}]*\)\s*=>|[\w$]+\s*=>)\s*\{"
    ),
    re.compile(
        r"^[ \t]+(?:static\s+|async\s+|get\s+|set\s+|\*\s*)*(?P<name>#?[\w$]+)\s*"
        r"\([^(){};]*\)\s*\{",
        re.MULTILINE,
    ),
)
_NO_FUNCTIONS = frozenset(
    {"if", "for", "while", "switch", "catch", "with", "function", "constructor", "return"}
)
_QUIET_NAMES = re.compile(r"(?i)^(?:noop|no_op|donothing)$")
_LATER = re.compile(
    r"(?i)\b(?:todo|fixme|placeholder|not (?:yet )?implemented|to be implemented|your code here"
    r"|implement (?:this|me|here|the))\b"
)
_MEANT = re.compile(r"(?i)\b(?:nothing to do|do nothing|intentional\w*|no-?op|on purpose)\b")
_TOKENS = re.compile(
    r"""
      (?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z))
    | (?P<string>"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|`(?:\\.|[^`\\])*`?)
    | (?P<regex>(?<=[=(,:!&|?;\[{])\s*/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n]){0,200}\]|[^/\\\n\[])+/)
    """,
    re.VERBOSE | re.DOTALL,
)
_THROWS = re.compile(r"\s*throw\s+new\s+\w*Error\s*\([^()]*\)\s*;?\s*")


def javascript_stubs(source: str) -> Iterator[tuple[int, str, str]]:
    """Line, name and reason of every function whose body is empty or says it is not written."""
    bare = _TOKENS.sub(lambda token: re.sub(r"[^\n]", " ", token[0]), source)
    bodies = set()
    for head in _HEADS:
        for function in head.finditer(bare):
            start = function.end()
            name = function["name"]
            if start in bodies or name in _NO_FUNCTIONS or _QUIET_NAMES.match(name):
                continue
            bodies.add(start)
            if why := _why_empty(source, bare, start):
                yield source.count("\n", 0, function.start("name")) + 1, name, why


def _why_empty(source: str, bare: str, start: int) -> str | None:
    end = bare.find("}", start)
    if end < 0:
        return None
    code, comments = bare[start:end], source[start:end]
    if not code.strip():
        if _LATER.search(comments):
            return "has only a TODO"
        return None if _MEANT.search(comments) else "has an empty body"
    if _THROWS.fullmatch(code) and _LATER.search(comments):
        return "throws that it is not implemented"
    return None


_TEST_FOLDER = re.compile(r"(?:^|/)(?:__tests__|tests?|spec)/")
_TEST_CALL = re.compile(r"^[^\S\n]*(?:describe|it|test)(?:\.\w+)?\s*\(", re.MULTILINE)
_EXPORTS = re.compile(r"^(?:module\.exports\b|exports\.\w|export\s)", re.MULTILINE)
_DOES_SOMETHING = re.compile(
    r"^(?:#!|(?:await\s+)?(?!require\b|module\b|exports\b)[\w$.]+\s*\(|\(|if\b|for\b|while\b|new\s)"
    r"|require\.main",
    re.MULTILINE,
)
"""A statement at the left margin that is more than a definition."""
_IMPORT_ALL = """\
import { resolve } from "node:path";
for (const path of process.argv.slice(1)) await import(resolve(path));
"""
NPM_NAME = re.compile(r"(@[a-z0-9][a-z0-9._-]*/)?[a-z0-9][a-z0-9._-]*")
NPM_RANGE = re.compile(r"[0-9a-zA-Z.*^~<>=| +-]{0,100}")
NPM_TAG = re.compile(r"[a-z][a-z0-9.-]*")


class Code(StackCode):
    """Reads JavaScript."""

    tells_stubs = True
    always: Mapping[str, str] = {}
    """Packages that this language cannot do without."""
    import_options: Command = ()
    """With which node reads its modules."""

    def stubs(self, sources: Mapping[str, str]) -> Iterator[Stub]:
        for path, source in sources.items():
            yield from ((path, *stub) for stub in javascript_stubs(source))

    def holding_tests(self, sources: Mapping[str, str]) -> list[str]:
        """Those in the folders where runners look, and that name some."""
        return [
            path
            for path, source in sources.items()
            if _TEST_FOLDER.search(path) and _TEST_CALL.search(source)
        ]

    def foreign_runner(self, files: Mapping[str, str]) -> str | None:
        """One of the known ones that package.json calls, and that does not come with it, or does not
        report to us."""
        project = NodeProject(files)
        if project.has_workspaces:
            return "the workspaces of a package manager"
        return None if project.test_run([]) else project.runner

    def put_together_elsewhere(self, files: Mapping[str, str]) -> bool:
        return NodeProject(files).has_workspaces

    def test_run(self, files: Mapping[str, str], tests: list[str]) -> TestRun | None:
        return NodeProject(files).test_run(tests)

    def start(self, files: Mapping[str, str]) -> Start | None:
        return NodeProject(files).start()

    def library(self, files: Mapping[str, str]) -> Command:
        """Of a product whose modules export something and call nothing by themselves."""
        exported = [_EXPORTS.search(source) for source in files.values()]
        if not all(exported) or any(map(_DOES_SOMETHING.search, files.values())):
            return ()
        # What is written in JSX is read by a bundler, never by node.
        if not files or (not self.import_options and any(path.endswith(".jsx") for path in files)):
            return ()
        return (
            "node",
            *self.import_options,
            "--input-type=module",
            "-e",
            _IMPORT_ALL,
            "--",
            *files,
        )

    def packages(self, manifests: Mapping[str, str]) -> Requirements:
        """The packages of a package.json, versions and ranges only: also those for development where
        it is made or tested by a command of theirs."""
        try:
            document = json.loads(manifests.get("package.json", "{}"))
        except (ValueError, RecursionError) as error:
            raise ManifestRejected(f"package.json is not JSON: {error}.") from None
        packages: Any = document.get("dependencies", {}) if isinstance(document, dict) else None
        if not isinstance(packages, dict):
            raise ManifestRejected("package.json: `dependencies` must map names to versions.")
        project = NodeProject(manifests)
        if self.always or project.runner in REPORTED or project.script("build"):
            packages = {**self.always, **project.needs}
        for name, version in packages.items():
            _check(name, version)
        content = json.dumps({"private": True, "dependencies": dict(sorted(packages.items()))})
        return Requirements(tuple(packages), content.encode())


def _check(name: str, version: Any) -> None:
    """Raise ManifestRejected for what is no package by its name and version."""
    plain = isinstance(version, str) and (
        NPM_RANGE.fullmatch(version) or NPM_TAG.fullmatch(version)
    )
    if not NPM_NAME.fullmatch(name) or not plain:
        raise ManifestRejected(
            f"package.json: {name[:100]!r}: {version!r:.100} cannot be installed here. Give "
            'a version from the registry, such as "express": "^4.18.0"; addresses and paths '
            "are not allowed."
        )
