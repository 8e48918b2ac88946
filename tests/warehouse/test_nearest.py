"""An unknown word is answered with the known one that was likely meant."""

import pytest

from company.cli.main import COMMANDS
from warehouse.nearest import nearest_words

ROLES = ("ceo", "code_reviewer", "cto", "programmer", "software_tester")


@pytest.mark.parametrize(
    ("typed", "known", "meant"),
    [
        ("runz", COMMANDS, ["runs"]),
        ("rum", COMMANDS, ["run"]),
        ("cod", ROLES, ["code_reviewer"]),
        ("Cod", ROLES, ["code_reviewer"]),
        ("reviewer", ROLES, ["code_reviewer"]),
        ("tester", ROLES, ["software_tester"]),
        ("cot", ROLES, ["cto"]),
        ("progamer", ROLES, ["programmer"]),
        ("xyzzy", ROLES, []),
        ("", ROLES, []),
        ("c" * 100_000, ROLES, []),
    ],
)
def test_what_was_meant_is_named(typed: str, known: tuple[str, ...], meant: list[str]) -> None:
    assert nearest_words(typed, known) == meant


def test_several_come_best_first() -> None:
    assert nearest_words("gpt-5", ["gpt-5.4", "gpt-5.4-mini", "opus"], most=3) == [
        "gpt-5.4",
        "gpt-5.4-mini",
    ]
