"""Checking that the phases of a graph or a directed step yield and see what the step needs."""

from collections.abc import Iterator, Mapping

from company.cards.problems import Problem
from company.cards.yaml_file import Document, Where
from phases.chain import Step
from phases.direct import NEXT, DirectStep
from phases.graph import GraphStep
from phases.phase import Phase, Sight
from phases.yields import YieldKind

HEARD_AS: dict[YieldKind, Sight] = {"verdict": "comments", "report": "history"}
"""What a critic may yield, and the sight by which the node is told it."""


def check_step(
    step: Step, phases: Mapping[str, Phase], document: Document, where: Where
) -> Iterator[Problem]:
    """What is wrong with the phases that a step at `where` names; unknown ones are told elsewhere."""
    check = _Check(phases, document, (*where, step.kind))
    match step:
        case GraphStep():
            yield from check.graph(step)
        case DirectStep():
            yield from check.direct(step)


class _Check:
    def __init__(self, phases: Mapping[str, Phase], document: Document, where: Where) -> None:
        self._phases = phases
        self._document = document
        self._where = where

    def graph(self, step: GraphStep) -> Iterator[Problem]:
        yield from self._yields("refine", step.refine, "files")
        yield from self._yields("merge", step.merge, "files")
        yield from self._sees("merge", step.merge, "versions")
        if step.critique is None:
            refine = self._phases.get(step.refine)
            if refine is not None and "comments" in refine.sees:
                said = f"'{step.refine}' waits for comments, and there is no 'critique' to make any"
                yield self._wrong("refine", said)
            return
        yield from self._yields("critique", step.critique, *HEARD_AS)
        kind = self._kind(step.critique)
        if kind in HEARD_AS:
            yield from self._sees("refine", step.refine, HEARD_AS[kind])

    def direct(self, step: DirectStep) -> Iterator[Problem]:
        director = self._phases.get(step.director)
        if director is not None:
            decision = director.yields.decision if director.yields else None
            if (decision or {}).get(NEXT) != "str":
                said = f"the director '{step.director}' must yield a decision with '{NEXT}: str'"
                yield self._wrong("director", said)
        yield from self._sees("director", step.director, "choices")
        if step.director in step.choices:
            said = "the director cannot choose itself"
            yield self._wrong("choices", said, step.choices.index(step.director))

    def _yields(self, key: str, name: str, *kinds: YieldKind) -> Iterator[Problem]:
        kind = self._kind(name)
        if name in self._phases and kind not in kinds:
            said = f"'{key}' takes a phase that yields {' or '.join(map(_a, kinds))}"
            yield self._wrong(key, f"{said}; '{name}' yields {_a(kind)}")

    def _sees(self, key: str, name: str, sight: Sight) -> Iterator[Problem]:
        phase = self._phases.get(name)
        if phase is not None and sight not in phase.sees:
            yield self._wrong(key, f"'{name}' does not see '{sight}': it would not know of it")

    def _kind(self, name: str) -> YieldKind | None:
        phase = self._phases.get(name)
        return phase.yields.kind if phase is not None and phase.yields is not None else None

    def _wrong(self, key: str, said: str, *inside: int) -> Problem:
        return self._document.problem((*self._where, key, *inside), said)


def _a(kind: YieldKind | None) -> str:
    """A kind of deliverable as a sentence names it."""
    if kind is None:
        return "nothing"
    return "files" if kind == "files" else f"a {kind}"
