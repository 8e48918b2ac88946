"""A pilot: its scatter is told apart into tasks and repetitions, and its tokens are those of the study."""

from pathlib import Path

import numpy as np
import pytest

from company.errors import ConfigurationError
from company.lab.analysis.interval import Unknown
from company.lab.analysis.pilot import Pilot
from company.lab.analysis.power import Scatter
from company.lab.report.tables import write_tables
from tests.support.studies import Row, results, row


def pilot_of(tasks: int, repetitions: int, *, between: float, within: float) -> list[Row]:
    """`pair` beside `solo`, with what is true of their difference; and `idle`, which never differs."""
    chance = np.random.default_rng(4)
    rows: list[Row] = []
    for task in range(tasks):
        true = chance.normal(500.0, between)
        for repetition in range(1, repetitions + 1):
            alone = chance.normal(4_000.0, 1_000.0)
            lines = {
                "solo": alone,
                "idle": alone,
                "pair": alone + true + chance.normal(0.0, within),
            }
            rows += [
                row(name, f"t{task}", repetition, code_lines=of, paid_tokens=of / 2)
                for name, of in lines.items()
            ]
    return rows  # fmt: skip


def test_the_scatter_of_tasks_and_that_of_repetitions_are_told_apart(tmp_path: Path) -> None:
    frame = results(pilot_of(150, 3, between=300.0, within=800.0))
    for table in write_tables(frame, tmp_path):
        scatter = Pilot.read(table).scatter("code_lines", "solo")
        assert isinstance(scatter, Scatter)
        assert scatter.tasks == pytest.approx(300.0, rel=0.2)
        assert scatter.repetitions == pytest.approx(800.0, rel=0.1)
        assert scatter.moving == 1.0


def test_what_is_compared_by_ratio_scatters_in_logarithms() -> None:
    chance = np.random.default_rng(4)
    rows = [
        row(name, f"t{task}", repetition, tokens=float(np.exp(8 + chance.normal(0, 0.3))))
        for task in range(150)
        for repetition in (1, 2, 3)
        for name in ("solo", "pair")
    ]
    scatter = Pilot(results(rows)).scatter("tokens", "solo")
    assert isinstance(scatter, Scatter)
    assert scatter.repetitions == pytest.approx(0.3 * 2**0.5, rel=0.1)
    free = Pilot(results([*rows, row("solo", "free", tokens=0.0)])).scatter("tokens", "solo")
    assert isinstance(free, Unknown)
    assert "no ratio to 0" in free.why


def test_tasks_that_never_differ_are_counted() -> None:
    values = {"hard": (0.0, 0.0), "easy": (1.0, 1.0), "fair": (0.0, 1.0), "odd": (1.0, 0.0)}
    rows = [
        row(condition, task, completed=value)
        for task, both in values.items()
        for condition, value in zip(("solo", "pair"), both, strict=True)
    ]
    scatter = Pilot(results(rows)).scatter("completed", "solo")
    assert isinstance(scatter, Scatter)
    assert (scatter.moving, scatter.yes_no) == (0.5, True)


def test_of_one_repetition_all_scatter_is_that_of_tasks() -> None:
    pilot = Pilot(results(pilot_of(150, 1, between=300.0, within=800.0)))
    scatter = pilot.scatter("code_lines", "solo")
    assert isinstance(scatter, Scatter)
    assert scatter.tasks == pytest.approx((300**2 + 800**2) ** 0.5, rel=0.2)
    assert scatter.repetitions == 0.0


def test_what_a_pilot_cannot_tell_it_says_why() -> None:
    pilot = Pilot(results(pilot_of(6, 2, between=0.0, within=0.0)))
    alike = Pilot(pilot.runs.filter(pilot.runs["condition"] != "pair"))
    for found, why in (
        (alike.scatter("code_lines", "solo"), "no task differed"),
        (
            pilot.scatter("code_lines", "trio"),
            "has no condition 'trio', which is the baseline; it has 'idle', 'pair', 'solo'",
        ),
        (pilot.scatter("completed", "solo"), "'completed' was not measured"),
    ):
        assert isinstance(found, Unknown)
        assert why in found.why


def test_tokens_are_those_that_were_paid() -> None:
    pilot = Pilot(results([row("solo", "t", tokens=900, paid_tokens=30)]))
    assert pilot.tokens(["solo", "pair"]) == {"solo": 30.0}


def test_a_file_that_is_no_table_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "results.parquet"
    table.write_bytes(b"no")
    with pytest.raises(ConfigurationError, match="is no table of results"):
        Pilot.read(table)
    (tmp_path / "other.csv").write_text("colour,tokens\nred,many\n")
    assert isinstance(Pilot.read(tmp_path / "other.csv").scatter("code_lines", "solo"), Unknown)
