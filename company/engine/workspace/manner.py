"""Which commands are run on a program, and within which bounds: on a new one, or on a customer's."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from company.engine.context.inspection import Inspection
from company.engine.workspace.baseline import STOPPING, Baseline
from warehouse.sandbox.own_commands import own_commands
from warehouse.sandbox.sandbox import Limits
from warehouse.sandbox.stacks.stack import Stack
from warehouse.sandbox.witness.page import limits_for

OWN_SECONDS: Mapping[str, float] = {"tests": 300.0, "build": 300.0, "lint": 120.0}
"""For the commands of a customer's project, which may be larger than what a company writes."""
OWN_LIMITS = {"memory_mb": 2048, "processes": 128, "cpus": 2.0, "disk_mb": 512, "output_kb": 2048}


@dataclass(frozen=True)
class Manner:
    """How a program is checked."""

    is_own: bool = False
    """Whether it is a customer's: then by the commands that the project itself names."""
    left_out: frozenset[str] = frozenset()
    """Commands that are not run."""
    stops_at: frozenset[str] = STOPPING
    """Where one of these does not hold, the rest is not tried."""
    installs: bool = True
    """Whether its packages are tried to be had."""

    def commands(self, stack: Stack, inspection: Inspection) -> dict[str, list[str]]:
        """Each command by the name of its check, as people know it."""
        texts = inspection.texts
        own = own_commands(texts) if self.is_own else {}
        commands = {"syntax": stack.check_argv(texts)}
        if self.reports_tests(inspection):
            commands["tests"] = list(stack.test_run(texts, self.tests(inspection)).command)
        elif "tests" in own:
            commands["tests"] = list(own["tests"])
        if start := inspection.start:
            commands["build"], commands["start"] = list(start.build), list(start.command)
        else:
            commands["import"] = stack.library_argv(texts)
        for name in ("build", "lint"):
            if name in own and not commands.get(name):
                commands[name] = list(own[name])
        return {name: argv for name, argv in commands.items() if argv and name not in self.left_out}

    def watched(self, stack: Stack, inspection: Inspection) -> dict[str, list[str]]:
        """The tests again, so that there is a report on them, where their runner gives one: of a
        customer's on each of them by name."""
        if not self.reports_tests(inspection):
            return {}
        texts, tests = inspection.texts, self.tests(inspection)
        naming = stack.naming_test_run(texts, tests) if self.is_own else ()
        return {"tests": list(naming or stack.test_run(texts, tests).reported)}

    def beside(self, stack: Stack, inspection: Inspection) -> Mapping[str, bytes]:
        """What is put beside the files of a customer's project: as if it were installed."""
        return stack.code.left_by_installing(inspection.texts) if self.is_own else {}

    def reports_tests(self, inspection: Inspection) -> bool:
        """Whether the tests are run so that a stack can judge them."""
        return bool(inspection.tests) and inspection.foreign_runner is None

    def tests(self, inspection: Inspection) -> list[str]:
        """The files of tests: of a customer's project those that it runs itself."""
        if not (self.is_own and inspection.stack):
            return inspection.tests
        return inspection.stack.code.declared_tests(inspection.texts, inspection.tests)

    def seconds(self, name: str) -> float | None:
        """How long a command may take that is a project's own; None for the others."""
        return OWN_SECONDS.get(name) if self.is_own else None

    def limits(self, stack: Stack, files: Mapping[str, bytes]) -> Limits:
        """The bounds of the sandbox."""
        usual = limits_for(stack, files)
        if not self.is_own:
            return usual
        return replace(
            usual, **{name: max(getattr(usual, name), most) for name, most in OWN_LIMITS.items()}
        )


A_NEW_PROGRAM = Manner()
AS_IT_CAME = Manner(is_own=True, stops_at=frozenset())
"""A customer's program before the first word: each command tells what it tells."""


def after(baseline: Baseline, *, same_packages: bool) -> Manner:
    """How a customer's program is checked once it was changed; `same_packages` says that it names
    those that it named before."""
    lacking = "install" in baseline.before.checks
    return Manner(
        is_own=True,
        left_out=baseline.endless,
        stops_at=STOPPING - baseline.broken,
        installs=not (lacking and same_packages),
    )
