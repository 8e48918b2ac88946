"""Makefiles, where patterns do not suffice: which goals they have."""

from __future__ import annotations

import re
from collections.abc import Mapping

from warehouse.sandbox.stacks.code import StackCode, Start

FILES = ("makefile", "Makefile")
"""In which make looks, at the top of the product."""
STARTS = ("run", "start")
TESTS = ("test", "check")
_GOAL = re.compile(r"^(?P<name>[\w.-]+)[ \t]*:(?!=)", re.MULTILINE)


class Code(StackCode):
    """Reads Makefiles."""

    def start(self, files: Mapping[str, str]) -> Start | None:
        goal = next((goal for goal in STARTS if goal in _goals(files)), None)
        return Start(("make", "--silent", goal), by_hand=("make", goal)) if goal else None

    def holding_tests(self, sources: Mapping[str, str]) -> list[str]:
        return [] if _goals(sources).isdisjoint(TESTS) else [_makefile(sources)]


def _goals(files: Mapping[str, str]) -> set[str]:
    return {match["name"] for match in _GOAL.finditer(files.get(_makefile(files), ""))}


def _makefile(files: Mapping[str, str]) -> str:
    return next((name for name in FILES if name in files), "")
