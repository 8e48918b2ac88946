"""Dollars cannot be limited where a price is unknown: said before anything begins."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command_line import Softhouse, model_at, provider
from tests.support.scripted_company import TASK
from tests.support.scripted_provider import ScriptedProvider
from warehouse.journal.journal import FILE_NAME


@pytest.fixture
def serving() -> Iterator[ScriptedProvider]:
    with provider() as server:
        yield server


def run(softhouse: Softhouse, serving: ScriptedProvider, *more: str) -> int:
    model = ("--model", model_at(serving), "--company", "solo", "--sandbox", "none", "--plain")
    return softhouse("run", TASK, *model, *more).code


def test_a_run_is_refused_and_leaves_no_folder(
    softhouse: Softhouse, serving: ScriptedProvider, tmp_path: Path
) -> None:
    refused = softhouse(
        "run", TASK, "--model", model_at(serving), "--sandbox", "none", "--budget", "1"
    )

    assert "--max-tokens" in refused.fails_with(2)
    assert list(tmp_path.iterdir()) == []
    assert serving.calls == []


def test_a_batch_is_refused_and_leaves_no_folder(
    softhouse: Softhouse, serving: ScriptedProvider, tmp_path: Path
) -> None:
    (tmp_path / "tasks.txt").write_text("a clock\n")
    for limit in (("--budget", "1"), ("--run-limit", "usd=1")):
        refused = softhouse(
            "batch", "tasks.txt", "--model", model_at(serving), "--sandbox", "none", *limit
        )
        assert "No price is known" in refused.fails_with(2)
    assert [path.name for path in tmp_path.iterdir()] == ["tasks.txt"]
    assert serving.calls == []


def test_resume_and_fork_are_refused_and_write_nothing(
    softhouse: Softhouse, serving: ScriptedProvider, tmp_path: Path
) -> None:
    assert run(softhouse, serving, "--max-calls", "1") in (0, 1, 3)
    (folder,) = (tmp_path / "products").iterdir()
    before = (folder / FILE_NAME).read_bytes()

    refused = softhouse("fork", "last", "--at", "1", "--budget", "1")
    assert "No price is known" in refused.fails_with(2)
    if b'"stopped"' in before:
        refused = softhouse("resume", "last", "--budget", "1")
        assert "No price is known" in refused.fails_with(2)
    assert (folder / FILE_NAME).read_bytes() == before
    assert list((tmp_path / "products").iterdir()) == [folder]
