"""Go, where patterns do not suffice: a workspace is several modules, and its top none of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from warehouse.sandbox.stacks.code import Command, StackCode, TestRun

WORKSPACE = "go.work"
_ALL = """set -f; IFS='
'; all=$(go list -m -f '{{.Dir}}/...') || exit; exec"""
"""A module to a line: its folder may have blanks in its name, and stars."""


class Code(StackCode):
    """Reads Go."""

    def check(self, paths: Collection[str]) -> Command:
        return _in_each("go build -o /dev/null") if WORKSPACE in paths else ()

    def test_run(self, files: Mapping[str, str], tests: list[str]) -> TestRun | None:
        if WORKSPACE not in files:
            return None
        return TestRun(_in_each("go test"), ("go", *_in_each("go test -json")))


def _in_each(command: str) -> Command:
    """A command on each module of the workspace."""
    return ("sh", "-c", f"{_ALL} {command} $all")
