"""The handover of a company that writes no program: whether what was asked was answered, by what was seen."""

from company.engine.effects import Effects
from company.engine.state import State
from company.engine.workspace.handover import HANDOVER, Ending
from warehouse.events import ProductChecked, StepEnded, StepStarted, Witness


def hand_over_answer(state: State, effects: Effects, where: str) -> Ending:
    """Say whether it was answered: by queries that a database has run, since words prove nothing."""
    effects.emit(StepStarted(HANDOVER, HANDOVER), where)
    holds = state.queries > 0
    count = "1 query" if state.queries == 1 else f"{state.queries} queries"
    witness = Witness("answered", holds, count if holds else "no query was run")
    effects.emit(ProductChecked(holds, holds, str(witness), (), (witness,)), where)
    effects.emit(StepEnded("done"), where)
    return Ending("verified" if holds else "unverified", 0 if holds else 1, str(witness))
