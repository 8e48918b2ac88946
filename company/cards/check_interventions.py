"""Checking interventions against the company they are done to: a slip would be a treatment that never happens."""

import re
from collections.abc import Iterable, Iterator, Sequence

from company.cards.gathering import REFLECTION, GatheredCards
from company.cards.intervention import Intervention
from company.cards.problems import Problem, nearest, shown
from company.cards.yaml_file import YamlDocument
from phases.chain import walk
from phases.phase import Phase
from phases.steps.phase import PhaseStep
from phases.steps.step import BaseStep

REACHING = {"ask", "delegate"}
"""Tools by which a role may have any other speak."""
PICTURES = "pictures"
"""Where in a phase somebody with eyes puts pictures into words."""
Reached = tuple[Phase, Sequence[str]]
"""A phase, and what is left of the way behind it."""


def check_interventions(company: GatheredCards, document: YamlDocument) -> Iterator[Problem]:
    """What is wrong with the interventions of a company, each by its key: a study sets them without a line."""
    for index, each in enumerate(company.company.interventions):
        for way, message in _faults(each, company):
            key = ".".join((f"interventions[{index + 1}]", *way))
            yield document.problem(("interventions", index, *way), f"'{key}': {message}")


def _faults(each: Intervention, company: GatheredCards) -> Iterator[tuple[tuple[str, ...], str]]:
    """What is wrong with one of them, with its way through the YAML."""
    model = each.swap.model if each.swap else ""
    if model and ":" not in model and model not in company.company.models:
        yield ("swap", "model"), f"unknown model {shown(model)} — write it as 'provider:model'"
    if each.role and each.role not in company.roles:
        hint = nearest(each.role, company.roles)
        yield (each.kind,), f"unknown role {shown(each.role)} in this company{hint}"
        return
    if each.role and company.roles[each.role].human:
        yield (each.kind,), f"the role '{each.role}' is a person, to whom nothing is done"
        return
    steps: list[BaseStep] = [PhaseStep(phase=name) for name in company.phases]
    steps += [step for chain in company.chains.values() for step in walk(chain.steps)]
    names, labels = each.at.split("/") if each.at else [], {step.label for step in steps}
    if names and names[0] not in labels:
        hint = nearest(names[0], labels)
        yield ("at",), f"no step of this company is called {shown(names[0])}{hint}"
        return
    reached = [phase for step in steps for phase in _reached(names, step, company)]
    there = f"at {shown(each.at)}" if names else "in this company"
    if not reached:
        yield ("at",), f"this company never comes to {shown(each.at)}"
    elif each.role and not any(each.role in _speaking(*phase, company) for phase in reached):
        yield (each.kind,), f"the role '{each.role}' never speaks {there}"
    elif each.section and not any(_changes(each, *phase) for phase in reached):
        sees = "sees" if each.hide else "is without"
        yield (each.kind,), f"no talk {there} {sees} '{each.section}'"


def _reached(names: Sequence[str], step: BaseStep, company: GatheredCards) -> Iterator[Reached]:
    """The phases that may lie at a place, which is told by the names that lead to it, the step's first."""
    if names and names[0] != step.label:
        return
    inside = step.after(names[1:])
    if inside is None:
        return
    if isinstance(step, PhaseStep):
        phase = company.phases[step.phase]
        if _has_turn(phase, inside):
            yield phase, inside
        return
    inner: list[BaseStep] = [PhaseStep(phase=name) for _, name in step.phases()]
    inner += [one for _, steps in step.inside() for one in steps]
    inner += [one for _, chain in step.chains() for one in company.chains[chain].steps]
    for one in inner:
        yield from _reached(inside, one, company)


def _has_turn(phase: Phase, inside: Sequence[str]) -> bool:
    """Whether the talk of a phase may come to the turn that a place in it begins with, if it does."""
    turn = re.fullmatch(r"turn-(\d+)", inside[0]) if inside else None
    return turn is None or (phase.talk is not None and 1 <= int(turn[1]) <= phase.talk.turns)


def _speaking(phase: Phase, inside: Sequence[str], company: GatheredCards) -> Iterable[str]:
    """The roles that may speak in a phase: who instructs a talk of one turn only stands in its prompt."""
    talk = phase.talk
    if talk is None:
        return ()
    if REACHING & set(company.roles[talk.assistant].tools) or PICTURES in inside:
        return company.roles
    speaking = [talk.assistant]
    if talk.turns > 1 or talk.clarify:
        speaking.append(talk.instructor)
    concluding = company.phases[REFLECTION].talk if talk.reflect else None
    return [*speaking, concluding.assistant] if concluding else speaking


def _changes(each: Intervention, phase: Phase, inside: Sequence[str]) -> bool:
    """Whether a phase as a whole would see something else by it."""
    return phase.talk is not None and not inside and (each.section in phase.sees) == bool(each.hide)
