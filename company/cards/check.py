"""Checking cards before anything is spent: all that can be known to be wrong without a model."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from company.cards.card_files import KINDS, SUFFIXES, CardFile, Kind
from company.cards.catalogue import Cards
from company.cards.check_chain import check_conditions
from company.cards.check_interventions import check_interventions
from company.cards.gathering import GatheredCards, Gathering
from company.cards.problems import CardError, Problem, nearest, shown
from company.cards.prompts import Prompts
from company.cards.yaml_file import Where, YamlDocument
from company.errors import ConfigurationError
from company.mcp.card import Wanted
from company.tools.registry import TOOLS
from phases.phase import Phase
from roles.role import Role

SMALLEST = "solo"
"""A company that any chain can be put into, to be looked at by itself."""


def check_company(
    cards: Cards, name: str, *, chain: str | None = None, person_present: bool = True
) -> list[Problem]:
    """All that is wrong with a company and every card it uses; empty if it can work.

    `chain` takes the place of the company's own. Without a person, no human role may be used.
    """
    try:
        gathering = Gathering(cards, name, chain=chain)
        company = gathering.cards()
    except CardError as error:
        return _in_order(error.problems)
    prompts, documents = Prompts(), gathering.documents
    problems = [*_check_models(company, gathering.document)]
    for role_name, document in documents("role", company.roles).items():
        problems += _check_role(company.roles[role_name], document, prompts)
        problems += _check_role_in(company, company.roles[role_name], document, person_present)
    for phase_name, document in documents("phase", company.phases).items():
        problems += _check_phase(company.phases[phase_name], document, prompts)
        problems += _check_people(company, company.phases[phase_name], document)
    problems += check_conditions(company, documents("chain", company.chains), prompts)
    problems += check_interventions(company, gathering.document)
    return _in_order(problems)


def check_card(cards: Cards, kind: Kind, name: str) -> list[Problem]:
    """What is wrong with one card by itself; a company or chain, with all that it uses.

    The conditions of a chain are checked with a company, whose loops they may stand in.
    """
    if kind == "company":
        return check_company(cards, name)
    try:
        if kind == "chain":
            return _in_order(Gathering(cards, SMALLEST, chain=name).problems)
        card, document = cards.read(kind, name)
    except CardError as error:
        return _in_order(error.problems)
    if isinstance(card, Role):
        return _in_order(_check_role(card, document, Prompts()))
    if isinstance(card, Phase):
        return _in_order(_check_phase(card, document, Prompts()))
    return []


def check_all(cards: Cards, files: Iterable[CardFile] | None = None) -> list[Problem]:
    """What is wrong with the given cards, or with all in sight."""
    if files is None:
        files = [file for kind in KINDS for file in cards.of(kind).values()]
    problems = [problem for file in files for problem in check_card(cards, file.kind, file.name)]
    return _in_order(problems)


def check_path(path: Path) -> list[Problem]:
    """What is wrong with a folder of cards, or with one card's file.

    Raises ConfigurationError where the path is neither.
    """
    if path.is_dir():
        cards = Cards(path)
        own = [f for kind in KINDS for f in cards.of(kind).values() if not f.built_in]
        if not own:
            raise ConfigurationError(
                f"No cards in {path}: they lie in its roles/, phases/, chains/ and companies/"
            )
        return check_all(cards, own)
    if path.suffix not in SUFFIXES:
        raise ConfigurationError(f"{path} is neither a folder nor a .yaml file")
    folders: dict[str, Kind] = {"roles": "role", "phases": "phase", "chains": "chain"}
    kind = folders.get(path.absolute().parent.name, "company")
    if kind == "company":
        cards, name = Cards().beside(path)
        return check_company(cards, name)
    root = path.absolute().parent.parent
    cards = Cards(root.parent, root) if root.name == "phases" else Cards(root)
    cards.of(kind)[path.stem] = CardFile.at(kind, path)
    return check_card(cards, kind, path.stem)


def _check_role(role: Role, document: YamlDocument, prompts: Prompts) -> Iterator[Problem]:
    yield from check_template(role.prompt, role_names(), document, prompts)
    if role.human and role.tools:
        yield document.problem(("tools",), "a person has no use for tools; remove 'tools'")
    for index, name in enumerate(role.tools):
        if name not in TOOLS and Wanted.read(name) is None:
            message = f"unknown tool {shown(name)}{nearest(name, TOOLS)}"
            yield document.problem(("tools", index), message)
    if not role.human and not role.prompt.strip():
        yield document.problem(("name",), "a role needs a prompt, or 'human: true'")


def _check_role_in(
    company: GatheredCards, role: Role, document: YamlDocument, person_present: bool
) -> Iterator[Problem]:
    if role.human and not person_present:
        message = f"the role '{role.name}' is a person, and nobody is here to answer"
        yield document.problem(("human",), message)
    if role.model != "default":
        yield from _check_model(role.model, company, document, ("model",))


def _check_phase(phase: Phase, document: YamlDocument, prompts: Prompts) -> list[Problem]:
    problems = check_template(phase.prompt, phase_names(phase), document, prompts)
    if problems:
        return problems
    from jinja2.meta import find_undeclared_variables

    used = find_undeclared_variables(prompts.parse(phase.prompt))
    return [
        document.problem(("sees", index), f"sees '{section}', but the prompt does not use it")
        for index, section in enumerate(phase.sees)
        if section not in used and section != "images"
    ]


def _check_people(
    company: GatheredCards, phase: Phase, document: YamlDocument
) -> Iterator[Problem]:
    roles, talk = company.roles, phase.talk
    if phase.ask is not None and not roles[who := phase.ask.who].human:
        message = f"the role '{who}' is asked but is not human; use 'talk', or a human role"
        yield document.problem(("ask", "who"), message)
    if talk is not None and talk.tools is not None and not roles[who := talk.assistant].tools:
        message = f"the role '{who}' has no tools to limit; give it some, or remove 'tools'"
        yield document.problem(("talk", "tools"), message)
    elif talk is not None and talk.tools is not None:
        tools = roles[talk.assistant].tools
        for index, name in enumerate(talk.tools.only or ()):
            if name not in tools:
                message = (
                    f"the role '{talk.assistant}' has no tool {shown(name)}{nearest(name, tools)}"
                )
                yield document.problem(("talk", "tools", "only", index), message)
    if phase.approve is not None and not roles[phase.approve].human:
        message = f"the role '{phase.approve}' is to approve but is not human; name a human role"
        yield document.problem(("approve",), message)


def _check_models(company: GatheredCards, document: YamlDocument) -> Iterator[Problem]:
    card = company.company
    for name, model in card.models.items():
        if ":" not in model:
            message = f"the model {shown(model)} must be written 'provider:model'"
            yield document.problem(("models", name), message)
    for role, model in card.role_models.items():
        if role not in company.roles:
            message = f"unknown role {shown(role)} in this company{nearest(role, company.roles)}"
            yield document.problem(("role_models", role), message)
        yield from _check_model(model, company, document, ("role_models", role))
    if card.defaults.model:
        yield from _check_model(card.defaults.model, company, document, ("defaults", "model"))


def _check_model(
    model: str, company: GatheredCards, document: YamlDocument, where: Where
) -> Iterator[Problem]:
    short = company.company.models
    if ":" not in model and model not in short:
        hint = nearest(model, short) if short else " — write it as 'provider:model'"
        yield document.problem(where, f"unknown model {shown(model)}{hint}")


def _in_order(problems: Iterable[Problem]) -> list[Problem]:
    return sorted(set(problems))


Names = Mapping[str, frozenset[str]]
"""The names a template may use, each with its attributes; text has none."""

TEXT: frozenset[str] = frozenset()
COMPANY = frozenset({"name", "culture"})
ROLE = frozenset({"name", "title"})
PHASE = frozenset({"name", "title"})


def role_names() -> Names:
    """What a role's prompt may use."""
    return {"role": ROLE, "company": COMPANY}


def phase_names(phase: Phase) -> Names:
    """What a phase's prompt may use."""
    names: dict[str, frozenset[str]] = {"role": ROLE, "company": COMPANY, "phase": PHASE}
    names |= dict.fromkeys(phase.sees, TEXT)
    if phase.talk is not None:
        names |= {"instructor": TEXT, "assistant": TEXT}
    return names


def check_template(
    template: str, known: Names, document: YamlDocument, prompts: Prompts
) -> list[Problem]:
    """What is wrong with the `prompt` of a card; lines are the file's."""
    from jinja2 import nodes

    from company.cards.templates import TemplateError

    first = document.line(("prompt",))
    offset = first if "\n" in template else first - 1
    try:
        tree = prompts.parse(template)
    except TemplateError as error:
        return [Problem(document.file, offset + error.line, str(error))]
    problems = []
    for name in tree.find_all(nodes.Name):
        if name.name not in known:
            message = f"the prompt uses {shown(name.name)}, which it does not see"
            hint = nearest(name.name, known)
            problems.append(Problem(document.file, offset + name.lineno, message + hint))
    for part in tree.find_all(nodes.Getattr):
        owner = part.node.name if isinstance(part.node, nodes.Name) else ""
        if owner in known and part.attr not in known[owner]:
            message = f"'{owner}' has no {shown(part.attr)}{nearest(part.attr, known[owner])}"
            problems.append(Problem(document.file, offset + part.lineno, message))
    return problems
