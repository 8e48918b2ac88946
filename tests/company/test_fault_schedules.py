"""A thousand runs, each with a provider that fails in its own way, end as if it never had.

Real HTTP, real git, real journals; only the time that is merely waited is skipped.
"""

import asyncio
import json
import shutil
from collections import Counter
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import starmap
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from company.engine.resources import Resources
from company.engine.run import Run
from company.models.client import ModelClient
from company.models.retry import RetryPolicy
from company.spec import RunSpec
from tests.support.fault_schedules import (
    COSTLY,
    HEALTHY,
    LASTING,
    REFUSED,
    SCHEDULES,
    Session,
    Unreliable,
    write_company,
)
from tests.support.houses import house
from tests.support.scripted_provider import Call, text_of, tokens
from tests.support.skipping_loop import SkippingLoop
from warehouse.errors import SofthouseError
from warehouse.events.conversion import as_json
from warehouse.history.summary import RunSummary
from warehouse.journal.journal import read_events

SCHEDULED_RUNS = 1000
SIDE_BY_SIDE = 8
POLICY = RetryPolicy(attempts=4)
LONGEST_SITTING = 100_000.0
"""Seconds, of which most are skipped: what has not ended by then hangs."""


@dataclass(frozen=True)
class Used:
    """What a run has used so far."""

    calls: int = 0
    tokens: int = 0


@dataclass
class Office:
    """What the runs of all schedules share: a provider, threads, a spec, and how it should end."""

    folder: Path
    provider: Unreliable
    disk: ThreadPoolExecutor
    spec: RunSpec
    files: dict[str, bytes] = field(default_factory=dict)
    log: list[tuple[str, str]] = field(default_factory=list)


async def sit(office: Office, run_folder: Path | None, session: Session) -> tuple[Run, int]:
    """One session of a run, new or old, and its exit code."""
    server = office.provider.server
    office.provider.begin(session)
    if session.down:
        await server.stop()
    async with asyncio.timeout(LONGEST_SITTING), ModelClient(retry=POLICY) as models:
        resources = Resources(models, None, office.disk)
        if run_folder is None:
            spec = office.spec.model_copy(update={"limits": session.limits})
            run = Run.begin(spec, resources, office.folder / "products")
        else:
            run = Run.reopen(run_folder, resources, limits=session.limits)
        try:
            code = (await run.work()).exit_code
        except SofthouseError as error:
            code = error.exit_code
    if session.down:
        await server.start(urlsplit(server.url).port or 0)
    assert code is not None
    return run, code


async def live(office: Office, schedule: list[Session]) -> None:
    """A run through every session of a schedule, and one more with a provider that is well."""
    office.provider.forget()
    folder, used, code = None, Used(), -1
    for session in [*schedule, HEALTHY]:
        run, code = await sit(office, folder, session)
        folder = run.folder
        _check_journal(folder, code)
        _check_ending(session, code)
        _check_calls(office.provider)
        before, used = used, Used(run.usage.calls, run.usage.tokens)
        _check_budget(session, before, used)
        if code == 0:
            break
    assert code == 0
    assert (delivered(run), story(run)) == (office.files, office.log)
    _check_the_bill(office.provider, run.usage)
    async with ModelClient() as models:
        recorded = Run.recorded(run.folder, Resources(models, None, office.disk))
        assert (await recorded.rehearse()).unasked == []
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(office.disk, shutil.rmtree, run.folder)


def _check_journal(folder: Path, code: int) -> None:
    events = read_events(folder / "journal.jsonl")
    assert [event.seq for event in events] == list(range(len(events)))
    assert (events[-1].kind, as_json(events[-1].data)["exit_code"]) == ("run.ended", code)


def _check_ending(session: Session, code: int) -> None:
    """A run ends well, or for a reason the session gives, and can be gone on with."""
    reasons = {0}
    if session.limits != HEALTHY.limits:
        reasons.add(3)
    if not session.is_healthy:
        reasons.add(4)
    assert code in reasons


def _check_calls(provider: Unreliable) -> None:
    """Nothing is tried again that cannot succeed, and nothing more often than the policy says."""
    faults = [provider.fault_of(call) for call in provider.calls]
    asked = [question(call) for call in provider.calls]
    bodies = [json.dumps(call.body) for call in provider.calls]
    for number, fault in enumerate(faults):
        if fault in LASTING:
            assert asked[number] not in asked[number + 1 :]
        if fault in REFUSED:
            assert bodies[number] not in bodies[number + 1 :]
    attempts = Counter(q for q, fault in zip(asked, faults, strict=True) if fault not in REFUSED)
    costly = Counter(q for q, fault in zip(asked, faults, strict=True) if fault in COSTLY)
    assert max(attempts.values(), default=0) <= POLICY.attempts
    assert max(costly.values(), default=0) <= POLICY.costly_attempts


def _check_budget(session: Session, before: Used, after: Used) -> None:
    """No limit is passed, branches and broken answers included; what was used stays used."""
    assert after.calls >= before.calls
    assert after.tokens >= before.tokens
    if session.calls is not None:
        assert after.calls <= max(session.calls, before.calls)
    if session.tokens is not None:
        assert after.tokens <= max(session.tokens, before.tokens)


def _check_the_bill(provider: Unreliable, usage: RunSummary) -> None:
    """Every answer was asked for once, and what else may have been paid for is counted too."""
    answers = Counter(map(question, provider.answered))
    assert set(answers.values()) == {1}
    assert usage.calls == len(answers)
    billed = [*provider.answered, *provider.wasted]
    prompts = ("".join(map(text_of, call.body["messages"])) for call in billed)
    assert usage.prompt_tokens >= sum(map(tokens, prompts))


def delivered(run: Run) -> dict[str, bytes]:
    """The files a customer finds."""
    root = run.product.path
    files = (path for path in root.rglob("*") if path.is_file() and ".git" not in path.parts)
    return {str(path.relative_to(root)): path.read_bytes() for path in files}


def story(run: Run) -> list[tuple[str, str]]:
    """Every commit and tag that was made, and where, as the journal tells."""
    ended = (e for e in read_events(run.folder / "journal.jsonl") if e.kind == "effect.ended")
    return sorted(
        (e.where, as_json(e.data)["effect"])
        for e in ended
        if as_json(e.data)["effect"] != "completion"
    )


def question(call: Call) -> str:
    """What a call asks, without the parameters a model may have refused."""
    return json.dumps(call.body["messages"])


@asynccontextmanager
async def open_office(folder: Path, disk: ThreadPoolExecutor) -> AsyncIterator[Office]:
    """An office whose first run, with a provider that is well, says how every run should end."""
    write_company(folder / "cards")
    provider = Unreliable()
    async with provider.server:
        company = house(folder, provider.server, "clockmakers")
        spec = await company.spec("a clock", sandbox="none", seed=1)
        office = Office(folder, provider, disk, spec)
        run, code = await sit(office, None, HEALTHY)
        assert (code, len(provider.answered)) == (0, 6)
        office.files, office.log = delivered(run), story(run)
        yield office


async def live_side_by_side(offices: list[Office], schedules: list[list[Session]]) -> None:
    pairs = zip(offices, schedules, strict=True)
    ended = await asyncio.gather(*starmap(live, pairs), return_exceptions=True)
    for error in filter(None, ended):
        raise error


@pytest.mark.slow
def test_a_thousand_runs_with_failing_providers_all_end_as_if_none_had_failed(
    tmp_path: Path,
) -> None:
    with asyncio.Runner(loop_factory=SkippingLoop) as runner, ThreadPoolExecutor(8) as disk:
        opened = AsyncExitStack()
        offices = [
            runner.run(opened.enter_async_context(open_office(tmp_path / str(number), disk)))
            for number in range(SIDE_BY_SIDE)
        ]

        @settings(
            max_examples=SCHEDULED_RUNS // SIDE_BY_SIDE,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(st.lists(SCHEDULES, min_size=SIDE_BY_SIDE, max_size=SIDE_BY_SIDE))
        def some_of_a_thousand(schedules: list[list[Session]]) -> None:
            runner.run(live_side_by_side(offices, schedules))

        try:
            some_of_a_thousand()
        finally:
            runner.run(opened.aclose())
