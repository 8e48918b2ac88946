"""Whoever writes tests is told how the program's own language is tested, and may write just that."""

import pytest

from company.cards.catalogue import Cards
from company.cards.prompts import Prompts
from company.deliverables.files import Files
from company.engine.context.briefing import Briefing
from company.engine.context.pictures import Pictures
from company.engine.context.voices import Voices
from company.engine.state import State
from company.spec import Task
from warehouse.sandbox.stacks.cards import stacks


def brief_of_tests(**files: str) -> tuple[str, list[str] | None]:
    """The prompt for test_writing, and the globs it may write."""
    cards = Cards().load("pair")
    phase = cards.phases["test_writing"]
    assert phase.talk is not None
    models = dict.fromkeys(cards.roles, "openai:x")
    voices = Voices(
        cards, Prompts(), models, lambda _: 32_000, lambda _: True, *[lambda _: False] * 2
    )
    briefing = Briefing(voices, Pictures(voices))
    named = {name.replace("_", "."): text.encode() for name, text in files.items()}
    brief = briefing.brief(phase, phase.talk, State(Task("t"), files=named), 1)
    assert isinstance(brief.kind, Files)
    return brief.prompt, brief.kind.about.only


@pytest.mark.parametrize(
    ("file", "language", "only"),
    [
        ("main_py", "python", ["test_*.py"]),
        ("main_js", "javascript", ["*.test.js"]),
        ("main_go", "go", ["*_test.go"]),
    ],
)
def test_tests_are_written_in_the_program_s_language(
    file: str, language: str, only: list[str]
) -> None:
    prompt, globs = brief_of_tests(**{file: "x"})
    assert globs == only
    assert f"- {stacks()[language].how_to_test}" in prompt
    assert f"Write only {only[0]}." in prompt


def test_where_the_language_is_not_known_those_of_all_may_be_written() -> None:
    prompt, globs = brief_of_tests(notes_txt="x")
    compiled = ["test_*.c", "*_test.go", "*Test.java", "*_test.rs"]
    assert globs == ["test_*.py", "*.test.js", "*.test.ts", *compiled, "test_*.ipynb", "*_test.mk"]
    assert stacks()["python"].how_to_test in prompt
