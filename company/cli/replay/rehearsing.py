"""Walking a recorded run again with the real engine and nothing performed: `replay --check`."""

import asyncio

from company.cli.opened import OpenedRun, called
from company.engine.resources import open_resources
from company.engine.run import Rehearsal, Run
from company.engine.workspace.handover import Ending
from company.errors import Diverged, NothingDelivered
from warehouse.events import EffectEnded
from warehouse.history.entries import Ended
from warehouse.history.format.figures import counted
from warehouse.journal.versions import versions_in


def check_again(opened: OpenedRun) -> str:
    """Says that the journal alone leads where the run went.

    Raises Diverged where it does not, JournalError where the journal is damaged.
    """
    ended, until = None, 0
    for version in versions_in(opened.events):
        until += len(version.events)
        ended = _check(OpenedRun(opened.folder, opened.events[:until]))
    recalled = sum(event.kind == EffectEnded.KIND for event in opened.events)
    where = f"to the same end: {ended.status}, exit code {ended.exit_code}" if ended else ""
    return (
        f"The journal of {called(opened.folder)} alone leads {where or 'as far as the run went'} "
        f"({counted(recalled, 'result')} recalled, nothing performed)."
    )


def _check(opened: OpenedRun) -> Ending | None:
    """Walk the version that the run is at. Returns the end that was recorded."""
    rehearsal = asyncio.run(_rehearse(opened))
    if rehearsal.unasked:
        raise Diverged(
            f"The run diverged: nobody asks any more for what is recorded at {rehearsal.unasked[0]}. "
            "The company or softhouse itself was changed since."
        )
    ended = _recorded_end(opened, rehearsal.ending)
    if ended and (rehearsal.ending is None or ended.outcome != rehearsal.ending.outcome):
        raise Diverged(
            f"The run diverged: it ended {_in_words(ended)}, and now it would be {_in_words(rehearsal.ending)}. "
            "The company or softhouse itself was changed since."
        )
    return ended


async def _rehearse(opened: OpenedRun) -> Rehearsal:
    async with open_resources("none") as resources:
        try:
            return await Run.recorded(opened.folder, resources, opened.events).rehearse()
        except NothingDelivered as failure:
            return Rehearsal(Ending("failed", failure.exit_code, str(failure)), [])


def _recorded_end(opened: OpenedRun, rehearsed: Ending | None) -> Ending | None:
    """The end that the company came to; None where something else stopped the run, or nothing did."""
    match opened.entries[-1]:
        case Ended(status="verified" | "unverified" as status, exit_code=code, reason=reason):
            return Ending(status, code, reason)
        case Ended(status="failed", exit_code=code, reason=reason) if rehearsed:
            return Ending("failed", code, reason)
    return None


def _in_words(ending: Ending | None) -> str:
    return f"{ending.status} ({ending.reason})" if ending else "unfinished"
