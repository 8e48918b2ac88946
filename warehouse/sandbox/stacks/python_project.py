"""What a Python project says of itself: what it needs, and what it is started by.

Read, never run: of a setup.py only what it gives to `setup` as it stands.
"""

from __future__ import annotations

import ast
import configparser
import posixpath
import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from warehouse.python_source import constant_of, syntax_tree
from warehouse.sandbox.stacks.code import ManifestRejected

FOR_TESTS = ("dev", "test", "tests")
"""Groups and extras of a project that its tests need."""
SCRIPT_TABLES = ("project.scripts", "project.gui-scripts", "tool.poetry.scripts")
_OTHER_LIST = re.compile(r"(?:-r|--requirement|-c|--constraint)[\s=]+(?:\./)?(?P<path>\S+)")
_ITSELF = re.compile(r"(?:-e\s+|--editable[\s=]+)?\.(?:/|\[[\w, -]*\])?")
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*")
_ENTRY_POINT = re.compile(r"(?P<module>[\w.]+)\s*:\s*(?P<attribute>[\w.]+)(?:\s*\[.*\])?")


def requirements(manifests: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Everything that the manifests ask for, each with its place. Raises ManifestRejected for one
    that cannot be read."""
    for path, text in manifests.items():
        if path.endswith(".txt"):
            yield from _listed(path, text, manifests)
        else:
            yield from ((path, line) for line in _READERS[path](text))


def entry_points(manifests: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """The commands that come with the project: name → module and function, in the order they stand."""
    found: dict[str, tuple[str, str]] = {}
    for name, target in _scripts(manifests):
        if match := _ENTRY_POINT.fullmatch(target.strip()):
            found.setdefault(name, (match["module"], match["attribute"]))
    return found


_PYTEST_SECTIONS = {"pytest.ini": "pytest", "tox.ini": "pytest", "setup.cfg": "tool:pytest"}


def test_paths(files: Mapping[str, str]) -> list[str]:
    """Where pytest looks for tests, as the project says; empty where it says nothing."""
    try:
        if "pyproject.toml" in files:
            options = table_of(toml_of(files["pyproject.toml"]), "tool", "pytest", "ini_options")
            said = options.get("testpaths")
            if said:
                return said.split() if isinstance(said, str) else _texts(said)
        for path, section in _PYTEST_SECTIONS.items():
            said = ini_of(files.get(path, "")).get(section, "testpaths", fallback="")
            if said:
                return said.split()
    except ManifestRejected:
        pass
    return []


def _listed(path: str, text: str, manifests: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The lines of a requirements.txt; lists beside it are read anyhow, and the project is at hand."""
    for number, line in enumerate(text.splitlines(), 1):
        stripped = re.sub(r"(^|\s)#.*$", "", line).strip()
        other = _OTHER_LIST.fullmatch(stripped)
        known = (other and other["path"] in manifests) or _ITSELF.fullmatch(stripped)
        if stripped and not known:
            yield f"{path}:{number}", stripped


def _of_pyproject(text: str) -> Iterator[str]:
    """What the project needs, and what its groups for tests and development do."""
    tables, linked = toml_of(text), linked_packages({"pyproject.toml": text})
    yield from (line for line in _wanted(tables) if _plain_name(line) not in linked)
    for table in _poetry_tables(table_of(tables, "tool", "poetry")):
        for name, version in table.items():
            by_version = isinstance(version, str) or "version" in table_of(version)
            if name != "python" and _plain_name(name) not in linked:
                # Elsewhere than on an index is where nobody here fetches: it is refused by its address.
                yield name if by_version else f"{name} @ {version}"


def _wanted(tables: dict[str, Any]) -> list[str]:
    """The lines of what the project needs, by the standard's own tables."""
    about, groups = table_of(tables, "project"), table_of(tables, "dependency-groups")
    extras = table_of(about, "optional-dependencies")
    wanted = _texts(about.get("dependencies"))
    for table in (groups, extras):
        for name in FOR_TESTS:
            wanted += _texts(table.get(name))
    return wanted


def linked_packages(files: Mapping[str, str]) -> set[str]:
    """The names of packages that are taken from within the product: a tool links them to each other."""
    try:
        tables = toml_of(files.get("pyproject.toml", ""))
    except ManifestRejected:
        return set()
    return {name for name, source in _sources(tables) if _lies_here(source)}


def needs_linking(files: Mapping[str, str]) -> bool:
    """Whether it asks for such a package, and has files where that would lie."""
    try:
        tables = toml_of(files.get("pyproject.toml", ""))
    except ManifestRejected:
        return False
    poetry, asked = table_of(tables, "tool", "poetry"), set(map(_plain_name, _wanted(tables)))
    asked |= {_plain_name(name) for table in _poetry_tables(poetry) for name in table}
    return any(
        name in asked and _lies_here(source) and _is_there(source, files)
        for name, source in _sources(tables)
    )


def _sources(tables: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The packages that do not come from an index, each with where it comes from."""
    tool = table_of(tables, "tool")
    for table in (table_of(tool, "uv", "sources"), *_poetry_tables(table_of(tool, "poetry"))):
        for name, source in table.items():
            if isinstance(source, dict):
                yield _plain_name(name), source


def _poetry_tables(poetry: dict[str, Any]) -> list[dict[str, Any]]:
    groups = (table_of(poetry, "group", name) for name in FOR_TESTS)
    return [table_of(each, "dependencies") for each in (poetry, *groups)]


def _lies_here(source: Mapping[str, Any]) -> bool:
    """Whether a package is taken from within the product, by what is said."""
    if source.get("workspace") is True:
        return True
    path = posixpath.normpath(str(source.get("path", "..")))
    return path != "." and not path.startswith(("..", "/"))


def _is_there(source: Mapping[str, Any], files: Mapping[str, str]) -> bool:
    """Whether there is a project where it is said to lie: of a workspace, any below the top."""
    if source.get("workspace") is True:
        return any(path.endswith("/pyproject.toml") for path in files)
    return any(path.startswith(f"{posixpath.normpath(str(source['path']))}/") for path in files)


def _plain_name(requirement: str) -> str:
    """The name of the package that is asked for, as indexes compare names."""
    match = _NAME.match(requirement.strip())
    return re.sub(r"[-_.]+", "-", match[0]).lower() if match else ""


def _of_setup_cfg(text: str) -> Iterator[str]:
    settings = ini_of(text)
    wanted = settings.get("options", "install_requires", fallback="").splitlines()
    for name in FOR_TESTS:
        wanted += settings.get("options.extras_require", name, fallback="").splitlines()
    yield from filter(None, map(str.strip, wanted))


def _of_setup_py(text: str) -> Iterator[str]:
    told = told_to_setup(text)
    yield from _texts(told.get("install_requires"))
    extras = table_of(told, "extras_require")
    for name in FOR_TESTS:
        yield from _texts(extras.get(name))


_READERS = {
    "pyproject.toml": _of_pyproject,
    "setup.cfg": _of_setup_cfg,
    "setup.py": _of_setup_py,
}


def _scripts(manifests: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if text := manifests.get("pyproject.toml"):
        for name in SCRIPT_TABLES:
            scripts = table_of(toml_of(text), *name.split("."))
            yield from (
                (name, target) for name, target in scripts.items() if isinstance(target, str)
            )
    lines = []
    if text := manifests.get("setup.cfg"):
        lines += (
            ini_of(text).get("options.entry_points", "console_scripts", fallback="").splitlines()
        )
    if text := manifests.get("setup.py"):
        lines += _texts(table_of(told_to_setup(text), "entry_points").get("console_scripts"))
    for line in lines:
        name, _, target = line.partition("=")
        yield name.strip(), target


def toml_of(text: str) -> dict[str, Any]:
    """A pyproject.toml. Raises ManifestRejected where it is none."""
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ManifestRejected(f"pyproject.toml is not TOML: {error}.") from None


def ini_of(text: str) -> configparser.ConfigParser:
    """A setup.cfg. Raises ManifestRejected where it cannot be read."""
    settings = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        settings.read_string(text)
    except configparser.Error as error:
        raise ManifestRejected(f"setup.cfg cannot be read: {error.message}.") from None
    return settings


def told_to_setup(text: str) -> dict[str, Any]:
    """The arguments of `setup(…)` that are written down as they are."""
    told: dict[str, Any] = {}
    try:
        calls = [node for node in ast.walk(syntax_tree(text)) if isinstance(node, ast.Call)]
    except SyntaxError:
        return told
    for call in calls:
        if "setup" not in (getattr(call.func, "id", ""), getattr(call.func, "attr", "")):
            continue
        for keyword in call.keywords:
            with suppress(ValueError):
                told[str(keyword.arg)] = _written_down(keyword.value)
    return told


def _written_down(value: ast.expr) -> Any:
    """A constant; of a table those of its entries that are. Raises ValueError."""
    if not isinstance(value, ast.Dict):
        return constant_of(value)
    entries: dict[Any, Any] = {}
    for key, each in zip(value.keys, value.values, strict=True):
        with suppress(ValueError, TypeError):  # where it is no key
            entries[constant_of(key) if key else None] = constant_of(each)
    return entries


def table_of(tables: Any, *path: str) -> dict[str, Any]:
    """The table below these names; an empty one where there is none."""
    for name in path:
        tables = tables.get(name) if isinstance(tables, dict) else None
    return tables if isinstance(tables, dict) else {}


def _texts(value: Any) -> list[str]:
    return (
        [each for each in value if isinstance(each, str)] if isinstance(value, list | tuple) else []
    )
