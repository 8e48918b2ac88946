"""Beginning a run as the person asked for it."""

import sys
from pathlib import Path
from typing import Any

from company.cli.output import say
from company.cli.run.readiness import ensure_ready
from company.cli.run.session import Session
from company.cli.views.view import View
from company.company import Company, company_for
from company.engine.resources import open_resources
from company.engine.run import Run
from company.errors import ConfigurationError
from company.models.default import default_model
from company.models.recorded_run import settled
from company.run_options import LONGEST_TASK, RunRequest, check_task, read_options
from warehouse.sandbox.registry import NONE, warning_of

NO_SANDBOX = (
    "softhouse: no sandbox can be used here, so the program will be written and not run. "
    "`softhouse doctor` says why, and how to mend it."
)


def asked(task: str, **said: Any) -> RunRequest:
    """What a person asks for, the task read where it comes on standard input.

    Raises ConfigurationError for what cannot be worked on.
    """
    return read_options(RunRequest, {**said, "task": check_task(read_task(task))})


def begin_and_work(request: RunRequest, products: Path, view: View) -> int:
    """Work as asked. Returns the exit code of the finished run; raises what stopped it."""
    session = Session(view)
    return session.work(_begin(request, products, session))


async def _begin(request: RunRequest, products: Path, session: Session) -> int:
    company = chosen_company(request, products)
    sandbox = request.sandbox or company.cards.company.defaults.sandbox
    if warning := warning_of(sandbox):
        say(f"softhouse: {warning}", err=True)
    async with open_resources(sandbox, session.person) as resources:
        if resources.backend is None and sandbox != NONE:
            say(NO_SANDBOX, err=True)
        spec = await company.settle(request.model_copy(update={"sandbox": resources.sandbox}))
        ensure_ready(spec.models.values())
        run = Run.begin(spec, resources, products, on_event=session.on_event)
        return await session.watch(run)


def chosen_company(request: RunRequest, products: Path) -> Company:
    """The company that is asked for; without a name, one that suits the model and the work.

    Recorded runs that are to answer are looked for in `products`. Raises ConfigurationError where
    there is no such company or no model at all, and RunNotFound where there is no such recorded run.
    """
    model = settled(request.model, products) or (None if request.company else default_model())
    existing = request.source is not None
    return Company.load(
        request.company or company_for(model or "", existing=existing),
        model=model,
        role_models={role: settled(id_, products) for role, id_ in request.role_models.items()},
        chain=request.chain or None,
    )


def read_task(given: str) -> str:
    """The task itself, read from standard input where it is `-`."""
    if given != "-":
        text = given
    else:
        most = 4 * LONGEST_TASK + 4
        try:
            text = sys.stdin.buffer.read(most).decode("utf-8-sig")
        except UnicodeDecodeError:
            raise ConfigurationError("The task on standard input is not UTF-8 text.") from None
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ConfigurationError("The task is not UTF-8 text.") from None
    return text
