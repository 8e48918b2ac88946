"""A condition that may use as much as another: as near as whole drafts come, on each task by itself."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from company.errors import ConfigurationError
from company.lab.experiment import Experiment
from tests.support.command_line import in_process
from tests.support.scripted_company import file_block
from tests.support.scripted_provider import Call, Reply, Rule, ScriptedProvider
from tests.support.study_files import write_study

TASKS = [{"id": f"t{number}", "prompt": f"Print {number}"} for number in range(3)]
PAIR = {"name": "pair", "set": {"company": "pair"}}
DRAFTS = {
    "name": "drafts",
    "set": {
        "company": "drafts",
        "drafts.drafts.max": 20,
        "drafts.drafts.until": "execution.verified",
        "drafts.drafts.tokens": {"tokens_of": "pair"},
    },
}
Write = Callable[..., Path]


def answer(call: Call) -> str:
    """A longer talk about the second task."""
    more = "# at length\n" * (200 if "Print 1" in call.user else 1)
    return file_block(
        "test_main.py" if "tests in one" in call.user else "main.py", f"{more}print(1)"
    )


@pytest.fixture
def serving() -> Iterator[ScriptedProvider]:
    with ScriptedProvider([answer]).in_thread() as serving:
        yield serving


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, serving: ScriptedProvider) -> Write:
    monkeypatch.chdir(tmp_path)

    def written(*conditions: Any, **keys: Any) -> Path:
        listed = {
            "design": "listed",
            "factors": {},
            "conditions": [*conditions],
            "metrics": ["tokens"],
        }
        return write_study(tmp_path, serving, TASKS, **listed, **keys)

    return written


def run(path: Path) -> int:
    return in_process("experiment", "run", str(path), "--sandbox", "none", "--plain", "-j", "2")


def test_it_drafts_until_it_has_used_about_as_much_on_each_task(
    write: Write, serving: ScriptedProvider
) -> None:
    path = write(PAIR, DRAFTS)
    assert run(path) == 0
    runs = Experiment.load(path).frame().select("task", "condition", "tokens", "calls")
    for _, of_task in runs.group_by("task"):
        team, alone = (
            of_task.row(by_predicate=pl.col("condition") == name, named=True)
            for name in ("pair", "drafts")
        )
        assert alone["calls"] > 1
        assert abs(alone["tokens"] - team["tokens"]) <= alone["tokens"] / alone["calls"] / 2
    assert runs["tokens"].n_unique() > 2
    calls = len(serving.calls)
    assert run(path) == 0
    assert len(serving.calls) == calls


@pytest.mark.parametrize(
    ("conditions", "keys", "complaint"),
    [
        ([DRAFTS, PAIR], {}, "no condition that is listed before it"),
        ([PAIR, DRAFTS], {"paired": False}, "wants 'paired: true'"),
        ([{**PAIR, "name": "pairs"}, DRAFTS], {}, "did you mean 'pairs'"),
    ],
)
def test_whose_tokens_are_not_known_by_then_is_refused(
    write: Write, conditions: list[Any], keys: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(ConfigurationError, match=complaint):
        _ = Experiment.load(write(*conditions, **keys)).conditions


def test_it_is_not_begun_before_the_other_has_ended(
    write: Write, serving: ScriptedProvider, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(PAIR, DRAFTS)
    serving.rules = [Rule([Reply(fault="leaky")], user="Print 0")]
    assert run(path) == 1
    told = "".join(capsys.readouterr())
    assert "It is to use as much as pair--t0--1, which has not come to its end" in told
    serving.rules = []
    assert run(path) == 0
    assert len(Experiment.load(path).frame()) == 6
