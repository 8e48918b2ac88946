"""Checking the conditions and names of chains: their language, and that they can change."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from company.cards.gathering import GatheredCards
from company.cards.problems import Problem, nearest, shown
from company.cards.prompts import Prompts
from company.cards.yaml_file import Where, YamlDocument
from phases.steps.step import BaseStep

if TYPE_CHECKING:
    from jinja2 import nodes

ROOTS: dict[str, frozenset[str] | None] = {
    "product": frozenset({"unimplemented", "files", "tests", "third_party", "empty"}),
    "execution": frozenset({"ok", "verified", "ran"}),
    "task": frozenset({"images", "source"}),
    "queries": frozenset({"agree", "differ"}),
}
"""The names every condition knows, with their attributes. `decisions`, `round` and loops join."""

Known = Mapping[str, frozenset[str] | None]


class _Conditions:
    """A walk through a company's chains that looks at every condition where it stands."""

    def __init__(
        self, company: GatheredCards, documents: Mapping[str, YamlDocument], prompts: Prompts
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
        steps: Sequence[BaseStep],
        document: YamlDocument,
        where: Where,
        known: Known,
        inside: tuple[str, ...],
    ) -> Iterator[Problem]:
        names: set[str] = set()
        for index, step in enumerate(steps):
            here = (*where, index, step.kind)
            if step.noun:
                if step.label in self.roots or step.label in inside or step.label in names:
                    message = f"the {step.noun}'s name '{step.label}' is taken; choose another"
                    yield document.problem((*here, "name"), message)
                names.add(step.label)
            mine, within = known, inside
            if step.is_loop:
                verdict = frozenset(self._verdict_fields([step]))
                mine = {**known, step.label: verdict, "round": None}
                within = (*inside, step.label)
            for way, condition in step.conditions():
                yield from self._condition(condition, document, (*here, *way), mine)
            for way, of in step.lists():
                yield from self._list(of, document, (*here, *way))
            for key, inner in step.inside():
                yield from self._steps(inner, document, (*here, key), mine, within)
            for _, chain in step.chains():
                yield from self.of_chain(chain, mine, within)

    def _verdict_fields(self, steps: Sequence[BaseStep]) -> Iterator[str]:
        """The fields of the verdicts that are given in steps and known outside of them."""
        for step in steps:
            if step.is_closed:
                continue
            for _, name in step.phases():
                yields = self.company.phases[name].yields
                yield from (yields.verdict or ()) if yields else ()
            for _, inner in step.inside():
                yield from self._verdict_fields(inner)
            for _, chain in step.chains():
                yield from self._verdict_fields(self.company.chains[chain].steps)

    def _list(self, of: str, document: YamlDocument, where: Where) -> Iterator[Problem]:
        """What is wrong with a decided list that is dealt out."""
        phase, _, field = of.partition(".")
        decided = {
            name: [key for key, kind in card.yields.decision.items() if kind == ["str"]]
            for name, card in self.company.phases.items()
            if card.yields is not None and card.yields.decision is not None
        }
        if phase not in decided:
            message = f"no phase {shown(phase)} of this company decides anything"
            yield document.problem(where, message + nearest(phase, decided))
        elif field not in decided[phase]:
            message = f"the phase '{phase}' decides no list {shown(field)}"
            yield document.problem(where, message + nearest(field, decided[phase]))

    def _condition(
        self, condition: str, document: YamlDocument, where: Where, known: Known
    ) -> Iterator[Problem]:
        from jinja2 import nodes

        from company.cards.templates import TemplateError

        try:
            tree = self.prompts.parse_condition(condition)
        except TemplateError as error:
            yield document.problem(where, f"condition {shown(condition)}: {error}")
            return
        whole = nodes.Template([nodes.Output([tree])])
        for name in whole.find_all(nodes.Name):
            if name.name not in known:
                message = f"the condition names {shown(name.name)}, which is not known here"
                yield document.problem(where, message + nearest(name.name, known))
        if _is_constant(tree):
            yield document.problem(where, f"the condition {shown(condition)} never changes")
        for part in whole.find_all(nodes.Getattr):
            owner = part.node.name if isinstance(part.node, nodes.Name) else ""
            attributes = known.get(owner)
            if attributes is None or part.attr in attributes:
                continue
            if not attributes:
                message = f"no phase inside the loop '{owner}' gives a verdict"
            else:
                message = f"'{owner}' has no {shown(part.attr)}{nearest(part.attr, attributes)}"
            yield document.problem(where, message)


def _is_constant(condition: "nodes.Expr") -> bool:
    from jinja2 import nodes

    try:
        condition.as_const()
    except nodes.Impossible:
        return condition.find(nodes.Name) is None and not isinstance(condition, nodes.Name)
    return True


def check_conditions(
    company: GatheredCards, documents: Mapping[str, YamlDocument], prompts: Prompts
) -> list[Problem]:
    """What is wrong with the conditions and loop names of a company's chains."""
    walk = _Conditions(company, documents, prompts)
    return list(walk.of_chain(company.company.chain, walk.roots, ()))
