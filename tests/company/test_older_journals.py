"""Runs recorded by earlier versions still tell, check, explain, resume and fork as they did then."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command_line import Outcome, Softhouse, in_process
from tests.support.older_runs import (
    DEMOS,
    MODELS,
    RUNS,
    OlderRun,
    company,
    older_runs,
    outcome_of,
    still_tells,
    told_of,
)
from tests.support.scripted_provider import ScriptedProvider

READ = [
    pytest.param(name, command, id=f"{name}: {command.replace(OlderRun(name).run, name)}")
    for name in (*older_runs(), *DEMOS)
    for command in OlderRun(name).told["commands"]
]


@pytest.fixture
def softhouse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Softhouse:
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> Outcome:
        capsys.readouterr()
        code = in_process(*arguments)
        printed = capsys.readouterr()
        return Outcome(code, printed.out, printed.err)

    return call


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All the runs in one folder, to be read only."""
    products = tmp_path_factory.mktemp("older") / "products"
    for name in older_runs():
        OlderRun(name).put_back(products)
    return products


@pytest.fixture
def products(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "products"
    monkeypatch.setenv("SOFTHOUSE_PRODUCTS", str(folder))
    return folder


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedProvider]:
    with company().in_thread() as serving:
        monkeypatch.setenv("OPENAI_API_KEY", "none")
        for variable in MODELS:
            monkeypatch.setenv(variable, serving.url)
        yield serving


@pytest.mark.parametrize(("name", "command"), READ)
def test_what_was_recorded_is_told_as_it_was_then(
    softhouse: Softhouse,
    archive: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    command: str,
) -> None:
    monkeypatch.setenv("SOFTHOUSE_PRODUCTS", str(archive))
    told = OlderRun(name).told["commands"][command]
    now = told_of(softhouse, command, name, archive)
    if "--json" in command or command.startswith("export"):
        assert still_tells(now, told), (now, told)
    else:
        assert now == told


@pytest.mark.parametrize("name", older_runs())
def test_a_recorded_run_goes_on_as_it_did_then(
    softhouse: Softhouse, products: Path, provider: ScriptedProvider, name: str
) -> None:
    older = OlderRun(name)
    older.put_back(products)
    for act, told in older.told["goes_on"].items():
        assert outcome_of(softhouse, provider, products, *act.split()) == told


def test_both_demos_and_at_least_twenty_runs_are_held() -> None:
    assert len(older_runs()) >= 20
    assert {path.name for path in RUNS.iterdir()} == {*older_runs(), *DEMOS}


def test_a_journal_that_lost_an_answer_is_not_told_alike(
    softhouse: Softhouse, products: Path
) -> None:
    """The comparison itself can fail."""
    older = OlderRun("pair")
    folder = older.put_back(products)
    lines = (folder / "journal.jsonl").read_bytes().splitlines(keepends=True)
    (folder / "journal.jsonl").write_bytes(b"".join(lines[:-8]))
    command = f"show {older.run}"
    told = older.told["commands"][command]
    assert not still_tells(told_of(softhouse, command, "pair", products), told)
