"""What the conditions of a chain may look at."""

from collections.abc import Callable, Collection
from typing import Any

from company.engine.place import Place
from company.engine.state import State


def condition_values(state: State, place: Place, names: Collection[str]) -> dict[str, Any]:
    """What a condition knows by those of the names that it uses: to look at the product takes time.

    The names are product, execution, decisions, task, round, and the loops'.
    """
    known: dict[str, Callable[[], Any]] = {
        "product": lambda: _product(state),
        "execution": lambda: _execution(state),
        "decisions": lambda: _decisions(state),
        "task": lambda: {
            "images": bool(state.task.images),
            "source": state.task.source is not None,
        },
        "round": lambda: place.round,
    }
    values = {name: look() for name, look in known.items() if name in names}
    loops = {name: state.verdicts[name] for name in place.loops if name in state.verdicts}
    return values | loops


def _product(state: State) -> dict[str, Any]:
    inspection = state.inspection
    return {
        "unimplemented": [str(item) for item in inspection.unimplemented],
        "files": sorted(state.files),
        "tests": inspection.tests,
        "third_party": inspection.third_party,
        "empty": not state.files,
    }


def _execution(state: State) -> dict[str, bool]:
    execution = state.execution
    return {
        "ok": execution is not None and execution.ok,
        "verified": execution is not None and execution.verified,
        "ran": execution is not None and execution.ran,
    }


def _decisions(state: State) -> dict[str, Any]:
    decisions: dict[str, Any] = dict(state.decisions)
    for fields in state.decisions.values():
        decisions |= fields
    return decisions
