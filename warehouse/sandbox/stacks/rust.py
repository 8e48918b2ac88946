"""Rust, where patterns do not suffice: tests stand in the file that they test."""

from __future__ import annotations

from collections.abc import Mapping

from warehouse.sandbox.stacks.code import StackCode


class Code(StackCode):
    """Reads Rust."""

    def holding_tests(self, sources: Mapping[str, str]) -> list[str]:
        return [path for path, source in sources.items() if self.test_cases(source)]
