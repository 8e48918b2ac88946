"""Whether the product works: acceptance checks tried on it in the sandbox, as an effect."""

import hashlib
from dataclasses import replace

from company.acceptance.check_card import as_json
from company.acceptance.checking import check_acceptance
from company.engine.effects import Effects
from company.engine.state import State
from company.engine.workspace.execution import Execution
from company.engine.workspace.workbench import Workbench
from warehouse.events import AcceptanceResult, CheckOutcome, CheckRecord, SuiteCounts
from warehouse.events.effect import ACCEPTANCE

BEFORE = ("install", "syntax", "build")
"""Checks without which there is no program to try anything on."""


async def with_acceptance(
    effects: Effects, where: str, state: State, workbench: Workbench, execution: Execution
) -> Execution:
    """What was seen of the product, and whether it does what its customer tries out.

    Nothing is tried without checks, nowhere, or on what does not even compile.
    """
    broken = any(check.name in BEFORE for check in execution.failures)
    if not workbench.checks or workbench.sandbox == "none" or not state.files or broken:
        return execution
    checks = workbench.checks
    request = {
        "backend": workbench.sandbox,
        "tree": execution.tree,
        "checks": hashlib.sha256(as_json(checks).encode()).hexdigest()[:24],
    }

    async def act() -> AcceptanceResult:
        outcomes = await check_acceptance(state.files, checks, workbench.require())
        return AcceptanceResult(tuple(outcomes))

    result = await effects.perform(ACCEPTANCE, f"{where}/acceptance", request, act)
    return replace(execution, checks=(_record(result.outcomes), *execution.checks))


def _record(outcomes: tuple[CheckOutcome, ...]) -> CheckRecord:
    """All of them as one check, which the company is told of like any other."""
    failed = [each for each in outcomes if not each.passed]
    passed = len(outcomes) - len(failed)
    first = f", not {failed[0].name}" if failed else ""
    return CheckRecord(
        name="acceptance",
        command="acceptance checks",
        ok=not failed,
        seconds=round(sum(each.seconds for each in outcomes), 3),
        output="\n".join(f"{each.name}: {each.reason}" for each in failed),
        remark=f"{passed} of {len(outcomes)} acceptance checks hold{first}",
        tests=SuiteCounts(len(outcomes), passed, len(failed)),
    )
