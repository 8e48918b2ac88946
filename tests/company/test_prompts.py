"""Templates and conditions: values inserted as they are, choices, comparisons, and nothing more."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from company.cards.prompts import MAX_PROMPT_CHARACTERS, Prompts
from company.errors import ConfigurationError


class Secretive:
    api_key = "sk-secret"


def refusal(template: str, **values: Any) -> str:
    with pytest.raises(ConfigurationError) as caught:
        Prompts().render(template, values)
    return str(caught.value)


def test_values_are_inserted_and_choices_leave_no_blank_lines() -> None:
    template = "Task:\n{{ task }}\n{% if decisions %}\nDecided: {{ decisions }}\n{% endif %}\nGo.\n"
    prompts = Prompts()
    assert prompts.render(template, {"task": "T", "decisions": ""}) == "Task:\nT\nGo."
    assert prompts.render(template, {"task": "T", "decisions": "D"}) == "Task:\nT\nDecided: D\nGo."


def test_what_a_model_wrote_is_never_read_as_a_template() -> None:
    hostile = "{{ 7 * 7 }} {% for x in y %} {# gone #} <b>&amp;</b>"
    assert Prompts().render("{{ files }}", {"files": hostile}) == hostile


def test_mappings_have_their_keys_as_attributes_and_nothing_else() -> None:
    role = {"title": "Tester", "items": 3}
    assert Prompts().render("{{ role.title }} {{ role.items }}", {"role": role}) == "Tester 3"
    assert "has no attribute 'keys'" in refusal("{{ role.keys }}", role=role)


def test_a_name_that_is_not_given_is_an_error() -> None:
    assert "'taks' is undefined" in refusal("{{ taks }}", task="x")


@pytest.mark.parametrize(
    "template",
    [
        "{{ x.__class__ }}",
        "{{ x.__class__.__mro__ }}",
        "{{ x['__class__'] }}",
        "{{ x.format }}",
        "{{ x.upper() }}",
        "{{ x|attr('__class__') }}",
        "{{ x|format(1) }}",
        "{{ x|replace('a', 'b') }}",
        "{{ x|center(1000000000) }}",
        "{{ x|map('upper') }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ lipsum() }}",
        "{{ range(10) }}",
        "{{ dict(a=1) }}",
        "{{ namespace() }}",
        "{{ self.__init__ }}",
        "{{ 'x' * 100000000 }}",
        "{{ '%500000000d' % 1 }}",
        "{{ 10 ** 10 ** 10 }}",
        "{{ x ~ x }}",
        "{{ x + x }}",
        "{{ -y }}",
        "{{ [x, x, x]|title }}",
        "{{ {'a': 1} }}",
        "{{ x[0:1] }}",
        "{% for c in x %}{{ c }}{% endfor %}",
        "{% set z = x %}",
        "{% macro m() %}{% endmacro %}",
        "{% call m() %}{% endcall %}",
        "{% filter upper %}x{% endfilter %}",
        "{% block b %}{% endblock %}",
        "{% include 'x' %}",
        "{% import 'x' as y %}",
        "{% extends 'x' %}",
        "{% if x %}",
        "{{ x",
        "{{ " + "(" * 500 + "x" + ")" * 500 + " }}",
        "{{ " + "not " * 500 + "x }}",
        "{% if x %}" * 200 + "{% endif %}" * 200,
        "{{ " + "1" * 5000 + " }}",
        "{{ x }}" * 20_000,
    ],
)
def test_what_could_run_escape_or_grow_is_refused(template: str) -> None:
    assert refusal(template, x="hey", y=3)


def test_only_plain_data_may_be_given() -> None:
    with pytest.raises(TypeError, match="plain data, not Secretive"):
        Prompts().render("{{ x.api_key }}", {"x": {"deep": [Secretive()]}})


def test_the_length_of_a_prompt_is_bounded() -> None:
    half = "x" * (MAX_PROMPT_CHARACTERS // 2)
    assert len(Prompts().render("{{ x }}{{ x }}", {"x": half})) == MAX_PROMPT_CHARACTERS
    assert "longer than 2,000,000 characters" in refusal("{{ x }}{{ x }}{{ x }}", x=half)


def test_an_error_names_its_line_within_the_template() -> None:
    from company.cards.templates import TemplateError

    with pytest.raises(TemplateError) as caught:
        Prompts().render("one\ntwo {{ x|uper }}\n", {"x": "y"})
    assert caught.value.line == 2
    assert str(caught.value) == "template: unknown filter 'uper' — did you mean 'upper'?"


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("not product.unimplemented", True),
        ("product.files|length == 2", True),
        ("'main.py' in product.files", True),
        ("review.approved", False),
        ("review.approved or execution.ok", True),
        ("execution.score > 3", False),
        ("nowhere.at.all", False),
        ("decisions.language|lower == 'python'", True),
        ("decisions['language'] in ['Python', 'JavaScript']", True),
        ("round >= 2 and round < 4", True),
        ("execution.ok if round > 9 else true", True),
        ("product.items is defined", False),
    ],
)
def test_a_condition_holds_or_not_and_the_unknown_counts_as_false(
    condition: str, holds: bool
) -> None:
    values = {
        "product": {"unimplemented": [], "files": ["main.py", "test_main.py"]},
        "execution": {"ok": True},
        "decisions": {"language": "Python"},
        "round": 3,
    }
    assert Prompts().evaluate(condition, values) is holds


@pytest.mark.parametrize(
    "condition", ["", "a b", "x }} {{ y", "x.y()", "'a' * 9", "[x]", "x = 1", "x|nope", "x >", "}}"]
)
def test_a_condition_is_one_expression_without_calls_or_arithmetic(condition: str) -> None:
    with pytest.raises(ConfigurationError):
        Prompts().evaluate(condition, {"x": 1})


def test_a_condition_that_compares_what_cannot_be_compared_says_so() -> None:
    with pytest.raises(ConfigurationError, match="the condition 'x > 3' fails"):
        Prompts().evaluate("x > 3", {"x": "many"})


@given(st.text("{}%#ab.|()[]'\" \n0129*~+-_=<>!,:if not and or elsendif", max_size=80))
def test_any_template_and_condition_is_rendered_or_refused_cleanly(text: str) -> None:
    prompts = Prompts()
    for use in (prompts.render, prompts.evaluate):
        try:
            assert isinstance(use(text, {"a": "x", "b": [1]}), str | bool)
        except ConfigurationError:
            continue


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ("review", {"review"}),
        ("not product.unimplemented", {"product"}),
        (
            "execution.ok and round > 2 or 'x' in decisions.kind",
            {"execution", "round", "decisions"},
        ),
        ("true", set()),
    ],
)
def test_the_names_that_a_condition_uses_are_known(condition: str, names: set[str]) -> None:
    assert Prompts().names_in(condition) == names


def test_a_template_is_read_once_for_every_company_of_the_process() -> None:
    template = "Only here: {{ task }}"
    assert Prompts().parse(template) is Prompts().parse(template)
