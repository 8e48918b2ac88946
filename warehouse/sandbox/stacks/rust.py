"""Rust, where patterns do not suffice: tests stand in the file that they test, and in members of a workspace."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping

from warehouse.sandbox.stacks.code import StackCode, TestRun

_PLAIN = ("cargo", "test", "--no-fail-fast", "--workspace")
_REPORTED = (
    "env",
    "RUSTC_BOOTSTRAP=1",
    *_PLAIN,
    "--quiet",
    "--",
    "-Zunstable-options",
    "--format=json",
)


class Code(StackCode):
    """Reads Rust."""

    def holding_tests(self, sources: Mapping[str, str]) -> list[str]:
        return [path for path, source in sources.items() if self.test_cases(source)]

    def test_run(self, files: Mapping[str, str], tests: list[str]) -> TestRun | None:
        """Those of all members, which cargo leaves out beside a package at the top; which members count
        may be said by `default-members`."""
        try:
            workspace = tomllib.loads(files.get("Cargo.toml", "")).get("workspace")
        except (ValueError, RecursionError):
            return None
        if not isinstance(workspace, dict) or "default-members" in workspace:
            return None
        return TestRun(_PLAIN, ("cargo", *_REPORTED))
