"""The house's own companies: right, small, and within the budget of tokens."""

import pytest

from company.cards.catalogue import Cards
from company.cards.check import check_company
from company.cards.gathering import GatheredCards
from company.cards.prompts import Prompts
from company.company import Company
from phases.chain import walk

COMPANIES = [
    "agent", "approving", "art", "ask", "ask_once", "crew", "data", "default", "directed", "drafts", "human", "incremental",
    "judge", "network", "pair",
    "schema_app", "solo", "team",
]  # fmt: skip
ROLES = {
    "ceo", "cpo", "cto", "cco", "counselor", "programmer", "code_reviewer", "software_tester", "human",
    "director", "engineer", "test_engineer", "customer", "data_analyst", "dba", "query_writer", "reporter", "judge",
}  # fmt: skip
FILES = "\n\n".join(
    f"### {path}\n```python\n" + "    total = round(amount * rate, 2)\n" * 20 + "```"
    for path in ("main.py", "tips.py", "money.py")
)
"""A three-file, 60-line product as a prompt shows it."""
SEEN = {
    "task": "A tip calculator for the command line that splits the bill between friends.",
    "images": "",
    "decisions": "kind: command line\nfeatures: " + "reads the bill and the rate, " * 5 + "\n"
    "language: Python\nfiles: main.py, tips.py, money.py\nfunctions: " + "tips.py: tip(a, b), " * 5,
    "files": FILES,
    "stack": "Python",
    "how_to_test": "Use pytest, in test_main.py, importing the functions from the program's files.",
    "file_list": "\n".join(f"{name}.py: def one(a, b), def two(c)" for name in "abc"),
    "map": "",
    "diff": "",
    "tests": "",
    "execution": "",
    "fault": "",
    "comments": "",
    "unimplemented": "",
    "imports": "",
    "history": "",
    "answers": "",
}


def phases_of(company: GatheredCards) -> list[str]:
    return [phase for step in walk(company.chain.steps) for _, phase in step.phases()]


def prompt_bytes(company: GatheredCards, name: str) -> int:
    """Bytes of the system and the phase prompt of one call, without reply-format instructions."""
    phase, prompts = company.phases[name], Prompts()
    assert phase.talk is not None
    roles = {seat: company.roles[getattr(phase.talk, seat)] for seat in ("instructor", "assistant")}
    about = {
        "company": {"name": company.company.title, "culture": company.company.culture},
        "role": {"name": phase.talk.assistant, "title": roles["assistant"].title},
        "phase": {"name": phase.name, "title": phase.title},
        **{seat: role.title for seat, role in roles.items()},
    }
    seen = {section: SEEN[section] for section in phase.sees}
    system = prompts.render(roles["assistant"].prompt, about)
    return len((system + prompts.render(phase.prompt, seen | about)).encode())


def test_the_house_has_its_companies_and_roles() -> None:
    assert list(Cards().of("company")) == COMPANIES
    assert set(Cards().of("role")) == ROLES


@pytest.mark.parametrize("name", COMPANIES)
def test_every_company_checks_clean(name: str) -> None:
    assert check_company(Cards(), name) == []


@pytest.mark.parametrize("name", COMPANIES)
def test_only_two_companies_need_a_person(name: str) -> None:
    can_do_without = check_company(Cards(), name, person_present=False) == []
    assert can_do_without == (name not in ("approving", "human"))


def test_every_phase_and_role_is_used_by_some_company() -> None:
    loaded = [Cards().load(name) for name in COMPANIES]
    loaded.append(Company.load("solo", customer=True).cards)
    assert set(Cards().of("phase")) == {phase for company in loaded for phase in company.phases}
    assert set(Cards().of("role")) == {role for company in loaded for role in company.roles}


def test_small_companies_are_small() -> None:
    assert phases_of(Cards().load("solo")) == ["coding"]
    assert set(phases_of(Cards().load("pair"))) == {
        "coding", "run_tests", "find_fault", "fix_bugs", "test_writing",
    }  # fmt: skip


@pytest.mark.parametrize("name", COMPANIES)
def test_every_fix_is_run_again(name: str) -> None:
    company = Cards().load(name)
    for chain in company.chains.values():
        dumped = [step for step in walk(chain.steps) if step.kind == "loop"]
        for loop in dumped:
            inner = [step.label for step in loop.steps]  # type: ignore[union-attr]
            if "fix_bugs" in inner:
                assert inner == ["find_fault", "fix_bugs", "run_tests"]


def test_the_waterfall_asks_for_little_when_everything_is_right_the_first_time() -> None:
    company = Cards().load("default")
    calls = [
        "demand_analysis", "language_choice", "design", "coding", "review_comment", "test_writing",
        "manual",
    ]  # fmt: skip
    assert all(company.phases[name].talk.turns == 1 for name in calls)  # type: ignore[union-attr]
    assert sum(prompt_bytes(company, name) for name in calls) / 4 < 3_600


def test_a_prompt_says_one_thing_a_line_and_never_how_to_format_the_reply() -> None:
    for name in Cards().of("phase"):
        prompt = Cards().card("phase", name).prompt
        assert max(map(len, prompt.splitlines()), default=0) <= 100
        assert not {"```", "JSON", "SEARCH"} & set(prompt.split())


def test_a_system_prompt_is_short() -> None:
    for name in Cards().of("role"):
        assert len(Cards().card("role", name).prompt) < 350
