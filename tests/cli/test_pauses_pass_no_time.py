"""Ten seconds of work, two minutes of pause, ten of work: twenty seconds, whoever tells of the run."""

import json
from pathlib import Path

import pytest

from company.lab.execution.job_status import job_status_in
from company.lab.metrics.measure import measure
from tests.support.command_line import Softhouse
from tests.support.journals import Step, answered, asked, ended, phase, started
from tui.run_state.chain_tree import ChainTree
from tui.run_state.course import Course
from tui.run_state.timeline import Timeline
from warehouse.history.clock import RunClock, seconds_together
from warehouse.history.estimate import estimate
from warehouse.history.now import Now
from warehouse.history.summary import SummaryFold
from warehouse.history.transcript import TranscriptFold
from warehouse.journal.journal import FILE_NAME, Event

RUN = "20260102-030405-tips-abcd"
STEPS: list[tuple[str, Step]] = [
    ("03:04:00", started()),
    ("03:04:00", phase("1.coding", "Coding")),
    ("03:04:00", asked("1.coding/turn-1", "Write it.")),
    ("03:04:10", answered("1.coding/turn-1", "Here it is.")),
    ("03:04:10", ("run.paused", "", {})),
    ("03:06:10", ("run.continued", "", {})),
    ("03:06:10", asked("1.coding/turn-2", "Once more.")),
    ("03:06:20", answered("1.coding/turn-2", "Here it is again.")),
    ("03:06:20", ended("1.coding")),
    ("03:06:20", ("run.ended", "", {"status": "verified", "exit_code": 0, "reason": ""})),
    ("03:30:00", ("examination", "examination", {"commit": None, "sandbox": "none"})),
]
EVENTS = [Event.of(n, f"2026-01-02T{at}Z", *step) for n, (at, step) in enumerate(STEPS)]


@pytest.fixture
def run(tmp_path: Path) -> Path:
    folder = tmp_path / "products" / RUN
    folder.mkdir(parents=True)
    (folder / FILE_NAME).write_bytes(b"".join(event.line() for event in EVENTS))
    return folder


def test_of_the_summary_and_of_an_estimate_by_it() -> None:
    summary = SummaryFold(EVENTS).summary
    assert summary.seconds == 20.0
    spread = estimate([summary], summary).seconds
    assert spread is not None
    assert spread.median == 20.0


def test_of_the_present_the_cost_over_time_and_the_chain() -> None:
    now, course, chain = Now(lambda: 0.0), Course(), ChainTree()
    transcript = TranscriptFold()
    for event in EVENTS:
        entry = transcript.add(event)
        for fold in (now, course, chain):
            fold.add(event, entry)
    coding = chain.find("1.coding")
    assert coding is not None
    assert (now.seconds, course.points[-1].seconds, chain.seconds(coding)) == (20.0, 20.0, 20.0)


def test_of_the_line_in_time() -> None:
    timeline = Timeline()
    timeline.extend(EVENTS)
    assert timeline.seconds(len(EVENTS)) == 20.0


def test_of_the_metrics_and_of_the_runs_of_a_batch_together() -> None:
    assert measure(EVENTS, {})["seconds"] == 20.0
    spans = job_status_in(EVENTS, Path(FILE_NAME)).spans
    assert seconds_together(spans) == 20.0


def test_of_the_lists_and_the_exports(softhouse: Softhouse, run: Path) -> None:
    (row,) = json.loads(softhouse("runs", "--json").out)
    assert row["seconds"] == 20.0
    assert softhouse("runs").out.split("\t")[4] == "0:20"
    for form in ("html", "md"):
        page = softhouse("export", RUN, "--to", form, "--output", "-").out
        assert "2 calls, 240 tokens, 0:20" in page


def test_however_often_a_run_is_paused_and_taken_up_meanwhile() -> None:
    kinds = ["run.started", "run.paused", "run.paused", "run.resumed", "run.continued", "run.ended"]
    times = ["00", "01", "20", "30", "35", "40"]
    events = [
        Event.of(n, f"2026-01-02T03:04:{at}Z", kind, "", {})
        for n, (kind, at) in enumerate(zip(kinds, times, strict=True))
    ]
    clock = RunClock(events)
    assert (clock.seconds, clock.runs) == (11.0, False)
