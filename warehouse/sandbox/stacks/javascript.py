"""JavaScript and TypeScript, where patterns do not suffice.

Functions with an empty body are found without a parser: strings, templates, regular expressions and
comments are blanked first; then named functions, methods and functions bound to a name are looked
at. Callbacks are not: `() => {}` is a fair one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from warehouse.sandbox.stacks.code import ManifestRejected, Requirements, StackCode, Stub

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


RUNNERS = ("jest", "vitest", "mocha", "ava", "jasmine", "tap", "playwright", "cypress")
NPM_NAME = re.compile(r"(@[a-z0-9][a-z0-9._-]*/)?[a-z0-9][a-z0-9._-]*")
NPM_RANGE = re.compile(r"[0-9a-zA-Z.*^~<>=| +-]{0,100}")
NPM_TAG = re.compile(r"[a-z][a-z0-9.-]*")


class Code(StackCode):
    """Reads JavaScript."""

    tells_stubs = True

    def stubs(self, sources: Mapping[str, str]) -> Iterator[Stub]:
        for path, source in sources.items():
            yield from ((path, *stub) for stub in javascript_stubs(source))

    def foreign_runner(self, files: Mapping[str, str]) -> str | None:
        """One of the known ones that package.json installs, or calls in its script `test`."""
        try:
            document = json.loads(files.get("package.json", ""))
        except (ValueError, RecursionError):
            return None
        if not isinstance(document, dict):
            return None
        tables = [document.get(key) for key in ("devDependencies", "dependencies", "scripts")]
        development, needed, scripts = (each if isinstance(each, dict) else {} for each in tables)
        called = re.findall(r"[\w@/-]+", str(scripts.get("test", "")))
        named = {*development, *needed, *called}
        return next((runner for runner in RUNNERS if runner in named), None)

    def packages(self, manifests: Mapping[str, str]) -> Requirements:
        """The `dependencies` of a package.json, versions and ranges only."""
        try:
            document = json.loads(manifests["package.json"])
        except (ValueError, RecursionError) as error:
            raise ManifestRejected(f"package.json is not JSON: {error}.") from None
        packages: Any = document.get("dependencies", {}) if isinstance(document, dict) else None
        if not isinstance(packages, dict):
            raise ManifestRejected("package.json: `dependencies` must map names to versions.")
        for name, version in packages.items():
            plain = isinstance(version, str) and (
                NPM_RANGE.fullmatch(version) or NPM_TAG.fullmatch(version)
            )
            if not NPM_NAME.fullmatch(name) or not plain:
                raise ManifestRejected(
                    f"package.json: {name[:100]!r}: {version!r:.100} cannot be installed here. Give "
                    'a version from the registry, such as "express": "^4.18.0"; addresses and paths '
                    "are not allowed."
                )
        content = json.dumps({"private": True, "dependencies": dict(sorted(packages.items()))})
        return Requirements(tuple(packages), content.encode())
