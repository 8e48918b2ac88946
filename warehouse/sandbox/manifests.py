"""Reads what a product says it needs, and takes from it plain package names with versions only.

Options, addresses and paths in a manifest could point the installer at another index or at code
to run, so they are refused with a message for whoever wrote the manifest.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from warehouse.sandbox.stacks.stack import Stack

MOST_BYTES = 64 * 1024
MOST_PACKAGES = 200
NPM_NAME = re.compile(r"(@[a-z0-9][a-z0-9._-]*/)?[a-z0-9][a-z0-9._-]*")
NPM_RANGE = re.compile(r"[0-9a-zA-Z.*^~<>=| +-]{0,100}")
NPM_TAG = re.compile(r"[a-z][a-z0-9.-]*")


class ManifestRejected(ValueError):
    """The manifest asks for more than packages by name; the message says what to write instead."""


@dataclass(frozen=True)
class Wanted:
    """What to install: the names, and a manifest made anew from what was understood."""

    names: tuple[str, ...]
    content: bytes


def read_manifest(stack: Stack, manifest: bytes) -> Wanted:
    """The packages a manifest of this stack asks for; ManifestRejected if it asks for more."""
    name = stack.dependencies.manifest
    if len(manifest) > MOST_BYTES:
        raise ManifestRejected(f"{name} is longer than {MOST_BYTES // 1024} kB.")
    try:
        text = manifest.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ManifestRejected(f"{name} is not UTF-8 text.") from None
    readers = {"requirements": read_requirements, "package_json": read_package_json}
    wanted = readers[stack.dependencies.format](text)
    if len(wanted.names) > MOST_PACKAGES:
        raise ManifestRejected(f"{name} names more than {MOST_PACKAGES} packages.")
    return wanted


def read_requirements(text: str) -> Wanted:
    """Lines such as `flask>=3,<4`, `rich[jupyter]==14.0`, `tomli; python_version < "3.11"`."""
    from packaging.requirements import InvalidRequirement, Requirement

    lines: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        stripped = re.sub(r"(^|\s)#.*$", "", line).strip()
        if not stripped:
            continue
        try:
            requirement = Requirement(stripped)
        except InvalidRequirement:
            requirement = None
        if requirement is None or requirement.url:
            raise ManifestRejected(
                f"requirements.txt:{number}: {stripped[:100]!r} cannot be installed here. Write "
                "one package name with an optional version on a line, such as `flask>=3`; "
                "options, addresses and paths are not allowed."
            )
        lines[str(requirement)] = requirement.name
    return Wanted(tuple(lines.values()), "".join(f"{line}\n" for line in sorted(lines)).encode())


def read_package_json(text: str) -> Wanted:
    """The `dependencies` of a package.json, versions and ranges only."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ManifestRejected(f"package.json is not JSON: {error}.") from None
    wanted: Any = document.get("dependencies", {}) if isinstance(document, dict) else None
    if not isinstance(wanted, dict):
        raise ManifestRejected("package.json: `dependencies` must map names to versions.")
    for name, version in wanted.items():
        plain = isinstance(version, str) and (
            NPM_RANGE.fullmatch(version) or NPM_TAG.fullmatch(version)
        )
        if not NPM_NAME.fullmatch(name) or not plain:
            raise ManifestRejected(
                f"package.json: {name[:100]!r}: {version!r:.100} cannot be installed here. Give a "
                'version from the registry, such as "express": "^4.18.0"; addresses and paths '
                "are not allowed."
            )
    content = json.dumps({"private": True, "dependencies": dict(sorted(wanted.items()))})
    return Wanted(tuple(wanted), content.encode())
