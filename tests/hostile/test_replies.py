"""Replies that are deep, huge or broken: each costs a complaint to the role at most, and never the run."""

from pathlib import Path

import pytest

from tests.support.command_line import in_process, model_at
from tests.support.scripted_company import PROGRAM, TASK, file_block, files_reply
from tests.support.scripted_provider import Reply, ScriptedProvider
from warehouse.events import DeliverableRejected
from warehouse.journal.journal import read_events

GOOD = files_reply(*PROGRAM)
READABLE = {
    "20,000 nots": file_block("main.py", "x = " + "not " * 20_000 + "1"),
    "a name of 300,000 parts": file_block("main.py", "import a" + ".a" * 300_000),
    "fields far from the start": file_block("main.py", 'f"' + " " * 200_000 + "{x}" * 9_000 + '"'),
    "one line of a megabyte": file_block("main.py", f"x = '{'a' * 1_000_000}'"),
}
"""What is a file all the same; whether it runs is for the sandbox to say."""
COMPLAINED_OF = {
    "more files than a product may have": "".join(
        file_block(f"f{number}.py", "x = 1") for number in range(2_100)
    ),
    "a file larger than one may be": file_block(
        "main.py", "\n".join(f"x{number} = {number}" for number in range(140_000))
    ),
    "fences without end": "```\n" * 20_000,
    "quotes in quotes": "> " * 20_000 + "```python\nx\n```",
    "brackets without end": "[" * 50_000 + "](",
    "stars without end": "**a" * 30_000,
    "objects in objects": '{"a":' * 50_000,
    "lists in lists": "[" * 50_000 + "]" * 50_000,
    "nothing but blanks": " " * 300_000,
    "thoughts that never end": "<think>" * 20_000,
    "a name nobody sees": "### `ma\u200bin.py`\n```python\nprint(1)\n```\n",
}


@pytest.fixture
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOFTHOUSE_PRODUCTS", str(tmp_path / "products"))
    return tmp_path


def complaints_of(folder: Path) -> list[str]:
    """What was sent back to roles in a run."""
    found = [event.data for event in read_events(folder / "journal.jsonl")]
    return [data.complaint for data in found if isinstance(data, DeliverableRejected)]


@pytest.mark.filterwarnings("ignore:Sending a large body:ResourceWarning")
@pytest.mark.parametrize("kind", [*READABLE, *COMPLAINED_OF])
def test_a_run_goes_on_after_such_a_reply_and_its_past_can_be_walked(
    kind: str, at_home: Path
) -> None:
    reply = {**READABLE, **COMPLAINED_OF}[kind]
    with ScriptedProvider([Reply(reply, chunk=50_000), GOOD]).in_thread() as serving:
        options = ("--company", "solo", "--sandbox", "none", "--model", model_at(serving))
        assert in_process("run", TASK, *options) == 0
        asked = len(serving.calls)
        assert in_process("resume", "last") == 0
        assert len(serving.calls) == asked
    (folder,) = (at_home / "products").iterdir()
    assert in_process("replay", "last", "--check") == 0
    assert in_process("show", "last") == 0
    assert (folder / "product" / "main.py").is_file()
    assert bool(complaints_of(folder)) == (kind in COMPLAINED_OF)
