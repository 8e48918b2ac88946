"""`replay`: a run watched again from its journal alone, at any speed."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest
from msgspec.structs import replace

from company.cli.replay.screening import play
from tests.support.command_line import ROOT, Softhouse, as_process, model_at, provider
from tests.support.journals import AT, Step, events, small_run, started, write_run
from tests.support.scripted_company import TASK
from tests.support.waiting import PATIENCE
from warehouse.events import RunResumed
from warehouse.events.conversion import as_json
from warehouse.history.clock import Pace
from warehouse.history.now import Now
from warehouse.history.transcript import TranscriptFold
from warehouse.journal.journal import Event, Journal, read_events
from warehouse.runs.folders import DEMOS, demos
from warehouse.runs.products import product_folder

RUN = "20260102-030405-tips-abcd"
CHARACTERS_THAT_DRIVE = "\x1b\x07\u202e\x9b"


@pytest.fixture
def products(tmp_path: Path) -> Path:
    folder = tmp_path / "products"
    write_run(folder, small_run(), RUN)
    return folder


class Watching:
    """An audience in whose time nothing takes longer than it is told to."""

    def __init__(self, patience: int = 1_000_000) -> None:
        self.waited: list[float] = []
        self.now = 100.0
        self._patience = patience

    def seconds(self) -> float:
        return self.now

    def wait(self, seconds: float) -> bool:
        self.waited.append(round(seconds, 3))
        self.now += max(seconds, 0.0)
        return len(self.waited) <= self._patience


class Seen:
    """A view that remembers what it was shown; showing takes `costs` seconds of the audience."""

    def __init__(self, audience: Watching, costs: float = 0.0) -> None:
        self.shown: list[Event] = []
        self.at: list[float] = []
        self._audience, self._costs = audience, costs

    def on_event(self, event: Event) -> None:
        self.shown.append(event)
        self.at.append(self._audience.now)
        self._audience.now += self._costs


def at(*times: str) -> list[Event]:
    """A note at each time."""
    return [Event.of(n, time, "note", "1.coding", {}) for n, time in enumerate(times)]


def second(number: float) -> str:
    minutes, seconds = divmod(number, 60)
    return f"2026-01-02T03:{int(minutes):02}:{seconds:06.3f}Z"


def paused(recorded: list[Event], pace: Pace, costs: float = 0.0) -> list[float]:
    """The real seconds between the events as they are shown."""
    audience = Watching()
    seen = Seen(audience, costs)
    assert play(recorded, seen, pace, audience)  # type: ignore[arg-type]
    assert seen.shown == recorded
    return [round(after - before, 3) for before, after in pairwise(seen.at)]


@pytest.mark.parametrize(
    ("speed", "pauses"),
    [(1.0, [2.0, 0.5, 3.0]), (4.0, [0.5, 0.125, 3.0]), (0.5, [3.0, 1.0, 3.0])],
)
def test_pauses_are_the_recorded_ones_by_the_speed_and_never_longer_than_wanted(
    speed: float, pauses: list[float]
) -> None:
    recorded = at(second(0), second(2), second(2.5), second(100))
    assert paused(recorded, Pace(speed, longest_pause=3.0)) == pauses


def test_at_the_highest_speed_there_are_no_pauses() -> None:
    assert paused(at(second(0), second(2), second(100)), Pace(float("inf"))) == [0.0, 0.0]


def test_the_time_it_takes_to_show_an_event_is_part_of_the_pause() -> None:
    recorded = at(second(0), second(1), second(1.1))
    assert paused(recorded, Pace(), costs=0.4) == [1.0, 0.4]


def test_times_that_cannot_be_read_or_run_backwards_make_no_pause() -> None:
    recorded = at(second(9), "yesterday", second(3), "2026-01-02T03:00:09", second(1))
    assert paused(recorded, Pace()) == [0.0, 0.0, 0.0, 0.0]


def test_nothing_is_shown_to_nobody() -> None:
    audience = Watching(patience=2)
    seen = Seen(audience)
    recorded = at(second(0), second(1), second(2), second(3))
    assert not play(recorded, seen, Pace(), audience)  # type: ignore[arg-type]
    assert seen.shown == recorded[:2]


def test_the_clock_shows_recorded_time_live_and_in_a_replay() -> None:
    clock = Watching()
    pace = Pace(speed=10.0)
    live, again = Now(clock.seconds), Now(lambda: pace.recorded(clock.seconds()))
    fold = TranscriptFold()
    first, later = events([started(), ("note", "1.coding", {})])
    for event in (first, replace(later, at="2026-01-02T03:04:47.678Z")):
        entry = fold.add(event)
        live.add(event, entry)
        again.add(event, entry)
    assert (live.seconds, again.seconds) == (42.0, 42.0)
    clock.now += 0.5
    assert (live.seconds, again.seconds) == (42.5, 47.0)


def test_a_replay_shows_what_the_run_showed_and_how_to_look_closer(
    softhouse: Softhouse,
) -> None:
    with provider() as server:
        run = ["run", TASK, "--company", "solo", "--model", model_at(server), "--sandbox", "none"]
        live = softhouse(*run, "--plain").out
        calls = len(server.calls)
        again = softhouse("replay", "last", "--plain", "--speed", "max")
        assert len(server.calls) == calls
    assert again.code == 0
    told, _, closing = again.out.partition("\n\n")
    assert told == live.partition("\n\n")[0]
    assert "Ended     unverified, exit code 0: not verified" in closing
    for command in ("show", "why", "fork"):
        assert f"softhouse {command} 20" in closing


def test_a_replay_writes_nothing_and_needs_nothing_but_the_journal(
    softhouse: Softhouse, products: Path
) -> None:
    def everything() -> list[tuple[Path, int, bytes]]:
        files = [path for path in sorted(products.rglob("*")) if path.is_file()]
        return [(path, path.stat().st_mtime_ns, path.read_bytes()) for path in files]

    before = everything()
    assert [path.name for path, *_ in before] == ["journal.jsonl"]
    assert softhouse("replay", "last", "--speed", "max").code == 0
    assert everything() == before


def test_a_replay_loads_neither_the_engine_nor_git_nor_a_model_client(tmp_path: Path) -> None:
    heavy = "{'openai', 'git', 'docker', 'pydantic', 'jinja2', 'yaml', 'company.engine.run'}"
    code = (
        "import sys; from softhouse.program import call; call(['replay', 'demo', '--speed', 'max']);"
        f"print([m for m in sys.modules if m in {heavy}])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_as_json_a_replay_is_the_journal_byte_for_byte(tmp_path: Path, products: Path) -> None:
    done = as_process("replay", "last", "--json", "--speed", "max", cwd=tmp_path)
    assert done.out == (products / RUN / "journal.jsonl").read_text("utf-8")
    assert done.err == ""


@pytest.mark.parametrize("step", ["2.testing", "2", "testing", "2.testing/round-1", "run_tests"])
def test_a_replay_may_begin_at_a_step_named_as_for_a_fork(
    softhouse: Softhouse, tmp_path: Path, step: str
) -> None:
    loop = ("step.started", "2.testing", {"name": "testing", "kind": "loop"})
    in_round = ("step.started", "2.testing/round-1", {"kind": "round", "round": 1, "max": 3})
    steps = small_run()
    steps[9:9] = [loop, in_round]
    write_run(tmp_path / "products", steps, RUN)
    told = softhouse("replay", "last", "--speed", "max", "--from", step).out.splitlines()
    told = [line for line in told if not line.startswith("round")]
    assert told[0] == "phase    2.testing/round-1/run_tests Run and test"
    assert told[1] == "check    2.testing/round-1/run_tests syntax passed (0.2 s)"


def test_what_was_before_the_first_step_shown_is_known_to_the_view(
    softhouse: Softhouse, products: Path
) -> None:
    told = softhouse("replay", "last", "--speed", "max", "--from", "3.manual").out.splitlines()
    assert told[0] == "phase    3.manual Manual"
    assert "Ended     unverified, exit code 1: tests failed" in told


def test_a_step_that_is_not_there_is_told_which_ones_are(
    softhouse: Softhouse, products: Path
) -> None:
    assert "'2.manual'" in softhouse("replay", "last", "--from", "2.manual").fails_with(2)
    assert "3.manual" in softhouse("replay", "last", "--from", "2.manual").fails_with(2)


@pytest.mark.parametrize(
    "wrong",
    [
        ("--speed", "0"),
        ("--speed", "-1"),
        ("--speed", "fast"),
        ("--speed", "nan"),
        ("--speed", "inf"),
        ("--longest-pause", "-1"),
        ("--longest-pause", "nan"),
        ("--plain", "--json"),
    ],
)
def test_what_is_no_way_to_watch_is_a_usage_error(
    softhouse: Softhouse, products: Path, wrong: tuple[str, ...]
) -> None:
    assert wrong[0] in softhouse("replay", "last", *wrong).fails_with(2)


def test_a_run_that_was_cut_off_is_shown_as_far_as_it_went(
    softhouse: Softhouse, products: Path
) -> None:
    journal = products / RUN / "journal.jsonl"
    whole = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(whole[:6]) + whole[6][:40])
    shown = softhouse("replay", "last", "--speed", "max")
    assert shown.code == 0
    assert "says     1.coding/turn-1 programmer" in shown.out
    assert f"cut off here; softhouse resume {RUN} goes on" in shown.out


def test_a_run_that_goes_on_is_shown_as_far_as_it_is(softhouse: Softhouse, products: Path) -> None:
    journal, _ = Journal.open(products / RUN / "journal.jsonl")
    journal.append(RunResumed())
    shown = softhouse("replay", "last", "--speed", "max").out
    journal.close()
    assert "not yet: the run goes on" in shown


def nothing_in_them(steps: list[Step]) -> list[Step]:
    """The same steps with everything missing from them that can be missing."""
    return [("run.started", "", {"schema": "1.0"}), *((k, w, {}) for k, w, _ in steps[1:])]


def wrong_in_them(steps: list[Step], value: object) -> list[Step]:
    """The same steps with another value in every field."""
    first = ("run.started", "", {**dict.fromkeys(steps[0][2], value), "schema": "1.0"})
    return [first, *((k, w, dict.fromkeys(d, value)) for k, w, d in steps[1:])]


VALUES: tuple[object, ...] = (None, [], 1, -1e999, {"a": []}, [{}], "\x1b]52;\x07")
HOSTILE: list[list[Step]] = [
    nothing_in_them(small_run()),
    *(wrong_in_them(small_run(), value) for value in VALUES),
]


@pytest.mark.parametrize("steps", HOSTILE)
def test_a_journal_that_lacks_everything_is_shown_as_far_as_it_means_anything(
    softhouse: Softhouse, tmp_path: Path, steps: list[Step]
) -> None:
    write_run(tmp_path / "products", steps, RUN)
    assert softhouse("show", "last").code == 0
    shown = softhouse("replay", "last", "--speed", "max")
    assert shown.code == 0
    assert not set(shown.out) & set(CHARACTERS_THAT_DRIVE)


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stopped_replay_ends_without_a_word(
    tmp_path: Path, products: Path, stop: signal.Signals
) -> None:
    with an_hour_s_pause(tmp_path, products) as process:
        process.send_signal(stop)
        out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert out == err == b""


def test_a_replay_ends_when_nobody_reads_it_any_more(tmp_path: Path, products: Path) -> None:
    with an_hour_s_pause(tmp_path, products) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait(timeout=PATIENCE) == 0
        assert process.stderr is not None
        assert process.stderr.read() == b""


@contextmanager
def an_hour_s_pause(tmp_path: Path, products: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A replay that has shown its first event and waits an hour for the second."""
    journal = products / RUN / "journal.jsonl"
    first, *rest = journal.read_bytes().splitlines(keepends=True)
    an_hour_later = AT.replace("T03", "T04").encode()
    journal.write_bytes(first + b"".join(line.replace(AT.encode(), an_hour_later) for line in rest))
    with subprocess.Popen(
        [sys.executable, "-m", "softhouse", "replay", "last", "--longest-pause", "3600"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().startswith(b"run      ")
            assert process.stdout.readline().startswith(b"task     ")
            yield process
        finally:
            process.kill()


def test_the_demo_shows_a_company_at_work_where_there_is_nothing_else(
    softhouse: Softhouse,
) -> None:
    shown = softhouse("replay", "demo", "--speed", "max")
    assert shown.code == 0
    for words in (
        "pair by the pair chain, local:qwen2.5-coder-1.5b",
        "commit   1.coding/commit",
        "tests passed",
        "Ended     verified, exit code 0",
        "softhouse show demo --full",
        'softhouse run "',
    ):
        assert words in shown.out
    assert "waterfall chain" in softhouse("replay", "demo-waterfall", "--speed", "max").out


def test_a_demo_can_be_read_in_every_way_and_changed_in_none(
    softhouse: Softhouse, tmp_path: Path
) -> None:
    assert "palindrome" in softhouse("show", "demo").out
    assert softhouse("export", "demo").out.strip() == "demo.html"
    assert json.loads(softhouse("show", "demo", "--json").out)["summary"]["status"] == "verified"
    before = (DEMOS / "demo" / "journal.jsonl").read_bytes()
    assert "demo came with softhouse" in softhouse("resume", "demo").fails_with(2)
    assert (DEMOS / "demo" / "journal.jsonl").read_bytes() == before
    assert not (tmp_path / "products").exists()


def test_who_has_no_runs_yet_is_told_of_the_demos(softhouse: Softhouse) -> None:
    assert "demo, demo-waterfall" in softhouse("replay", "last").fails_with(2)


def test_demos_complete(tmp_path: Path) -> None:
    done = as_process(
        cwd=tmp_path,
        env={
            "_SOFTHOUSE_COMPLETE": "bash_complete",
            "COMP_WORDS": "softhouse replay de",
            "COMP_CWORD": "2",
        },
    )
    assert [line.split(",")[-1] for line in done.out.split()] == ["demo", "demo-waterfall"]


@pytest.mark.parametrize("name", ["demo", "demo-waterfall"])
def test_a_demo_tells_nothing_about_the_machine_it_was_recorded_on(name: str) -> None:
    folder = demos()[name]
    assert {path.name for path in folder.iterdir()} == {"journal.jsonl", "product.bundle"}
    log = ["git", "-C", str(product_folder(folder)), "log", "--all", "-p", "--format=fuller"]
    history = subprocess.run(log, check=True, capture_output=True, text=True).stdout
    assert "Softhouse-Run" in history
    for text in ((folder / "journal.jsonl").read_text("utf-8"), history):
        ours = ("/home/", "/root", "/Users/", "/tmp", "API_KEY")
        assert not [word for word in ours if word in text]
    first = read_events(folder / "journal.jsonl")[0]
    assert as_json(first.data)["task"]["source"] is None
    assert as_json(first.data)["model"] == "local:qwen2.5-coder-1.5b"
