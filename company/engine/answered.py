"""The handover of a company that writes no program: whether what was asked was answered, by what was seen."""

from company.deliverables.analysis import REPORT
from company.engine.effects import Effects
from company.engine.state import State
from company.engine.workspace.committer import Committer
from company.engine.workspace.handover import HANDOVER, Ending
from warehouse.data.asked import agree
from warehouse.events import ProductChecked, StepEnded, StepStarted, Witness
from warehouse.journal.versions import DELIVERED

NO_REPORT = "no report was written"
NOT_APPROVED = "the check did not approve it"
NOT_CHECKED = "nobody checked it"
NO_QUERY = "no query was run"
NOTHING_CITED = "no query was run and nothing was cited"


def hand_over_answer(state: State, effects: Effects, where: str) -> Ending:
    """Say whether it was answered: by queries that a database has run, or by lines of documents that were cited
    and had been shown, since words prove nothing."""
    effects.emit(StepStarted(HANDOVER, HANDOVER), where)
    return _ended(_answered(state), effects, where)


def hand_over_decision(state: State, effects: Effects, where: str) -> Ending:
    """Say that it was decided, which nothing can verify."""
    effects.emit(StepStarted(HANDOVER, HANDOVER), where)
    effects.emit(StepEnded("done"), where)
    decided = bool(state.decisions)
    why = "not verified: it is a decision" if decided else "nothing was decided"
    return Ending("unverified", 0 if decided else 1, why)


async def hand_over_analysis(
    state: State, effects: Effects, committer: Committer, where: str, *, is_to_be_checked: bool
) -> Ending:
    """Say the same of a company that reports on its queries, and tag its report."""
    effects.emit(StepStarted(HANDOVER, HANDOVER), where)
    await committer.tag(DELIVERED, f"{where}/tag")
    is_missing = state.files.get(REPORT) == (state.brought_in or {}).get(REPORT)
    is_checked = state.last_verdict is not None or agree(state.asked)
    against = {
        NO_REPORT: is_missing,
        NOT_APPROVED: bool(state.objections),
        NOT_CHECKED: is_to_be_checked and not is_checked,
    }
    why = next((why for why, holds in against.items() if holds), None)
    return _ended(Witness("answered", False, why) if why else _answered(state), effects, where)


def _answered(state: State) -> Witness:
    told = [_counted(state.queries, "query", "queries")] if state.queries else []
    told += [_counted(state.citations, "citation", "citations")] if state.citations else []
    neither = NOTHING_CITED if state.looked_up else NO_QUERY
    return Witness("answered", bool(told), ", ".join(told) or neither)


def _counted(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"


def _ended(witness: Witness, effects: Effects, where: str) -> Ending:
    holds = bool(witness.holds)
    effects.emit(ProductChecked(holds, holds, str(witness), (), (witness,)), where)
    effects.emit(StepEnded("done"), where)
    return Ending("verified" if holds else "unverified", 0 if holds else 1, str(witness))
