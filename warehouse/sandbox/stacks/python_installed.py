"""What an installation of a Python project leaves that its modules ask for: its name and its version.

A module that asks `importlib.metadata` for the version of its own distribution, or imports the file that a
build writes the version into, cannot be imported from a fresh clone. Nothing is built here: both are written
from what the project says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from warehouse.errors import PathRejected
from warehouse.paths import check_path
from warehouse.sandbox.stacks.code import ManifestRejected
from warehouse.sandbox.stacks.python_project import ini_of, table_of, told_to_setup, toml_of

UNKNOWN = "0.0.0"
"""The version of a project that takes it from its git history."""
_WRITTEN_TO = (
    ("hatch", "build", "hooks", "vcs", "version-file"),
    ("setuptools_scm", "version_file"),
    ("setuptools_scm", "write_to"),
    ("pdm", "version", "write_to"),
)
"""Below `tool` in pyproject.toml: the file that a build writes the version into."""
_NAME = re.compile(r"[A-Za-z0-9](?:[\w.-]{0,80}[A-Za-z0-9])?")
_VERSION = re.compile(r"[0-9][0-9A-Za-z.+!-]{0,60}")


def left_by_installing(files: Mapping[str, str]) -> dict[str, bytes]:
    """The files, by path; none of a project that has no name, or says what cannot be read."""
    try:
        tables = toml_of(files.get("pyproject.toml", ""))
        name, version = _named(files, tables)
    except ManifestRejected:
        return {}
    if not _NAME.fullmatch(name):
        return {}
    version = version if _VERSION.fullmatch(version) else UNKNOWN
    folder = f"{re.sub(r'[-_.]+', '_', name)}-{version}.dist-info"
    told = {f"{folder}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"}
    module = f"__version__ = version = {version!r}\n__version_tuple__ = version_tuple = (0, 0, 0)\n"
    told |= dict.fromkeys(_version_files(tables), module)
    return {path: text.encode() for path, text in told.items() if path not in files}


def _named(files: Mapping[str, str], tables: dict[str, Any]) -> tuple[str, str]:
    """The name and the version of the distribution, empty where they are not written down."""
    ini = ini_of(files.get("setup.cfg", ""))
    told = told_to_setup(files.get("setup.py", ""))
    of_ini = {key: ini.get("metadata", key, fallback="") for key in ("name", "version")}
    for about in (table_of(tables, "project"), table_of(tables, "tool", "poetry"), of_ini, told):
        if isinstance(about.get("name"), str) and about["name"]:
            return about["name"], str(about.get("version", ""))
    return "", ""


def _version_files(tables: dict[str, Any]) -> Iterator[str]:
    for *way, last in _WRITTEN_TO:
        path = table_of(tables, "tool", *way).get(last)
        try:
            if isinstance(path, str) and path.endswith(".py"):
                yield check_path(path)
        except PathRejected:
            continue
