"""Checking the conditions and names of chains: their language, and that they can change."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from company.cards.company_cards import CompanyCards
from company.cards.problems import Problem, nearest, shown
from company.cards.yaml_file import Document, Where
from company.prompts import Prompts
from phases.chain import ChainStep, EachStep, LoopStep, ParallelStep, Step, WhenStep
from phases.direct import DirectStep
from phases.graph import GraphStep
from phases.step import StepKind

if TYPE_CHECKING:
    from jinja2 import nodes

ROOTS: dict[str, frozenset[str] | None] = {
    "product": frozenset({"unimplemented", "files", "tests", "third_party", "empty"}),
    "execution": frozenset({"ok", "verified", "ran"}),
    "task": frozenset({"images", "source"}),
}
"""The names every condition knows, with their attributes. `decisions`, `round` and loops join."""

STEP_NOUNS: dict[StepKind, str] = {
    "loop": "loop", "graph": "graph", "direct": "directed step", "each": "'each' step",
}  # fmt: skip
"""What people call the steps that have names."""
Known = Mapping[str, frozenset[str] | None]


class _Conditions:
    """A walk through a company's chains that looks at every condition where it stands."""

    def __init__(
        self, company: CompanyCards, documents: Mapping[str, Document], prompts: Prompts
    ) -> None:
        self.company = company
        self.documents = documents
        self.prompts = prompts
        decided = [phase.yields.decision for phase in company.phases.values() if phase.yields]
        fields = {field for decision in decided if decision for field in decision}
        self.roots: Known = {**ROOTS, "decisions": frozenset(fields | set(company.phases))}

    def of_chain(self, name: str, known: Known, inside: tuple[str, ...]) -> Iterator[Problem]:
        steps = self.company.chains[name].steps
        yield from self._steps(steps, self.documents[name], ("steps",), known, inside)

    def _steps(
        self,
        steps: list[Step],
        document: Document,
        where: Where,
        known: Known,
        inside: tuple[str, ...],
    ) -> Iterator[Problem]:
        names: set[str] = set()
        for index, step in enumerate(steps):
            here = (*where, index, step.kind)
            if isinstance(step, LoopStep | EachStep | GraphStep | DirectStep):
                if step.name in self.roots or step.name in inside or step.name in names:
                    said = (
                        f"the {STEP_NOUNS[step.kind]}'s name '{step.name}' is taken; choose another"
                    )
                    yield document.problem((*here, "name"), said)
                names.add(step.name)
            match step:
                case LoopStep():
                    mine = {**known, step.name: self._verdict(step), "round": None}
                    yield from self._condition(step.until, document, (*here, "until"), mine)
                    within = (*inside, step.name)
                    yield from self._steps(step.steps, document, (*here, "steps"), mine, within)
                case ParallelStep():
                    yield from self._steps(step.steps, document, (*here, "steps"), known, inside)
                case EachStep():
                    yield from self._of(step, document, (*here, "of"))
                    yield from self._steps(step.steps, document, (*here, "steps"), known, inside)
                case WhenStep():
                    yield from self._condition(step.if_, document, (*here, "if"), known)
                    yield from self._steps(step.steps, document, (*here, "steps"), known, inside)
                    yield from self._steps(step.otherwise, document, (*here, "else"), known, inside)
                case ChainStep():
                    yield from self.of_chain(step.chain, known, inside)

    def _verdict(self, loop: LoopStep) -> frozenset[str]:
        """The fields of the verdicts that are given inside a loop."""
        phases = [self.company.phases[name] for name in self._phases(loop.steps)]
        verdicts = [phase.yields.verdict for phase in phases if phase.yields]
        return frozenset(field for verdict in verdicts if verdict for field in verdict)

    def _phases(self, steps: list[Step]) -> Iterator[str]:
        """The phases of steps; those of a graph are left out, which keep to themselves what is said."""
        for step in steps:
            match step:
                case ChainStep():
                    yield from self._phases(self.company.chains[step.chain].steps)
                case WhenStep():
                    yield from self._phases([*step.steps, *step.otherwise])
                case LoopStep() | ParallelStep() | EachStep():
                    yield from self._phases(step.steps)
                case GraphStep():
                    pass
                case _:
                    yield from (phase for _, phase in step.phases())

    def _of(self, step: EachStep, document: Document, where: Where) -> Iterator[Problem]:
        """What is wrong with the list that is dealt out."""
        phase, _, field = step.of.partition(".")
        decided = {
            name: [key for key, kind in card.yields.decision.items() if kind == ["str"]]
            for name, card in self.company.phases.items()
            if card.yields is not None and card.yields.decision is not None
        }
        if phase not in decided:
            said = f"no phase {shown(phase)} of this company decides anything"
            yield document.problem(where, said + nearest(phase, decided))
        elif field not in decided[phase]:
            said = f"the phase '{phase}' decides no list {shown(field)}"
            yield document.problem(where, said + nearest(field, decided[phase]))

    def _condition(
        self, condition: str, document: Document, where: Where, known: Known
    ) -> Iterator[Problem]:
        from jinja2 import nodes

        from company.templates import TemplateError

        try:
            tree = self.prompts.parse_condition(condition)
        except TemplateError as error:
            yield document.problem(where, f"condition {shown(condition)}: {error}")
            return
        whole = nodes.Template([nodes.Output([tree])])
        for name in whole.find_all(nodes.Name):
            if name.name not in known:
                said = f"the condition names {shown(name.name)}, which is not known here"
                yield document.problem(where, said + nearest(name.name, known))
        if _is_constant(tree):
            yield document.problem(where, f"the condition {shown(condition)} never changes")
        for part in whole.find_all(nodes.Getattr):
            owner = part.node.name if isinstance(part.node, nodes.Name) else ""
            attributes = known.get(owner)
            if attributes is None or part.attr in attributes:
                continue
            if not attributes:
                said = f"no phase inside the loop '{owner}' gives a verdict"
            else:
                said = f"'{owner}' has no {shown(part.attr)}{nearest(part.attr, attributes)}"
            yield document.problem(where, said)


def _is_constant(condition: "nodes.Expr") -> bool:
    from jinja2 import nodes

    try:
        condition.as_const()
    except nodes.Impossible:
        return condition.find(nodes.Name) is None and not isinstance(condition, nodes.Name)
    return True


def check_conditions(
    company: CompanyCards, documents: Mapping[str, Document], prompts: Prompts
) -> list[Problem]:
    """What is wrong with the conditions and loop names of a company's chains."""
    walk = _Conditions(company, documents, prompts)
    return list(walk.of_chain(company.company.chain, walk.roots, ()))
