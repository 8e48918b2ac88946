"""Wrong cards: every fault in one go, each with its line and the nearest valid word."""

import pytest
from pydantic import BaseModel

from company.cards.company_card import CompanyCard
from company.cards.problems import nearest, shown
from company.cards.validation import validate
from company.cards.yaml_file import parse_yaml
from company.errors import ConfigurationError
from phases.chain import Chain
from phases.phase import Phase
from roles.role import Role


def complaints(model: type[BaseModel], text: str) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        validate(model, parse_yaml(text.encode(), "x.yaml"))
    return str(caught.value).splitlines()


def test_every_fault_of_a_phase_is_told_at_once() -> None:
    text = """\
name: review
titel: Review
talk: {instructor: a, assistent: b, turns: 99, reflect: yes}
sees:
  - task
  - fils
yields: {verdict: {approved: bool, comments: strings}}
promt: |
  x
"""
    assert complaints(Phase, text) == [
        "x.yaml:1: missing key 'title'",
        "x.yaml:2: unknown key 'titel' — did you mean 'title'?",
        "x.yaml:3: 'talk.reflect' must be true or false, not 'yes'",
        "x.yaml:3: 'talk.turns' should be less than or equal to 50",
        "x.yaml:3: missing key 'assistant' in 'talk'",
        "x.yaml:3: unknown key 'assistent' — did you mean 'assistant'?",
        "x.yaml:6: 'sees[2]' cannot be 'fils' — did you mean 'files'?",
        "x.yaml:7: 'yields.verdict.comments' is wrong: a field's type is"
        " str, bool, int, float, [str], [path] or {one_of: [first, second]}",
        "x.yaml:8: unknown key 'promt' — did you mean 'prompt'?",
    ]


def test_every_fault_of_a_chain_is_told_at_once() -> None:
    text = """\
name: Big Chain
steps:
  - coding
  - loop: {name: x, maks: 3, until: true, steps: [a, {lop: {}}]}
  - loop:
    name: not_indented
  - chain: 3
  - when: {iff: x, steps: [a]}
  - 4
"""
    a_step = "a step is a phase's name, or one of loop, parallel, each, best_of, when, chain, graph, direct with its keys under it"
    assert complaints(Chain, text) == [
        "x.yaml:1: 'name' must be small letters, digits and '_', starting with a letter,"
        " not 'Big Chain'",
        "x.yaml:4: 'steps[2].loop.until' must be text, not true; put it in quotes",
        "x.yaml:4: missing key 'max' in 'steps[2].loop'",
        "x.yaml:4: unknown key 'maks' — did you mean 'max'?",
        "x.yaml:4: unknown step 'lop' — did you mean 'loop'?",
        f"x.yaml:5: {a_step}",
        "x.yaml:7: 'steps[4].chain' must be text, not 3; put it in quotes",
        "x.yaml:8: missing key 'if' in 'steps[5].when'",
        "x.yaml:8: unknown key 'iff' — did you mean 'if'?",
        f"x.yaml:9: {a_step}",
    ]


def test_every_fault_of_a_company_is_told_at_once() -> None:
    text = """\
name: mine
title: 12
chain: 12:30
defaults:
  sandbox: dokcer
  limits: {usd: cheap, call: 4}
"""
    assert complaints(CompanyCard, text) == [
        "x.yaml:2: 'title' must be text, not 12; put it in quotes",
        "x.yaml:3: 'chain' must be small letters, digits and '_', starting with a letter,"
        " not '12:30'",
        "x.yaml:5: 'defaults.sandbox' cannot be 'dokcer' — did you mean 'docker'?",
        "x.yaml:6: 'defaults.limits.usd' must be a number, not 'cheap'",
        "x.yaml:6: unknown key 'call' — did you mean 'calls'?",
    ]


def test_a_company_card_cannot_choose_the_host_as_its_sandbox() -> None:
    text = "name: x\ntitle: X\nchain: solo\ndefaults: {sandbox: host}\n"
    assert complaints(CompanyCard, text) == [
        "x.yaml:4: 'defaults.sandbox' cannot be 'host' — known: auto, bubblewrap, docker, none"
    ]


def test_rules_between_keys_are_told_in_words() -> None:
    assert complaints(Phase, "name: a\ntitle: A\nrun: tests\nask: {who: human}\n") == [
        "x.yaml:1: a phase has exactly one of 'talk', 'run' and 'ask'; this has 'run' and 'ask'"
    ]


def test_a_right_card_is_read() -> None:
    role = validate(Role, parse_yaml(b"name: no\ntitle: No\nprompt: x\n", "no.yaml"))
    assert role == Role(name="no", title="No", prompt="x")


def test_a_value_is_shown_short_and_without_control_characters() -> None:
    assert shown("\x1b[2J") == "'\\x1b[2J'"
    assert shown("\u202e") == "'\\u202e'"
    assert len(shown("x" * 1000)) <= 61
    assert len(shown(list(range(1000)))) <= 61


def test_an_unknown_word_gets_the_nearest_or_all() -> None:
    assert nearest("codng", ["coding", "design"]) == " — did you mean 'coding'?"
    assert nearest("zzz", ["coding", "design"]) == " — known: coding, design"
    assert nearest("zzz", []) == ""
