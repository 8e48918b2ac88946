"""Checking interventions against the company they are done to: a slip would be a treatment that never happens."""

from collections.abc import Iterator

from company.cards.gathering import GatheredCards
from company.cards.problems import Problem, nearest, shown
from company.cards.yaml_file import YamlDocument
from phases.chain import walk
from phases.steps.loop import LoopStep
from warehouse.history.format.figures import counted


def check_interventions(company: GatheredCards, document: YamlDocument) -> Iterator[Problem]:
    """What is wrong with the interventions of a company."""
    all_steps = [step for chain in company.chains.values() for step in walk(chain.steps)]
    steps = {step.label for step in all_steps}
    loops = sorted((s.max, s.label) for s in all_steps if isinstance(s, LoopStep))
    rounds = {label: most for most, label in loops}
    places = {*steps, *company.phases}
    for index, each in enumerate(company.company.interventions):
        where = ("interventions", index)
        first = each.at.partition("/")[0]
        if first and first not in places:
            message = f"no step of this company is called {shown(first)}{nearest(first, places)}"
            yield document.problem((*where, "at"), message)
        name, _, number = each.at.partition("/round-")
        most = rounds.get(name, 0)
        if most and number.isdecimal() and int(number) > most:
            message = f"'{name}' has at most {counted(most, 'round')}, so nothing is ever at {shown(each.at)}"
            yield document.problem((*where, "at"), message)
        if each.role and each.role not in company.roles:
            message = f"unknown role {shown(each.role)} in this company{nearest(each.role, company.roles)}"
            yield document.problem((*where, each.kind), message)
        elif each.role and company.roles[each.role].human:
            message = f"the role '{each.role}' is a person, to whom nothing is done"
            yield document.problem((*where, each.kind), message)
        model = each.swap.model if each.swap else ""
        if model and ":" not in model and model not in company.company.models:
            message = f"unknown model {shown(model)} — write it as 'provider:model'"
            yield document.problem((*where, "swap", "model"), message)
