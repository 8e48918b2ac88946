"""JavaScript and TypeScript, where patterns do not suffice."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from warehouse.sandbox.stacks.code import ManifestRejected, StackCode, Stub, Wanted
from warehouse.sandbox.stacks.javascript_stubs import javascript_stubs

NPM_NAME = re.compile(r"(@[a-z0-9][a-z0-9._-]*/)?[a-z0-9][a-z0-9._-]*")
NPM_RANGE = re.compile(r"[0-9a-zA-Z.*^~<>=| +-]{0,100}")
NPM_TAG = re.compile(r"[a-z][a-z0-9.-]*")


class Code(StackCode):
    """Reads JavaScript."""

    tells_stubs = True

    def stubs(self, sources: Mapping[str, str]) -> Iterator[Stub]:
        for path, source in sources.items():
            yield from ((path, *stub) for stub in javascript_stubs(source))

    def packages(self, manifest: str) -> Wanted:
        """The `dependencies` of a package.json, versions and ranges only."""
        try:
            document = json.loads(manifest)
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
                    f"package.json: {name[:100]!r}: {version!r:.100} cannot be installed here. Give "
                    'a version from the registry, such as "express": "^4.18.0"; addresses and paths '
                    "are not allowed."
                )
        content = json.dumps({"private": True, "dependencies": dict(sorted(wanted.items()))})
        return Wanted(tuple(wanted), content.encode())
