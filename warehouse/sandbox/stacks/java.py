"""Java, where patterns do not suffice: what a project takes from a repository."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from warehouse.sandbox.stacks.code import StackCode

_ABSENT = re.compile(r"error: package ([\w.]+) does not exist")
_OF_MAVEN = re.compile(r"<(?:dependency|parent)>.{0,400}?<groupId>\s*([\w.-]+)", re.DOTALL)
_OF_GRADLE = re.compile(r"""["']([\w.-]+):[\w.-]+(?::[\w.$ {}-]+)?["']""")


class Code(StackCode):
    """Reads what pom.xml and build.gradle name."""

    def missed(self, files: Mapping[str, str], stderr: str) -> str | None:
        roots = {group.partition(".")[0] for group in _groups(files)}
        absent = {package.partition(".")[0] for package in _ABSENT.findall(stderr)}
        return "packages of a repository" if roots & absent else None


def _groups(files: Mapping[str, str]) -> Iterator[str]:
    for path, text in files.items():
        if path.endswith("pom.xml"):
            yield from _OF_MAVEN.findall(text)
        elif path.endswith((".gradle", ".gradle.kts")):
            yield from _OF_GRADLE.findall(text)
