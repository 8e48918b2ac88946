"""How the acceptance checks went commit by commit: what each step of the work helped or harmed."""

from collections.abc import AsyncIterator, Mapping, Sequence

from company.acceptance.check_card import CheckCard
from company.acceptance.checking import check_acceptance
from warehouse.events import CommitOutcome
from warehouse.sandbox.sandbox import SandboxBackend
from warehouse.sandbox.stacks.cards import detect_stack

MOST_COMMITS = 20
"""Those after them are not looked at: each is tried in a sandbox for every check."""

Files = Mapping[str, bytes]
Passed = tuple[bool, ...]


async def check_history(
    commits: AsyncIterator[tuple[str, Files]],
    checks: Sequence[CheckCard],
    backend: SandboxBackend,
    known: Mapping[str, Passed],
) -> list[CommitOutcome]:
    """The outcome of each commit from the first with a program on, at most MOST_COMMITS of them.

    `commits` are ids and files, the oldest first. What does not differ from the commit before, or is `known` by its
    id, is not tried again.
    """
    outcomes: list[CommitOutcome] = []
    before: Files = {}
    async for commit, files in commits:
        if not outcomes and detect_stack(files) is None:
            continue
        if commit in known:
            passed = known[commit]
        elif outcomes and files == before:
            passed = outcomes[-1].passed
        else:
            passed = tuple(e.passed for e in await check_acceptance(files, checks, backend))
        outcomes.append(CommitOutcome(commit, passed))
        before = files
        if len(outcomes) == MOST_COMMITS:
            break
    return outcomes
