"""A fork is headed by what it is itself, wherever it is shown; its journal begins with its parent."""

import json
from pathlib import Path

import pytest

from tests.support.command_line import Softhouse
from tests.support.journals import Step, answered, asked, forked, phase, started
from warehouse.journal.journal import FILE_NAME, Event

PARENT, FORK = "20260102-030405-tips-abcd", "20260103-000000-other-ffff"
OWN = {
    "name": "Other tips",
    "task": {"text": "Another task", "images": [], "source": None},
    "company": {"company": {"name": "trio"}, "chains": {"round": {"steps": ["coding"]}}},
    "chain": "round",
    "model": "ollama:other",
}
STEPS: list[tuple[str, Step]] = [
    ("2026-01-02T03:04:00Z", started()),
    ("2026-01-02T03:04:01Z", phase("1.coding", "Coding")),
    ("2026-01-02T03:04:02Z", asked("1.coding/turn-1", "Write it.")),
    ("2026-01-02T03:04:10Z", answered("1.coding/turn-1", "Here it is.")),
    ("2026-01-03T00:00:00Z", forked("2.manual", FORK, PARENT, **OWN)),
    ("2026-01-03T00:00:01Z", asked("2.manual/turn-1", "Write the manual.")),
    ("2026-01-03T00:00:05Z", answered("2.manual/turn-1", "The manual.")),
    ("2026-01-03T00:00:06Z", asked("2.manual/turn-2", "Anything else?")),
    ("2026-01-03T00:00:07Z", answered("2.manual/turn-2", "No.")),
]


@pytest.fixture(autouse=True)
def fork(tmp_path: Path) -> Path:
    folder = tmp_path / "products" / FORK
    folder.mkdir(parents=True)
    journal = (Event.of(n, at, *step).line() for n, (at, step) in enumerate(STEPS))
    (folder / FILE_NAME).write_bytes(b"".join(journal))
    return folder


def test_show_begins_with_the_fork(softhouse: Softhouse) -> None:
    shown = softhouse("show", FORK).out
    assert f"{FORK}  Other tips" in shown
    assert "trio · round · ollama:other · sandbox none · 2026-01-03T00:00:00Z" in shown
    assert "    Another task" in shown
    assert f"{PARENT}  Tips" not in shown
    assert "A tip calculator" not in shown


def test_show_as_json_begins_with_the_fork(softhouse: Softhouse) -> None:
    first, *rest = json.loads(softhouse("show", FORK, "--json").out)["entries"]
    assert (first["entry"], first["run"], first["company"]) == ("began", FORK, "trio")
    assert (first["task"], first["at"]) == ("Another task", "2026-01-03T00:00:00Z")
    assert [entry["parent"] for entry in rest if entry["entry"] == "forked"] == [PARENT]


@pytest.mark.parametrize("form", ["html", "md"])
def test_an_export_is_headed_by_the_fork_with_its_own_usage_and_the_shared(
    softhouse: Softhouse, form: str
) -> None:
    page = softhouse("export", FORK, "--to", form, "--output", "-").out.replace("\\", "")
    for words in (FORK, "Other tips", "trio, by the round chain", "ollama:other", "Another task",
                  "2026-01-03T00:00:00Z", "2 calls, 240 tokens, 0:07",
                  "1 call, 120 tokens, 0:10", f"{PARENT} at 2.manual"):  # fmt: skip
        assert words in page
    for words in ("pair, by the pair chain", "lmstudio:m<", "A tip calculator"):
        assert words not in page


def test_a_replay_begins_with_the_fork(softhouse: Softhouse) -> None:
    first, second, *_ = softhouse("replay", FORK, "--plain", "--speed", "max").out.splitlines()
    assert f"{FORK}: trio by the round chain, ollama:other" in first
    assert "Another task" in second
