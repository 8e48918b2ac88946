"""Going on with a run after its delivery, as the person asked for it."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from company.cli.opened import called, open_own_run
from company.cli.output import say
from company.cli.run.begin import company_of, request_of
from company.cli.run.readiness import ensure_ready
from company.cli.run.session import Session
from company.company import MAINTENANCE_COMPANY
from company.engine.going_on import GoingOn
from company.engine.resources import open_resources
from company.errors import ConfigurationError
from company.lab.execution.folder import is_planned
from company.rights import addresses, tool_servers
from company.spec import RunSpec, main_model
from warehouse.runs.folders import PRODUCT, products_folder
from warehouse.sandbox.registry import NONE, warning_of


async def continue_with(
    run: str, task: str, options: Mapping[str, Any], products: Path | None, session: Session
) -> int:
    """Work on a further version as asked. Returns its exit code; raises what stopped it."""
    plan = GoingOn.plan(_folder(run, products))
    former, version = plan.spec, plan.versions[-1].number + 1
    of_the_run = {"name": former.name, "experiment": former.experiment}
    request = request_of(task, **options).model_copy(update=of_the_run)
    company = company_of(request, _usual(former), products_folder(products))
    company = replace(company, usual=main_model(former.models) if former.models else None)
    staff = await company.staff()
    asked = [
        *addresses([*staff.values(), *company.cards.swapped_models]),
        *tool_servers(company.cards),
        *plan.rights(),
    ]
    allowed = session.consent(asked)
    sandbox = request.sandbox or former.sandbox
    if warning := warning_of(sandbox):
        say(f"softhouse: {warning}", err=True)
    async with open_resources(sandbox, session.person, allowed=allowed) as resources:
        spec = await company.settle(request.model_copy(update={"sandbox": resources.sandbox}))
        ensure_ready(spec.speaking_models)
        say(f"softhouse: {_who(spec.cards.company.name, version, plan)}", err=True)
        session.view.recall(plan.events)
        return await session.watch(plan.begin(spec, resources, on_event=session.view.on_event))


async def undo_to(run: str, version: int | None, products: Path | None, session: Session) -> int:
    """Go back to a version. Returns the exit code of what it delivered."""
    plan = GoingOn.plan_back(_folder(run, products), version)
    allowed = session.consent(plan.rights())
    async with open_resources(NONE, allowed=allowed) as resources:
        session.view.recall(plan.events)
        return await session.watch(plan.begin(plan.spec, resources, on_event=session.view.on_event))


def _folder(run: str, products: Path | None) -> Path:
    """The folder of a run that may be gone on with. Raises ConfigurationError for one that may not."""
    folder = open_own_run(run, products).folder
    if is_planned(folder):
        raise ConfigurationError(
            f"{folder.name} belongs to a batch or an experiment, whose tables tell what came of its task."
            f" Go on in a run of its own: softhouse run TASK --from {folder / PRODUCT}"
        )
    return folder


def _usual(former: RunSpec) -> str:
    """Who goes on where nobody is named: a company that answered a question answers the next one."""
    return former.cards.company.name if former.answers_questions else MAINTENANCE_COMPANY


def _who(company: str, version: int, plan: GoingOn) -> str:
    return (
        f"{company} works on version {version} of {called(plan.folder)}; --company names another."
    )
