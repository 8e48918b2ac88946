"""Metrics of the user's own, from a notebook and from a file that a person names."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import polars as pl
import pytest

from company.cli.main import call as softhouse
from company.errors import ConfigurationError
from company.lab.analysis.study import IDENTITY
from company.lab.experiment import Experiment
from company.lab.metrics import catalogue, own
from company.lab.metrics.measure import measure
from company.lab.report import measurements
from softhouse import Subject, WorkSettings, metric
from tests.support.labs import model_of
from tests.support.scripted_company import script
from tests.support.scripted_provider import ScriptedProvider

MINE = dedent('''
    from softhouse import Subject, metric

    @metric(kind="share", better="higher")
    def in_python(run: Subject) -> float | None:
        """The share of files that are Python."""
        return sum(path.endswith(".py") for path in run.files) / len(run.files) if run.files else None
''')


@pytest.fixture(autouse=True)
def _none_stay(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(catalogue, "known_besides", known := {})
    monkeypatch.setattr(own, "known_besides", known)
    monkeypatch.setattr(measurements, "known_besides", known)
    monkeypatch.setattr(own, "_MEASURES", {})
    return


def study(folder: Path, model: str, metrics: str = "in_python, tokens") -> Path:
    """An experiment of one task under two companies."""
    (folder / "tasks").mkdir()
    (folder / "tasks/tip.yaml").write_text("id: tip\nprompt: A tip calculator\n")
    path = folder / "study.yaml"
    path.write_text(
        f"name: study\ntasks: [tasks/]\nmetrics: [{metrics}]\nset: {{model: '{model}'}}\n"
        "factors: {company: [solo, pair]}\n"
    )
    return path


def test_a_function_of_a_run_is_a_metric_like_ours() -> None:
    @metric(kind="yes_no", unit="", better="higher")
    def has_readme(run: Subject) -> int:
        """Whether there is a README.

        More words.
        """
        return int("README.md" in run.files)

    assert measure([], {"README.md": b"x"})["has_readme"] == 1.0
    assert measure([], {})["has_readme"] == 0.0
    described = catalogue.described("has_readme")
    assert (described.title, described.is_yes_no, described.better) == (
        "Has readme",
        True,
        "higher",
    )
    assert described.definition == "Whether there is a README."
    assert "has_readme" in catalogue.metric_names()


def test_no_share_is_compared_by_ratio() -> None:
    with pytest.raises(ConfigurationError, match="shares are compared by difference"):

        @metric(kind="share", compared="ratio")
        def spent_share(run: Subject) -> float:
            return 0.5


def test_one_that_measures_nothing_is_empty() -> None:
    @metric()
    def nothing(run: Subject) -> None:
        return None

    assert measure([], {})["nothing"] is None


@pytest.mark.parametrize(
    ("kind", "value", "told"),
    [
        ("amount", float("inf"), "inf; None says that there is nothing to be measured"),
        ("amount", float("nan"), "nan; None"),
        ("share", 1.5, "1.5, and a share is from 0 to 1"),
        ("share", -0.1, "-0.1, and a share"),
        ("yes_no", 0.5, "0.5, and yes or no is 1 or 0"),
        ("count", -1, "-1, and a count is a whole number from 0 on"),
        ("count", 1.5, "1.5, and a count"),
    ],
)
def test_what_no_such_metric_can_be_is_told_with_its_file_and_line(
    kind: catalogue.Kind, value: float, told: str
) -> None:
    @metric(kind=kind)
    def endless(run: Subject) -> float:
        return value

    line = endless.__code__.co_firstlineno
    with pytest.raises(
        ConfigurationError, match=rf"test_own\.py:{line}: the metric endless came to {told}"
    ):
        measure([], {})


def test_a_metric_may_be_as_many_as_it_likes_and_an_amount_below_0() -> None:
    @metric(kind="count")
    def many(run: Subject) -> float:
        return 7.0

    @metric()
    def below(run: Subject) -> float:
        return -2.5

    found = measure([], {})
    assert (found["many"], found["below"]) == (7, -2.5)


def test_one_that_fails_is_told_with_its_file_and_line() -> None:
    @metric()
    def broken(run: Subject) -> float:
        return 1 / len(run.files)

    line = broken.__code__.co_firstlineno + 2
    with pytest.raises(
        ConfigurationError,
        match=rf"test_own\.py:{line}: the metric broken failed: ZeroDivisionError: division by zero",
    ):
        measure([], {})


def test_one_that_is_no_number_is_told() -> None:
    @metric()
    def worded(run: Subject) -> float:
        return "many"  # type: ignore[return-value]

    with pytest.raises(
        ConfigurationError, match="the metric worded came to 'many', which is no number"
    ):
        measure([], {})


def test_a_kind_that_there_is_not_and_a_forgotten_parenthesis_are_told() -> None:
    with pytest.raises(
        ConfigurationError, match=r"kind 'number': .*'yes_no', 'share', 'count' or 'amount'"
    ):

        @metric(kind="number")  # type: ignore[arg-type]
        def numbered(run: Subject) -> float:
            return 1.0

    with pytest.raises(ConfigurationError, match=r"@metric\(\) above bare"):

        @metric  # type: ignore[call-arg, arg-type]
        def bare(run: Subject) -> float:
            return 1.0


@pytest.mark.parametrize("name", ["tokens", "_hidden", "Größe", *IDENTITY])
def test_a_name_that_is_taken_or_unusable_is_refused(name: str) -> None:
    def function(run: Subject) -> float:
        return 1.0

    function.__name__ = name
    with pytest.raises(ConfigurationError, match="cannot be called"):
        metric()(function)


def test_an_experiment_is_compared_and_registered_by_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    mine = tmp_path / "mine.py"
    mine.write_text(MINE)
    with ScriptedProvider.from_script(script()).in_thread() as provider:
        path = study(tmp_path, model_of(provider))
        # Nobody's until the person names the file.
        assert softhouse(["experiment", "register", str(path)]) == 2
        told = capsys.readouterr().err
        assert "--metrics FILE.py, in Python by importing its module before" in told
        asked = ["--metrics", str(mine)]
        assert softhouse(["experiment", "register", str(path), *asked]) == 0
        running = ["experiment", "run", str(path), *asked, "--sandbox", "none", "--plain"]
        assert softhouse(running) == 0, capsys.readouterr().err
        frame = pl.read_csv(tmp_path / "experiments/study/results.csv")
        assert dict(zip(frame["condition"], frame["in_python"], strict=True))["solo"] == 1.0
        report = (tmp_path / "experiments/study/report.html").read_text()
        assert "In python" in report
        written = Experiment.load(path).report()
        assert [each.name for each in written] == ["results.csv", "results.parquet", "report.html"]
        # A report without the file has no such metric, and with another one it is not what was registered.
        own._MEASURES.clear()
        catalogue.known_besides.clear()
        assert softhouse(["experiment", "report", "experiments/study"]) == 2
        assert "--metrics FILE.py" in capsys.readouterr().err
        other = tmp_path / "other.py"
        other.write_text(MINE.replace(".py", ".md"))
        again = ["experiment", "report", "experiments/study", "--metrics", str(other)]
        assert softhouse(again) == 0
        report = (tmp_path / "experiments/study/report.html").read_text()
        assert "Measured by another file than when the runs were made" in report
        # Measured otherwise, it is no longer what was registered.
        mine.write_text(MINE.replace(".py", ".md"))
        capsys.readouterr()
        assert softhouse(running) == 2
        assert "metric in_python is measured otherwise" in capsys.readouterr().err


def test_a_report_ends_with_the_line_of_one_that_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its runs are sound: none may be called broken for it."""
    monkeypatch.chdir(tmp_path)
    mine = tmp_path / "mine.py"
    mine.write_text(MINE)
    with ScriptedProvider.from_script(script()).in_thread() as provider:
        path = study(tmp_path, model_of(provider))
        asked = ["--metrics", str(mine)]
        running = ["experiment", "run", str(path), *asked, "--sandbox", "none", "--plain"]
        assert softhouse(running) == 0, capsys.readouterr().err
    mine.write_text(MINE.replace("sum(", "1 / 0 * sum("))
    assert softhouse(["experiment", "report", str(path), *asked]) == 2
    told = capsys.readouterr().err
    assert "mine.py:7: the metric in_python failed: ZeroDivisionError: division by zero" in told
    with pytest.raises(ConfigurationError, match=r"mine\.py:7: the metric in_python failed"):
        Experiment.load(path).frame()


def test_a_notebook_s_own_settings_measure_what_the_study_asks_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked: list[WorkSettings] = []

    async def work(folder: object, plan: object, settings: WorkSettings, **more: object) -> None:
        worked.append(settings)

    monkeypatch.setattr("company.lab.execution.execute.work_through", work)
    path = study(tmp_path, "local", metrics="tokens")
    path.write_text(f"{path.read_text()}mutants: 4\nembeddings: local\n")
    asyncio.run(Experiment.load(path).run(WorkSettings(at_once=2)))
    assert worked == [WorkSettings(at_once=2, mutants=4, embeddings="local")]


def test_an_installed_package_offers_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "their_metrics.py").write_text(MINE)
    about = tmp_path / "theirs-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: theirs\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[softhouse.metrics]\ntheirs = their_metrics\n")
    monkeypatch.syspath_prepend(tmp_path)
    own.load_installed.cache_clear()
    assert Experiment.load(study(tmp_path, "local")).card.metrics == ["in_python", "tokens"]
    own.load_installed.cache_clear()


def test_a_file_may_hold_whatever_python_has(tmp_path: Path) -> None:
    text = "from __future__ import annotations\nfrom dataclasses import dataclass\n@dataclass\nclass Kept:\n    x: int = 0\n"
    (tmp_path / "mine.py").write_text(text + MINE)
    own.load_file(tmp_path / "mine.py")
    assert "in_python" in catalogue.known_besides


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x = 1\n", "has no metric"),
        ("import math\n1 / 0\n", "mine.py:2: ZeroDivisionError: division by zero"),
        ("def (\n", "SyntaxError"),
    ],
)
def test_a_file_that_cannot_be_used_says_where(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "mine.py").write_text(text)
    with pytest.raises(ConfigurationError, match=told):
        own.load_file(tmp_path / "mine.py")


def test_a_study_from_anywhere_brings_no_code(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("raise SystemExit('it was run')\n")
    path = study(tmp_path, "local", metrics="mine.py")
    with pytest.raises(ConfigurationError, match=r"unknown metric 'mine.py'"):
        Experiment.load(path)
