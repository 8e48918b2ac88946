"""Python, read by its own parser."""

from __future__ import annotations

import ast
import io
import sys
import tokenize
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from warehouse.python_source import syntax_tree, unparsed
from warehouse.sandbox.stacks.code import (
    Command,
    ManifestRejected,
    Requirements,
    StackCode,
    Start,
    Stub,
)
from warehouse.sandbox.stacks.python_installed import left_by_installing
from warehouse.sandbox.stacks.python_project import (
    needs_linking,
    requirements,
    test_paths,
)
from warehouse.sandbox.stacks.python_start import (
    beside_none,
    declared_start,
    import_all,
    is_library,
)
from warehouse.sandbox.stacks.python_stubs import PythonProgram

if TYPE_CHECKING:
    from packaging.requirements import Requirement

TO_BE_RUN = frozenset({"__main__.py", "setup.py"})
_LAYOUT = frozenset({tokenize.INDENT, tokenize.DEDENT, tokenize.NL, tokenize.ENCODING})
_Function = ast.FunctionDef | ast.AsyncFunctionDef
Place = tuple[int, int]
"""A line, from 1, and a column, from 0, in characters."""


class Code(StackCode):
    """Reads Python."""

    tells_stubs = True

    def imports(self, source: str) -> set[str]:
        """Absolute imports, as `package.module`; `from a import b` counts as `a` and `a.b`."""
        return set(_imports(source))

    def third_party(self, files: Mapping[str, str]) -> list[str]:
        own: set[str] = set()
        imported: set[str] = set()
        for path, source in files.items():
            own |= {part.removesuffix(".py") for part in path.split("/")}
            if path.endswith(".py"):
                imported |= {name.partition(".")[0] for name in self.imports(source)}
        return sorted(imported - own - sys.stdlib_module_names)

    def outline(self, source: str) -> list[str]:
        return _definitions(syntax_tree(source).body)

    def without_comments(self, source: str) -> str:
        """Also without texts that stand alone (docstrings). Of a file that cannot be read, only
        whole lines of comment are left out."""
        lines = source.split("\n")
        try:
            spans = list(_remarks(source))
        except (tokenize.TokenError, SyntaxError):
            return "\n".join(line for line in lines if not line.lstrip().startswith("#"))
        for (first, start), (last, end) in reversed(spans):
            rest = lines[last - 1][end:]
            lines[first - 1 : last] = [lines[first - 1][:start] + rest]
        return "\n".join(lines)

    def parses(self, source: str) -> bool:
        try:
            syntax_tree(source)
        except SyntaxError:
            return False
        return True

    def test_cases(self, source: str) -> int:
        """Each test counted once however often it is run; none of a file that cannot be read."""
        try:
            return sum(1 for _ in _test_functions(syntax_tree(source)))
        except SyntaxError:
            return 0

    def holding_tests(self, sources: Mapping[str, str]) -> list[str]:
        """Those with a class of `unittest`, or with examples that they run by `doctest`."""
        return [
            path
            for path, source in sources.items()
            if _has_test_case(source) or ("import doctest" in source and ">>> " in source)
        ]

    def put_together_elsewhere(self, files: Mapping[str, str]) -> bool:
        return needs_linking(files)

    def left_by_installing(self, files: Mapping[str, str]) -> Mapping[str, bytes]:
        """The metadata of its distribution, and the module with its version that a build writes."""
        return left_by_installing(files)

    def declared_tests(self, files: Mapping[str, str], tests: list[str]) -> list[str]:
        """Those below pytest's `testpaths`."""
        places = [place.strip("/").removeprefix("./") for place in test_paths(files)]
        below = [
            path
            for path in tests
            if any(path == place or path.startswith(f"{place}/") for place in places)
        ]
        return below or tests

    def stubs(self, sources: Mapping[str, str]) -> Iterator[Stub]:
        """A file that does not parse is one, since nothing in it can be relied on."""
        return PythonProgram(sources).stubs()

    def module_name(self, path: str) -> str | None:
        place = PurePosixPath(path)
        if place.name in TO_BE_RUN or path == "__init__.py":
            return None
        is_package = place.name == "__init__.py"
        return ".".join(place.parent.parts if is_package else place.with_suffix("").parts)

    def packages(self, manifests: Mapping[str, str]) -> Requirements:
        """Such as `flask>=3,<4`, `rich[jupyter]==14.0`, `tomli; python_version < "3.11"`.

        Modules that come with Python are left out: the indexes hold no such package, or an old one.
        """
        wanted: dict[str, str] = {}
        for place, line in requirements(manifests):
            requirement = _requirement(place, line)
            if requirement.name.lower().replace("-", "_") not in sys.stdlib_module_names:
                wanted[str(requirement)] = requirement.name
        content = "".join(f"{line}\n" for line in sorted(wanted))
        return Requirements(tuple(wanted.values()), content.encode())

    def start(self, files: Mapping[str, str]) -> Start | None:
        return declared_start(files)

    def library(self, files: Mapping[str, str]) -> Command:
        if not is_library(files):
            return ()
        modules = [self.module_name(path.removeprefix("src/")) for path in beside_none(files)]
        return import_all(filter(None, modules))


def _requirement(place: str, line: str) -> Requirement:
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        requirement = Requirement(line)
    except InvalidRequirement:
        requirement = None
    if requirement is None or requirement.url:
        raise ManifestRejected(
            f"{place}: {line[:100]!r} cannot be installed here. Write one package name with an "
            "optional version, such as `flask>=3`; options, addresses and paths are not allowed."
        )
    return requirement


@lru_cache(maxsize=64)
def _imports(source: str) -> frozenset[str]:
    """Of a file that has not changed they are asked for again before every step."""
    try:
        tree = syntax_tree(source)
    except SyntaxError:
        return frozenset()
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(names)


def _definitions(body: list[ast.stmt]) -> list[str]:
    lines: list[str] = []
    for node in body:
        if isinstance(node, _Function):
            returns = f" -> {unparsed(node.returns)}" if node.returns else ""
            lines.append(f"def {node.name}({unparsed(node.args)}){returns}")
        elif isinstance(node, ast.ClassDef):
            lines.append(f"class {node.name}")
            lines += [f"  {line}" for line in _definitions(node.body)]
    return lines


def _remarks(source: str) -> Iterator[tuple[Place, Place]]:
    """Where comments are, and statements that are nothing but a text, in order."""
    statement: list[tokenize.TokenInfo] = []
    comments: list[tokenize.TokenInfo] = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.ERRORTOKEN:
            raise SyntaxError(token.string)
        if token.type == tokenize.COMMENT:
            comments.append(token)
        elif token.type in (tokenize.NEWLINE, tokenize.ENDMARKER):
            remarks = [(each.start, each.end) for each in comments]
            if statement and all(each.type == tokenize.STRING for each in statement):
                remarks += [(each.start, each.end) for each in statement]
            yield from sorted(remarks)
            statement, comments = [], []
        elif token.type not in _LAYOUT:
            statement.append(token)


def _has_test_case(source: str) -> bool:
    """Whether a class of `unittest` with tests in it is defined."""
    if "TestCase" not in source:
        return False
    try:
        body = syntax_tree(source).body
    except SyntaxError:
        return False
    return any(
        isinstance(node, ast.ClassDef)
        and any(base.endswith("TestCase") for base in _bases(node))
        and any(isinstance(each, _Function) and each.name.startswith("test") for each in node.body)
        for node in body
    )


def _test_functions(tree: ast.Module) -> Iterator[_Function]:
    """Functions called `test…`, also as methods of a class that is collected for its tests."""
    for node in tree.body:
        inside = node.body if isinstance(node, ast.ClassDef) and _holds_tests(node) else [node]
        for each in inside:
            if isinstance(each, _Function) and each.name.startswith("test"):
                yield each


def _holds_tests(node: ast.ClassDef) -> bool:
    return node.name.startswith("Test") or any(base.endswith("TestCase") for base in _bases(node))


def _bases(node: ast.ClassDef) -> list[str]:
    return [
        base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "")
        for base in node.bases
    ]
