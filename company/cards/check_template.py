"""Checking a prompt: its language, and that it names only what it will be given."""

from collections.abc import Mapping

from company.cards.problems import Problem, nearest, shown
from company.cards.prompts import Prompts
from company.cards.yaml_file import Document
from phases.phase import Phase

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
    template: str, known: Names, document: Document, prompts: Prompts
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
            said = f"the prompt uses {shown(name.name)}, which it does not see"
            hint = nearest(name.name, known)
            problems.append(Problem(document.file, offset + name.lineno, said + hint))
    for part in tree.find_all(nodes.Getattr):
        owner = part.node.name if isinstance(part.node, nodes.Name) else ""
        if owner in known and part.attr not in known[owner]:
            said = f"'{owner}' has no {shown(part.attr)}{nearest(part.attr, known[owner])}"
            problems.append(Problem(document.file, offset + part.lineno, said))
    return problems
