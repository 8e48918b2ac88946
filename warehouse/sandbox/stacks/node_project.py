"""What a package.json says of a project: what it needs, and how it is made, started and tested."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from warehouse.sandbox.stacks.code import Command, Start, TestRun

RUNNERS = ("jest", "vitest", "mocha", "ava", "jasmine", "tap", "playwright", "cypress")
TESTERS = "/opt/softhouse/testers"
REPORTED: Mapping[str, Command] = {
    "mocha": (
        "node_modules/mocha/bin/mocha.js",
        "--exit",
        f"--reporter={TESTERS}/mocha_report.cjs",
    ),
    "jest": (
        *("node_modules/jest/bin/jest.js", "--ci", "--runInBand", "--watchman=false"),
        *("--coverage=false", "--cacheDirectory=/tmp/jest"),
        *(f"--reporters={TESTERS}/jest_report.cjs", "--runTestsByPath"),
    ),
    "vitest": (
        *("node_modules/vitest/vitest.mjs", "run", "--coverage.enabled=false"),
        f"--reporter={TESTERS}/vitest_report.mjs",
    ),
}
"""Runners that report to us: the arguments of node after which the test files follow."""
VERSIONS = {"mocha": "^11.0.0", "jest": "^30.0.0", "vitest": "^3.0.0"}
"""Of those, where the project calls one and does not say which."""
_BY_ANOTHER = re.compile(
    r"\b(?:npm|yarn|pnpm)\s+(?:run\s+|run-script\s+)?(?P<name>[\w:-]+)(?:\s+--(?=\s))?"
)
_WORKSPACES = frozenset({"pnpm-workspace.yaml", "lerna.json", "nx.json", "turbo.json"})
_DEEPEST = 5
"""Scripts that call scripts that call scripts."""
_MODULES_IN_VM = "--experimental-vm-modules"
"""With which jest runs tests that are ES modules."""
_OPTION = re.compile(
    r"(?:^|\s)(?P<option>(?:-r|--require|--import|--env|--environment|--ui|-c|--config)[\s=]\S+)"
)


class NodeProject:
    """One package.json; of one that cannot be read, nothing is known."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = files
        try:
            document = json.loads(files.get("package.json", ""))
        except (ValueError, RecursionError):
            document = {}
        self._document: dict[str, Any] = document if isinstance(document, dict) else {}

    @cached_property
    def needs(self) -> dict[str, Any]:
        """The packages of the program and those for its making and its tests, a runner among them that
        only its script calls."""
        called = {runner: VERSIONS[runner] for runner in self._called if runner in VERSIONS}
        return {**called, **self._table("devDependencies"), **self._table("dependencies")}

    @property
    def has_workspaces(self) -> bool:
        """Whether it is one of several packages, which a package manager links to each other."""
        return "workspaces" in self._document or not _WORKSPACES.isdisjoint(self._files)

    @property
    def runner(self) -> str | None:
        """What runs its tests, where that is not node itself."""
        named = {*self.needs, *self._called}
        return next((runner for runner in RUNNERS if runner in named), None)

    @property
    def _called(self) -> list[str]:
        """The words of the script that tests."""
        return re.findall(r"[\w@/-]+", self.script("test"))

    def script(self, name: str, depth: int = 0) -> str:
        """The command of a script, with those of the scripts that it calls by a package manager."""
        text = self._table("scripts").get(name)
        if not isinstance(text, str) or depth > _DEEPEST:
            return ""

        def called(match: re.Match[str]) -> str:
            return self.script(match["name"], depth + 1) or match[0]

        return re.sub(r"\bnpx\s+(?:--yes\s+|-y\s+)?", "", _BY_ANOTHER.sub(called, text))

    def start(self) -> Start | None:
        """By its script `start`, after `build` or `prestart`; else by the first file of `bin`. Where a
        script makes a page, that is there to be opened."""
        if script := self.script("start"):
            made = self.script("prestart") or self.script("build")
            return Start(in_shell(script), in_shell(made) if made else (), ("npm", "start"))
        binaries = self._document.get("bin")
        first = next(iter(binaries.values()), None) if isinstance(binaries, dict) else binaries
        path = str(first).removeprefix("./")
        if path in self._files:
            return Start(("node", path))
        build = self.script("build") if "index.html" in self._files else ""
        return Start((), in_shell(build)) if build else None

    def test_run(self, tests: list[str]) -> TestRun | None:
        """By the runner that the project brings along, where that reports to us."""
        runner = self.runner
        if runner not in self.needs or runner not in REPORTED:
            return None
        script = self.script("test")
        flags = (_MODULES_IN_VM,) if _MODULES_IN_VM in script else ()
        options = [word for match in _OPTION.finditer(script) for word in match["option"].split()]
        main, *rest = REPORTED[runner]
        reported = (
            "node",
            f"--require={TESTERS}/signed.cjs",
            *flags,
            main,
            *options,
            *rest,
            *tests,
        )
        return TestRun(("npx", runner, *tests), ("signed", *reported))

    def _table(self, name: str) -> dict[str, Any]:
        table = self._document.get(name)
        return table if isinstance(table, dict) else {}


def in_shell(script: str) -> Command:
    """A script as a package manager runs it: with the commands of its packages."""
    return ("sh", "-c", f'PATH="$PWD/node_modules/.bin:$PATH"; export PATH\n{script}')
