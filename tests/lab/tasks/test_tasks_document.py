"""docs/tasks.md says all that tasks and checks may hold, and nothing else."""

from pathlib import Path

import pytest
from pydantic import BaseModel

from company.acceptance.check_card import CheckCard, Command, FileExpectation, TextExpectation
from company.acceptance.checking import check_acceptance
from company.cards.validation import validate
from company.cards.yaml_file import parse_yaml
from company.lab.tasks.database import Expected
from company.lab.tasks.formats import COLUMNS, SUFFIXES
from company.lab.tasks.task_card import TaskCard
from tests.support.sandboxes import make_backend

TEXT = (Path(__file__).parents[3] / "docs/tasks.md").read_text(encoding="utf-8")
TABLES: list[tuple[str, type[BaseModel]]] = [
    ("## Task", TaskCard),
    ("## Answer", Expected),
    ("## Check", CheckCard),
    ("### Command", Command),
    ("### Text", TextExpectation),
    ("### File", FileExpectation),
]


def first_column(after: str) -> list[str]:
    """The words in the first column of the first table after a line."""
    rows = TEXT.split(f"\n{after}\n", 1)[1].split("\n| --- | --- |\n", 1)[1].split("\n\n", 1)[0]
    return [row.split(" | ")[0].removeprefix("| ").strip("`") for row in rows.splitlines()]


@pytest.mark.parametrize(("after", "model"), TABLES)
def test_every_key_is_documented_and_no_other(after: str, model: type[BaseModel]) -> None:
    inherited = TextExpectation.model_fields if model is FileExpectation else {}
    keys = {key: info for key, info in model.model_fields.items() if key not in inherited}
    assert first_column(after) == [info.alias or key for key, info in keys.items()]


@pytest.mark.parametrize("model", [model for _, model in TABLES])
def test_every_key_has_a_description(model: type[BaseModel]) -> None:
    assert all(info.description for info in model.model_fields.values())


def test_every_kind_of_file_and_column_is_documented() -> None:
    kinds = " ".join(first_column("## Files"))
    assert all(f"{suffix}" in kinds for suffix in SUFFIXES)
    assert all(f"`{column}`" in TEXT for column in COLUMNS)


async def test_the_example_is_right_and_tells_programs_apart(tmp_path: Path) -> None:
    example = TEXT.split("\n## Task\n", 1)[1].split("```yaml\n", 1)[1].split("```")[0]
    task = validate(TaskCard, parse_yaml(example.encode(), "docs/tasks.md"))
    right = (
        b"import sys\n"
        b"try: print(sum(map(int, open(sys.argv[1]))))\n"
        b"except OSError as error: print(error, file=sys.stderr); sys.exit(2)\n"
    )
    backend = await make_backend("bubblewrap", tmp_path)
    try:
        found = await check_acceptance({"main.py": right}, task.checks, backend)
        assert [each.passed for each in found] == [True, True, True]
        wrong = right.replace(b"sys.argv[1]", b"'numbers.txt'").replace(b"sum(", b"max(")
        found = await check_acceptance({"main.py": wrong}, task.checks, backend)
        assert [each.passed for each in found] == [False, False, False]
    finally:
        await backend.close()
