import math
from typing import Any

import pytest

from company.deliverables.kind import Unreadable
from company.deliverables.named_fields import read_fields
from phases.yields import FieldType

VERDICT: dict[str, FieldType] = {"approved": "bool", "comments": ["str"]}
LANGUAGE: dict[str, FieldType] = {"language": {"one_of": ["python", "javascript"]}}
DESIGN: dict[str, FieldType] = {"name": "str", "files": ["str"], "lines": "int", "hours": "float"}


def complaint(reply: str, fields: dict[str, FieldType]) -> str:
    with pytest.raises(Unreadable) as unreadable:
        read_fields(reply, fields)
    return unreadable.value.complaint


@pytest.mark.parametrize(
    "reply",
    [
        '{"approved": false, "comments": ["Handle zero"]}',
        '```json\n{"approved": false, "comments": ["Handle zero"]}\n```',
        'Here is my verdict:\n\n{"approved": false, "comments": ["Handle zero"]}\n\nThanks!',
        '{"approved": false, "comments": ["Handle zero",],}',
        "{'approved': False, 'comments': ['Handle zero']}",
        '{approved: false, comments: ["Handle zero"]}',
        '{"approved": "no", "comments": "Handle zero"}',
        '{"approved": "False", "comments": "- Handle zero"}',
        '{"Approved": 0, "Comments": ["1. Handle zero", ""]}',
        '{"approved": false, "comments": ["Handle zero"]',
        '{"approved": false, "comments": ["Handle zero"',
        '{"verdict": {"approved": false, "comments": ["Handle zero"]}}',
        '{"approved": false, "comments": [{"comment": "Handle zero"}]}',
        '{"approved": true, "comments": []}\nOn reflection:\n'
        '{"approved": false, "comments": ["Handle zero"]}',
        '{"approved": false, "comments": ["Handle zero"]}\nas in `{x}` and {"other": 1}',
        '<think>{"approved": true}</think>{"approved": false, "comments": ["Handle zero"]}',
        '{\r\n  "approved": false,\r\n  // why\r\n  "comments": ["Handle zero"]\r\n}',
        "approved: false\ncomments:\n- Handle zero",
        "**Approved:** no\n**Comments:**\n1. Handle zero",
        "Not approved.\n\n- Handle zero",
        "No, this needs work:\n* Handle zero",
    ],
)
def test_a_verdict_is_read_however_it_is_written(reply: str) -> None:
    assert read_fields(reply, VERDICT) == {"approved": False, "comments": ["Handle zero"]}


@pytest.mark.parametrize(
    "reply",
    [
        '{"approved": true}',
        '{"approved": "yes", "comments": "None"}',
        '{"approved": true, "comments": null}',
        '{"approved": true, "comments": ["No comments."]}',
        "Approved.",
        "Yes, it looks good.",
        "LGTM",
    ],
)
def test_an_approval_needs_no_comments(reply: str) -> None:
    assert read_fields(reply, VERDICT) == {"approved": True, "comments": []}


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "The code is fine in parts.",
        "Approved, but handle zero first.",
        "Is it approved? I am not sure.",
        "{}",
        '{"something": "else"}',
        "[1, 2]",
        "[" * 5000,
        "{" * 5000,
        '{"a":' * 5000,
    ],
)
def test_a_reply_that_settles_nothing_is_sent_back(reply: str) -> None:
    assert "Reply with one JSON object that has the fields approved, comments" in complaint(
        reply, VERDICT
    )


@pytest.mark.parametrize(
    ("reply", "language"),
    [
        ('{"language": "python"}', "python"),
        ('{"language": "Python"}', "python"),
        ('{"language": "Python 3"}', "python"),
        ('{"language": "\\"javascript\\"."}', "javascript"),
        ("We should use Python for this.", "python"),
        ("language: JavaScript", "javascript"),
        ("`python`", "python"),
    ],
)
def test_a_choice_is_read_when_only_one_can_be_meant(reply: str, language: str) -> None:
    assert read_fields(reply, LANGUAGE) == {"language": language}


@pytest.mark.parametrize(
    "reply",
    [
        '{"language": "rust"}',
        '{"language": "python or javascript"}',
        '{"language": ["python", "javascript"]}',
    ],
)
def test_a_choice_outside_the_list_is_told_the_list(reply: str) -> None:
    assert "'language' must be one of python, javascript" in complaint(reply, LANGUAGE)


def test_prose_that_names_two_choices_chooses_none() -> None:
    assert "no JSON object" in complaint("Python or JavaScript, both work.", LANGUAGE)


def test_every_type_is_read_from_what_is_close_to_it() -> None:
    reply = '{"hours": "2.5", "lines": "40", "files": "main.py", "name": 7}'

    assert read_fields(reply, DESIGN) == {
        "name": "7",
        "files": ["main.py"],
        "lines": 40,
        "hours": 2.5,
    }


@pytest.mark.parametrize(
    ("value", "kind", "reason"),
    [
        ('"maybe"', "bool", "must be true or false"),
        ("2", "bool", "must be true or false"),
        ("null", "bool", "is missing"),
        ("1.5", "int", "must be a whole number"),
        ('"many"', "int", "must be a number"),
        ("true", "int", "must be a number"),
        ("NaN", "float", "must be a number"),
        ("1e999", "float", "must be a number"),
        ("Infinity", "int", "must be a number"),
        ("[1]", "float", "must be a number"),
        ('""', "str", "is empty"),
        ('{"a": 1}', "str", "must be a text"),
    ],
)
def test_a_value_of_another_type_is_named_with_the_type(value: str, kind: Any, reason: str) -> None:
    assert f"'x' {reason}" in complaint(f'{{"x": {value}}}', {"x": kind})


def test_every_field_that_is_missing_is_named_at_once() -> None:
    said = complaint('{"files": []}', DESIGN)

    assert "'name' is missing; 'lines' is missing; 'hours' is missing" in said


def test_a_large_whole_number_stays_exact() -> None:
    assert read_fields('{"n": 12345678901234567891}', {"n": "int"}) == {"n": 12345678901234567891}


def test_a_list_of_objects_becomes_a_list_of_lines() -> None:
    reply = '{"approved": false, "comments": [{"file": "a.py", "issue": "no tests"}, ["b", "c"]]}'

    assert read_fields(reply, VERDICT)["comments"] == ["a.py: no tests", "b, c"]


def test_a_single_text_may_be_plain_prose() -> None:
    assert read_fields("A tip calculator.\n", {"summary": "str"}) == {
        "summary": "A tip calculator."
    }


def test_text_that_is_no_unicode_is_made_so() -> None:
    assert read_fields('{"s": "\\ud800"}', {"s": "str"}) == {"s": "?"}
    assert math.isclose(read_fields('{"f": 1}', {"f": "float"})["f"], 1.0)
