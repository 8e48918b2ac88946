"""What is left aside of a reply goes back to its role, also when something else was usable."""

from pathlib import Path

import pytest

from company.deliverables.markdown_files import read_files
from phases.yields import FilesYield
from tests.support.houses import one_phase_company, only_journal, prompts, work
from tests.support.scripted_company import file_block
from tests.support.scripted_provider import ScriptedProvider
from warehouse.events.conversion import as_json

PROGRAM = file_block("main.py", "print('tick')")
HELPER = file_block("helper.py", "x = 1")
NAMELESS = f"{PROGRAM}\n\nAnd:\n\n```python\ny = 2\n```\n"


def talk(folder: Path, **files: object) -> None:
    one_phase_company(
        folder / "cards",
        talk={"instructor": "cto", "assistant": "programmer"},
        sees=["task"],
        yields={"files": files},
    )


async def test_a_part_that_was_left_aside_is_sent_alone(tmp_path: Path) -> None:
    talk(tmp_path)
    async with ScriptedProvider([NAMELESS, HELPER]) as provider:
        run = await work(tmp_path, provider)
    assert sorted(run.product.files()) == ["helper.py", "main.py"]
    said = prompts(provider)[1][3]
    assert said.startswith("Kept as you wrote it: main.py. But this was left aside:")
    assert "line 9: a block without a file name" in said


@pytest.mark.parametrize("answer", ["OK", "It was only an example.", NAMELESS])
async def test_a_role_that_meant_no_file_is_asked_once(tmp_path: Path, answer: str) -> None:
    talk(tmp_path)
    async with ScriptedProvider([NAMELESS, answer]) as provider:
        run = await work(tmp_path, provider)
    assert run.product.files() == {"main.py": b"print('tick')\n"}
    assert len(provider.calls) == 2


async def test_what_was_usable_is_delivered_where_nothing_better_comes(tmp_path: Path) -> None:
    talk(tmp_path)
    cut = "### helper.py\n```python\nx = 1\n# ... rest of the code ...\n```\n"
    async with ScriptedProvider([NAMELESS, cut, cut]) as provider:
        run = await work(tmp_path, provider)
    assert run.product.files() == {"main.py": b"print('tick')\n"}
    rejected = [as_json(e.data) for e in only_journal(tmp_path) if e.kind == "deliverable.rejected"]
    assert len(rejected) == 3


async def test_the_person_is_told_what_was_left_aside_in_the_end(tmp_path: Path) -> None:
    talk(tmp_path)
    async with ScriptedProvider([NAMELESS, "OK"]) as provider:
        await work(tmp_path, provider)
    notes = [as_json(e.data)["text"] for e in only_journal(tmp_path) if e.kind == "note"]
    assert "Left aside, line 9: a block without a file name." in notes


BACK = {
    "an empty block": "```python\n```\n",
    "a path that leads outside": "### ../a.py\n```python\ny = 2\n```\n",
    "a file that may not be written": "### README.md\n```\nhello\n```\n",
    "a program without a name": "```python\ny = 2\n```\n\n```python\nz = 3\n```\n",
    "a style that no page loads": "```css\nb {}\n```\n",
    "commands that write a file": "```bash\ncat > a.py <<'END'\ny = 2\nEND\n```\n",
    "commands that take a file away": "```bash\nrm old.py\n```\n",
}
QUIET = {
    "commands that start the program": "```bash\npip install x\npython main.py > /dev/null\n```\n",
    "what it prints": "It prints:\n\n```\ntick\n```\n",
    "a tree of the files": "```\nproject/\n├── main.py\n```\n",
    "lines of a file that was written": "Here it starts:\n\n```python\nprint('tick')\n```\n",
}


@pytest.mark.parametrize("more", BACK.values(), ids=BACK)
def test_what_may_have_been_meant_for_a_file_goes_back(more: str) -> None:
    delivered = read_files(f"{PROGRAM}\n\nThen.\n\n{more}", {}, FilesYield(only=["*.py"]))

    assert list(delivered.changes) == ["main.py"]
    assert delivered.aside
    assert set(delivered.aside) <= set(delivered.notes)


@pytest.mark.parametrize("more", QUIET.values(), ids=QUIET)
def test_what_is_plainly_no_file_does_not_go_back(more: str) -> None:
    delivered = read_files(f"{PROGRAM}\n\nThen.\n\n{more}", {}, FilesYield())

    assert list(delivered.changes) == ["main.py"]
    assert delivered.aside == []
    assert delivered.notes, "the person is told"
