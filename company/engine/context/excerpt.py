"""What a phase is shown of an existing program that is too large to be shown whole.

Whole are the files that were decided on and those that were changed, whatever their size; then, within
bounds, what the task, a comment or a failing check names, and the tests of all these. The rest is a map.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from company.map.naming import named_after, named_in
from company.models.tokens import estimate_tokens
from phases.phase import Phase, Section

if TYPE_CHECKING:
    from company.engine.state import State

OF_A_PROGRAM: tuple[Section, ...] = ("map", "diff")
"""Sections of phases that work on programs of any size."""


@dataclass(frozen=True)
class Excerpt:
    """What is shown instead of the whole."""

    whole: tuple[str, ...] = ()
    """The files that are shown whole, the most needed first."""
    map: str = ""


def files_in_question(phase: Phase, state: "State") -> tuple[str, ...] | None:
    """The files that a phase is shown whole; None where that is all of them."""
    if state.brought_in is None or not any(each in phase.sees for each in OF_A_PROGRAM):
        return None
    texts = state.texts
    if sum(map(estimate_tokens, texts.values())) <= phase.map.whole:
        return None
    if "files" not in phase.sees:
        return ()
    whole = dict.fromkeys(files_at_work(state))
    room = phase.map.whole - sum(estimate_tokens(texts[path]) for path in whole)
    for path in _named(phase, state, list(whole)):
        if path not in whole and (cost := estimate_tokens(texts[path])) <= room:
            whole[path] = None
            room -= cost
    return tuple(whole)


def files_at_work(state: "State") -> list[str]:
    """The texts that earlier phases decided on or changed."""
    decided = "\n".join(
        str(each)
        for fields in state.decisions.values()
        for value in fields.values()
        for each in (value if isinstance(value, list) else [value])
    )
    before = state.brought_in or {}
    changed = [path for path in state.texts if state.files[path] != before.get(path)]
    return list(dict.fromkeys([*named_in(decided, state.texts), *changed]))


def _named(phase: Phase, state: "State", whole: list[str]) -> Iterator[str]:
    """Files that may be needed, those first that are surest to be."""
    texts = state.texts
    if "execution" in phase.sees and state.execution is not None:
        for check in state.execution.failures:
            yield from named_in(check.output, texts)
    if "comments" in phase.sees and state.last_verdict is not None:
        yield from named_in("\n".join(map(str, state.last_verdict.get("comments") or ())), texts)
    if "history" in phase.sees:
        yield from named_in("\n".join(state.reports.values()), texts)
    of_the_task = named_in(state.task.text, texts)
    yield from of_the_task
    yield from named_after([*whole, *of_the_task], state.inspection.tests)
