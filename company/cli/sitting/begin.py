"""Beginning a run as the person wished it."""

import sys
from dataclasses import dataclass
from pathlib import Path

from company.cli.options import limits_from
from company.cli.output import say
from company.cli.sitting.choice import chosen_company
from company.cli.sitting.readiness import ensure_ready
from company.cli.sitting.session import Session
from company.cli.views.view import choose_view
from company.errors import ConfigurationError
from company.resources import open_resources
from company.run import Run
from company.spec import LONGEST_TASK, check_task
from warehouse.runs import products_folder

HOST_WARNING = (
    "softhouse: the sandbox host runs what the model writes directly on this machine, with your "
    "rights, your files and your network."
)
NO_SANDBOX = (
    "softhouse: no sandbox can be used here, so the program will be written and not run. "
    "`softhouse doctor` says why, and how to mend it."
)


@dataclass(frozen=True)
class Wishes:
    """The options of `softhouse run`; None where nothing was said."""

    task: str
    company: str | None
    chain: str | None
    model: str | None
    role_models: tuple[str, ...]
    name: str | None
    experiment: str
    products: Path | None
    sandbox: str | None
    budget: float | None
    max_tokens: int | None
    max_calls: int | None
    max_seconds: float | None
    seed: int | None
    images: tuple[Path, ...]
    source: Path | None
    humans: tuple[str, ...]
    tui: bool
    plain: bool
    as_json: bool


def begin_and_work(wishes: Wishes) -> int:
    """Work as wished. Returns the exit code of the finished run; raises what stopped it."""
    task = check_task(read_task(wishes.task))
    view = choose_view(plain=wishes.plain, as_json=wishes.as_json)
    session = Session(view)
    return session.work(_begin(wishes, task, session))


async def _begin(wishes: Wishes, task: str, session: Session) -> int:
    root = products_folder(wishes.products)
    company = chosen_company(
        wishes.company,
        model=wishes.model,
        chain=wishes.chain,
        role_models=pairs(wishes.role_models),
        products=root,
        existing=wishes.source is not None,
    )
    defaults = company.cards.company.defaults
    sandbox = wishes.sandbox or defaults.sandbox
    if sandbox == "host":
        say(HOST_WARNING, err=True)
    async with open_resources(sandbox, session.person) as resources:
        if resources.backend is None and sandbox != "none":
            say(NO_SANDBOX, err=True)
        spec = await company.spec(
            task,
            name=wishes.name,
            sandbox=resources.backend.name if resources.backend else "none",
            seed=wishes.seed,
            limits=limits_from(
                defaults.limits,
                wishes.budget,
                wishes.max_tokens,
                wishes.max_calls,
                wishes.max_seconds,
            ),
            images=wishes.images,
            source=wishes.source,
            human_roles=wishes.humans,
            experiment=wishes.experiment,
        )
        ensure_ready(spec.models.values())
        run = Run.begin(
            spec,
            resources,
            root,
            images=wishes.images,
            on_event=session.on_event,
        )
        return await session.watch(run)


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


def pairs(role_models: tuple[str, ...]) -> dict[str, str]:
    """Role name → model id, from `ROLE=ID`. Raises ConfigurationError where it is not that."""
    found: dict[str, str] = {}
    for given in role_models:
        role, equals, model = given.partition("=")
        if not (role and equals and model):
            raise ConfigurationError(
                f"--role-model {given!r} is not ROLE=ID, as in programmer=openai:gpt-5.4-mini."
            )
        found[role.strip()] = model.strip()
    return found
