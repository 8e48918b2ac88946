"""What the conditions of a chain may look at."""

from typing import Any

from company.state import State
from company.steps import Place


def condition_values(state: State, place: Place) -> dict[str, Any]:
    """The names a condition knows: product, execution, decisions, task, round, and the loops'."""
    inspection = state.inspection
    execution = state.execution
    decisions: dict[str, Any] = dict(state.decisions)
    for fields in state.decisions.values():
        decisions |= fields
    loops = {name: state.verdicts[name] for name in place.loops if name in state.verdicts}
    return {
        "product": {
            "unimplemented": [str(item) for item in inspection.unimplemented],
            "files": sorted(state.files),
            "tests": inspection.tests,
            "third_party": inspection.third_party,
            "empty": not state.files,
        },
        "execution": {
            "ok": execution is not None and execution.ok,
            "verified": execution is not None and execution.verified,
            "ran": execution is not None and execution.ran,
        },
        "decisions": decisions,
        "task": {"images": bool(state.task.images), "source": state.task.source is not None},
        "round": place.round,
        **loops,
    }
