"""Checking interventions against the company they are done to: a slip would be a treatment that never happens."""

from collections.abc import Iterator

from company.cards.gathering import GatheredCards
from company.cards.problems import Problem, nearest, shown
from company.cards.yaml_file import YamlDocument
from phases.chain import walk


def check_interventions(company: GatheredCards, document: YamlDocument) -> Iterator[Problem]:
    """What is wrong with the interventions of a company."""
    steps = {step.label for chain in company.chains.values() for step in walk(chain.steps)}
    places = {*steps, *company.phases}
    for index, each in enumerate(company.company.interventions):
        where = ("interventions", index)
        first = each.at.partition("/")[0]
        if first and first not in places:
            message = f"no step of this company is called {shown(first)}{nearest(first, places)}"
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
