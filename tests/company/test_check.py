"""Checking: whatever can be known to be wrong is told before anything is spent."""

from pathlib import Path

import pytest

from company.cards.catalogue import Cards
from company.cards.check import check_all, check_card, check_company, check_path
from company.errors import ConfigurationError

ROLE = "name: poet\ntitle: Poet\nprompt: |\n  {{ company.culture }}\n  You rhyme.\n"
PHASE = """\
name: rhyming
title: Rhyming
talk: {instructor: ceo, assistant: poet}
sees: [task, files]
yields: {verdict: {approved: bool, comments: [str]}}
prompt: |
  {{ task }}
  {{ files }}
"""
CHAIN = """\
name: poetry
steps:
  - coding
  - loop:
      name: poem
      max: 3
      until: poem.approved
      steps: [rhyming, review_modification]
"""
COMPANY = "name: poets\ntitle: Poets\nchain: poetry\n"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    for folder in ("roles", "phases", "chains", "companies"):
        (tmp_path / folder).mkdir()
    (tmp_path / "roles/poet.yaml").write_text(ROLE)
    (tmp_path / "phases/rhyming.yaml").write_text(PHASE)
    (tmp_path / "chains/poetry.yaml").write_text(CHAIN)
    (tmp_path / "companies/poets.yaml").write_text(COMPANY)
    return tmp_path


def edit(house: Path, file: str, old: str, new: str) -> None:
    path = house / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))


def said(house: Path, **more: bool) -> list[str]:
    problems = check_company(Cards(house), "poets", **more)
    return [str(problem).replace(f"{house}/", "") for problem in problems]


def test_a_company_without_faults_has_no_problems(house: Path) -> None:
    assert said(house) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        (
            "phases/rhyming.yaml",
            "{{ task }}",
            "{{ taks }} {{ task }}",
            "phases/rhyming.yaml:7: the prompt uses 'taks', which it does not see"
            " — did you mean 'task'?",
        ),
        (
            "phases/rhyming.yaml",
            "  {{ files }}",
            "\n  {{ files }} {% if task %}",
            "phases/rhyming.yaml:9: template: Unexpected end of template",
        ),
        (
            "phases/rhyming.yaml",
            "{{ files }}",
            "{{ files }} {{ files.x }}",
            "phases/rhyming.yaml:8: 'files' has no 'x'",
        ),
        (
            "phases/rhyming.yaml",
            "{{ files }}",
            "{{ files }} {{ self }}",
            "phases/rhyming.yaml:8: the prompt uses 'self'",
        ),
        (
            "phases/rhyming.yaml",
            "{{ files }}",
            "{% for f in files %}{% endfor %}",
            "phases/rhyming.yaml:8: template: cards have no loops ('for')",
        ),
        (
            "phases/rhyming.yaml",
            "  {{ files }}\n",
            "",
            "phases/rhyming.yaml:4: sees 'files', but the prompt does not use it",
        ),
        (
            "roles/poet.yaml",
            "company.culture",
            "company.cultur",
            "roles/poet.yaml:4: 'company' has no 'cultur' — did you mean 'culture'?",
        ),
        (
            "roles/poet.yaml",
            "You rhyme.",
            "{{ task }}",
            "roles/poet.yaml:5: the prompt uses 'task', which it does not see",
        ),
        (
            "roles/poet.yaml",
            "prompt: |\n  {{ company.culture }}\n  You rhyme.\n",
            "",
            "roles/poet.yaml:1: a role needs a prompt, or 'human: true'",
        ),
        (
            "roles/poet.yaml",
            "title: Poet\n",
            "title: Poet\nmodel: lage\n",
            "roles/poet.yaml:3: unknown model 'lage' — write it as 'provider:model'",
        ),
        (
            "chains/poetry.yaml",
            "poem.approved",
            "poem.aproved",
            "chains/poetry.yaml:7: 'poem' has no 'aproved' — did you mean 'approved'?",
        ),
        (
            "chains/poetry.yaml",
            "poem.approved",
            "pom.approved",
            "chains/poetry.yaml:7: the condition names 'pom', which is not known here"
            " — did you mean 'poem'?",
        ),
        (
            "chains/poetry.yaml",
            "poem.approved",
            "poem.approved and",
            "chains/poetry.yaml:7: condition 'poem.approved and': template: ",
        ),
        (
            "chains/poetry.yaml",
            "poem.approved",
            "'true'",
            "chains/poetry.yaml:7: the condition 'true' never changes",
        ),
        (
            "chains/poetry.yaml",
            "poem.approved",
            "1 < 2 or poem.approved",
            "chains/poetry.yaml:7: the condition '1 < 2 or poem.approved' never changes",
        ),
        (
            "chains/poetry.yaml",
            "[rhyming, review_modification]",
            "[fix_bugs]",
            "chains/poetry.yaml:7: no phase inside the loop 'poem' gives a verdict",
        ),
        (
            "chains/poetry.yaml",
            "name: poem",
            "name: execution",
            "chains/poetry.yaml:5: the loop's name 'execution' is taken",
        ),
        (
            "chains/poetry.yaml",
            "  - coding",
            "  - when: {if: product.emty, steps: [coding]}",
            "chains/poetry.yaml:3: 'product' has no 'emty' — did you mean 'empty'?",
        ),
        (
            "chains/poetry.yaml",
            "  - coding",
            "  - when: {if: poem.approved, steps: [coding]}",
            "chains/poetry.yaml:3: the condition names 'poem', which is not known here",
        ),
        (
            "chains/poetry.yaml",
            "  - coding",
            "  - when: {if: round > 1, steps: [coding]}",
            "chains/poetry.yaml:3: the condition names 'round', which is not known here",
        ),
        (
            "chains/poetry.yaml",
            "  - coding",
            "  - when: {if: decisions.langage, steps: [coding]}\n  - language_choice",
            "chains/poetry.yaml:3: 'decisions' has no 'langage' — did you mean 'language'?",
        ),
        (
            "companies/poets.yaml",
            "chain: poetry",
            "chain: poetry\nrole_models: {poett: 'openai:x'}",
            "companies/poets.yaml:4: unknown role 'poett' in this company — did you mean 'poet'?",
        ),
        (
            "companies/poets.yaml",
            "chain: poetry",
            "chain: poetry\nmodels: {large: 'openai:x'}\nrole_models: {poet: lrge}",
            "companies/poets.yaml:5: unknown model 'lrge' — did you mean 'large'?",
        ),
        (
            "companies/poets.yaml",
            "chain: poetry",
            "chain: poetry\nmodels: {large: gpt}",
            "companies/poets.yaml:4: the model 'gpt' must be written 'provider:model'",
        ),
        (
            "companies/poets.yaml",
            "chain: poetry",
            "chain: poetry\ndefaults: {model: large}",
            "companies/poets.yaml:4: unknown model 'large'",
        ),
        (
            "companies/poets.yaml",
            "chain: poetry",
            "chain: poetri",
            "companies/poets.yaml:3: unknown chain 'poetri' — did you mean 'poetry'?",
        ),
        (
            "companies/poets.yaml",
            "title",
            "titel",
            "companies/poets.yaml:2: unknown key 'titel' — did you mean 'title'?",
        ),
    ],
)
def test_a_fault_is_told_with_its_line(
    house: Path, file: str, old: str, new: str, problem: str
) -> None:
    edit(house, file, old, new)
    assert any(line.startswith(problem) for line in said(house)), said(house)


def test_a_loop_inside_a_chain_inside_a_loop_knows_both_names(house: Path) -> None:
    inner = "name: inner\nsteps:\n  - when: {if: poem.approved, steps: [coding]}\n"
    (house / "chains/inner.yaml").write_text(inner)
    edit(house, "chains/poetry.yaml", "[rhyming,", "[rhyming, {chain: inner},")
    assert said(house) == []


def test_a_human_role_needs_a_person(house: Path) -> None:
    edit(house, "roles/poet.yaml", "title: Poet\n", "title: Poet\nhuman: true\n")
    assert said(house) == []
    assert said(house, person_present=False) == [
        "roles/poet.yaml:3: the role 'poet' is a person, and nobody is here to answer"
    ]


def test_only_a_human_role_can_be_asked(house: Path) -> None:
    phase = "name: rhyming\ntitle: R\nask: {who: poet}\nprompt: Good?\nyields: {report: null}\n"
    (house / "phases/rhyming.yaml").write_text(phase)
    edit(house, "chains/poetry.yaml", "poem.approved", "execution.ok")
    assert said(house) == [
        "phases/rhyming.yaml:3: the role 'poet' is asked but is not human;"
        " use 'talk', or a human role"
    ]


def test_faults_of_many_cards_are_told_together_in_order(house: Path) -> None:
    edit(house, "roles/poet.yaml", "company.culture", "company.cultur")
    edit(house, "phases/rhyming.yaml", "{{ files }}", "")
    edit(house, "chains/poetry.yaml", "poem.approved", "poem.aproved")
    assert [line.split(":")[0] for line in said(house)] == [
        "chains/poetry.yaml", "phases/rhyming.yaml", "roles/poet.yaml",
    ]  # fmt: skip


def test_one_card_can_be_checked_by_itself(house: Path) -> None:
    edit(house, "phases/rhyming.yaml", "{{ files }}", "{{ fils }} {{ files }}")
    assert len(check_card(Cards(house), "phase", "rhyming")) == 1
    assert check_card(Cards(house), "role", "poet") == []


def test_a_chain_by_itself_is_checked_for_names_that_lead_nowhere(house: Path) -> None:
    edit(house, "chains/poetry.yaml", "rhyming", "rhymin")
    assert [problem.message for problem in check_card(Cards(house), "chain", "poetry")] == [
        "unknown phase 'rhymin' — did you mean 'rhyming'?"
    ]


def test_a_folder_is_checked_with_all_its_own_cards(house: Path) -> None:
    assert check_path(house) == []
    (house / "roles/unused.yaml").write_text("name: unused\ntitle: U\n")
    assert [problem.message for problem in check_path(house)] == [
        "a role needs a prompt, or 'human: true'"
    ]


@pytest.mark.parametrize(
    "file", ["roles/poet.yaml", "phases/rhyming.yaml", "chains/poetry.yaml", "companies/poets.yaml"]
)
def test_one_file_is_checked_by_where_it_lies(house: Path, file: str) -> None:
    assert check_path(house / file) == []
    (house / file).write_text("name: [")
    assert "this is not YAML" in check_path(house / file)[0].message


def test_a_path_that_is_no_card_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="No cards in"):
        check_path(tmp_path)
    with pytest.raises(ConfigurationError, match="neither a folder nor"):
        check_path(tmp_path / "x.txt")
    assert check_path(tmp_path / "x.yaml")[0].message == "there is no such file"


def test_all_built_in_cards_are_without_faults() -> None:
    assert check_all(Cards()) == []
