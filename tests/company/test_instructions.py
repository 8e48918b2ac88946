import pytest

from company.deliverables.kind import deliverable_kind
from company.deliverables.markdown_files import read_files
from company.deliverables.named_fields import json_schema
from phases.yields import FilesYield, Yields


def instructions(yields: Yields) -> str:
    return deliverable_kind(yields).instructions()


def test_fields_are_asked_for_as_one_json_object() -> None:
    yields = Yields(verdict={"approved": "bool", "comments": ["str"]})

    assert instructions(yields) == (
        "Reply with one JSON object and nothing else:"
        ' {"approved": true or false, "comments": ["…"]}'
    )


def test_a_choice_is_asked_for_by_its_words() -> None:
    yields = Yields(decision={"language": {"one_of": ["python", "javascript"]}, "n": "int"})

    assert instructions(yields).endswith('{"language": "python" or "javascript", "n": 0}')


def test_what_may_be_written_is_said() -> None:
    yields = Yields(files=FilesYield(only=["tests/**", "*.md"], edits=False, at_most=2))

    assert instructions(yields) == (
        "Reply with files only, each as a heading with its path and the whole file in a block:\n"
        "### tests/test_main.py\n```python\n…\n```\n"
        "Write only tests/**, *.md.\nAt most 2 files."
    )


@pytest.mark.parametrize(
    ("only", "path"),
    [
        (None, "main.py"),
        (["test_*.py", "*.test.js"], "test_main.py"),
        (["*.js"], "main.js"),
        (["requirements.txt"], "requirements.txt"),
        (["docs/**/*.md"], "docs/main.md"),
    ],
)
def test_the_example_shows_a_file_the_phase_may_write(only: list[str] | None, path: str) -> None:
    assert f"\n### {path}\n" in instructions(Yields(files=FilesYield(only=only)))


def test_a_document_is_asked_for_by_its_name_and_free_text_by_nothing() -> None:
    assert "MANUAL.md and nothing else" in instructions(Yields(document="MANUAL.md"))
    assert instructions(Yields(report=None)) == ""


def test_edits_shown_in_the_instructions_can_be_read() -> None:
    said = instructions(Yields(files=FilesYield()))
    edit = said[said.index("<<<<<<<") :]

    changes = read_files(f"a.py\n{edit}", {"a.py": "x\nold lines\n"}, FilesYield()).changes

    assert changes == {"a.py": "x\nnew lines\n"}


@pytest.mark.parametrize(
    "yields",
    [
        Yields(files=FilesYield()),
        Yields(document="MANUAL.md"),
        Yields(verdict={"approved": "bool", "comments": ["str"]}),
    ],
)
def test_instructions_cost_few_tokens(yields: Yields) -> None:
    assert len(instructions(yields).split()) <= 60


def test_the_schema_is_strict() -> None:
    fields = {"ok": "bool", "n": "int", "x": "float", "s": "str", "l": ["str"]}

    assert json_schema({**fields, "c": {"one_of": ["a", "b"]}}) == {
        "type": "object",
        "properties": {
            "ok": {"type": "boolean"},
            "n": {"type": "integer"},
            "x": {"type": "number"},
            "s": {"type": "string"},
            "l": {"type": "array", "items": {"type": "string"}},
            "c": {"type": "string", "enum": ["a", "b"]},
        },
        "required": ["ok", "n", "x", "s", "l", "c"],
        "additionalProperties": False,
    }
