"""Drafts of the same work, none of which knows of another, and the sandbox that chooses among them.

One draft costs what the steps cost; more are made only while what was seen of the last one speaks against it
(a cascade, as arXiv 2505.18286 describes it between one agent and many).
"""

from company.engine.chain import ChainRunner
from company.engine.place import Outcome, Place
from company.engine.state import State
from company.errors import NothingDelivered
from phases.steps.best_of import BestOfStep

DRAFT = "draft"


async def take(step: BestOfStep, place: Place, state: State, walk: ChainRunner) -> None:
    """Make drafts until one holds, and go on with the best."""
    walk.events.started(place, step.name, "best_of", max=step.max)
    base = state.branch()
    drafts: list[State] = []
    failure: NothingDelivered | None = None
    for number in range(1, step.max + 1):
        draft, here = base.branch(), place.at(step.place(number))
        walk.events.started(here, step.name, DRAFT, title=f"Draft {number}", round=number)
        drafts.append(draft)
        try:
            await walk.steps(step.steps, here, draft)
        except NothingDelivered as error:
            failure = error
            walk.events.ended(here, Outcome("failed", str(error)))
        else:
            walk.events.ended(here)
            if walk.phases.holds(step.until, here, draft):
                break
        used = walk.effects.tokens_in(place.where)
        if step.tokens is not None and _are_used(step.tokens, used, number):
            break
    if failure is not None and not any(draft.files for draft in drafts):
        raise failure
    best = max(drafts, key=_worth)
    state.merge(base, best)
    if len(drafts) > 1:
        await _keep(best, drafts, place, base, state, walk)
    walk.events.ended(place)


def _are_used(tokens: int, used: int, drafts: int) -> bool:
    """Whether one more draft, as dear as those on average, would lead further away from the tokens than none."""
    return used + used / drafts / 2 >= tokens


async def _keep(
    best: State, drafts: list[State], place: Place, base: State, state: State, walk: ChainRunner
) -> None:
    """Have the product hold the best draft, whichever was the last to be committed."""
    number = next(number for number, draft in enumerate(drafts, 1) if draft is best)
    walk.events.note(place, f"Draft {number} of {len(drafts)} is gone on with: {_said_of(best)}.")
    written = {path for draft in drafts for path in draft.files.keys() | base.files.keys()}
    changed = sorted(
        path
        for path in written
        if any(draft.files.get(path) != base.files.get(path) for draft in drafts)
    )
    await walk.upkeep.commit_what_holds(place, changed, state, f"Go on with draft {number}")


def _worth(draft: State) -> tuple[int, ...]:
    """How good it is by what was seen of it, nothing where nothing was; of equal ones, the first."""
    return draft.execution.rank if draft.execution else ()


def _said_of(draft: State) -> str:
    return draft.execution.summary if draft.execution else "none of them was run"
