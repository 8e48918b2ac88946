"""What nobody knows the price of costs nobody knows how much: never nothing."""

import json
from pathlib import Path

import pytest

from company.cli.batch.lines import JsonLines, record_of
from company.cli.run.handover import spent
from company.lab.execution.job_status import JobStatus
from company.lab.execution.progress import Tally
from company.lab.metrics.measure import measure
from tests.support.command_line import Softhouse
from tests.support.journals import answered, asked, events, started, write_run
from tests.support.panes import state_of
from tui.run_state.limits import limits_of
from warehouse.history.summary import SummaryFold

STEPS = [started(), asked("1.a/turn-1", "?"), answered("1.a/turn-1", "!", cost=None)]
EVENTS = events(STEPS)
SUMMARY = SummaryFold(EVENTS).summary


@pytest.fixture(autouse=True)
def run(tmp_path: Path) -> Path:
    return write_run(tmp_path / "products", STEPS)


def test_lists_and_exports_for_programs_say_null(softhouse: Softhouse) -> None:
    (row,) = json.loads(softhouse("runs", "--json").out)
    assert row["cost"] is None
    assert json.loads(softhouse("show", "last", "--json").out)["summary"]["cost"] is None


@pytest.mark.parametrize("form", ["html", "md"])
def test_exports_for_people_say_that_no_price_is_known(softhouse: Softhouse, form: str) -> None:
    page = softhouse("export", "last", "--to", form, "--output", "-").out.replace("\\", "")
    assert "no price known" in page
    assert "$0" not in page


def test_the_handover_says_that_no_price_is_known() -> None:
    assert spent(SUMMARY, ["url:http://x#m"]).endswith("; no price known")


def test_what_is_priced_in_part_is_no_sum(softhouse: Softhouse) -> None:
    priced = answered("1.a/turn-2", "!", cost=0.5)
    summary = SummaryFold(events([*STEPS, asked("1.a/turn-2", "?"), priced])).summary
    assert summary.usage.cost is None
    assert spent(summary, []).endswith("; $0.5000 and 1 call without a known price")


def test_the_budget_tab_and_the_dialog_of_limits_show_a_dash() -> None:
    state = state_of(EVENTS)
    assert limits_of(state.now)[0].used_in_words == "–"


def test_a_batch_for_programs_says_null(capsys: pytest.CaptureFixture[str]) -> None:
    tally = Tally(1)
    tally.know({"a": JobStatus("begun", SUMMARY)})
    assert record_of(tally)["cost"] is None
    JsonLines(tally).changed("a", "unverified")
    assert json.loads(capsys.readouterr().out)["cost"] is None


def test_tables_have_no_value() -> None:
    measured = measure(EVENTS, {})
    assert (measured["cost"], measured["paid_cost"]) == (None, None)
