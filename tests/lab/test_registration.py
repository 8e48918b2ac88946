"""A study that was registered is what was registered, or says what was changed, when and why."""

import ast
import asyncio
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from company.errors import ConfigurationError
from company.lab.analysis.analysis import analyse
from company.lab.design.contrasts import Weighed
from company.lab.design.registration import Design, Entry, Registration, place_of, read, text_at
from company.lab.execution.engine import WorkSettings
from company.lab.experiment import Experiment
from company.lab.report.registered import paragraphs, standing_of, standing_of_published
from company.lab.report.report import report_page
from company.lab.report.reporting import study_of
from tests.support.command_line import in_process, provider
from tests.support.scripted_provider import ScriptedProvider
from tests.support.studies import study
from tests.support.study_files import write_study

DOCS = Path(__file__).parents[2] / "docs"
CHECK = {"name": "it runs", "run": "python3 main.py 50", "exit_code": 0}
TASKS = [{"id": name, "prompt": f"Print {name}", "checks": [CHECK]} for name in ("tips", "hours")]
Write = Callable[..., Path]


@pytest.fixture
def serving() -> Iterator[ScriptedProvider]:
    with provider() as serving:
        yield serving


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, serving: ScriptedProvider) -> Write:
    monkeypatch.chdir(tmp_path)

    def written(tasks: Any = TASKS, **keys: Any) -> Path:
        return write_study(tmp_path, serving, tasks, **keys)

    return written


def run(path: Path) -> None:
    asyncio.run(Experiment.load(path).run(WorkSettings(sandbox="none")))


def register(path: Path, *options: str) -> int:
    return in_process("experiment", "register", str(path), *options)


def test_what_was_registered_is_told_from_what_came_later(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write()
    assert register(path) == 0
    assert "2 tasks × 1 repetition × 2 conditions, 4 runs; baseline solo" in capsys.readouterr().out
    run(path)
    write(metrics=["calls", "tokens"])
    with pytest.raises(ConfigurationError, match="primary metrics: calls → calls, tokens"):
        run(path)
    assert register(path, "--amend", "tokens matter too") == 0
    assert "4 runs had begun" in capsys.readouterr().out
    run(path)
    reported = study_of(Experiment.load(path).folder)
    assert standing_of(reported, "calls", "pair") == "confirmatory"
    assert standing_of(reported, "tokens", "pair") == "exploratory"
    first, amended = paragraphs(reported)
    assert ", before the first run; SHA-256" in first
    assert "when 4 runs had begun: primary metrics: calls → calls, tokens" in amended
    assert "tokens matter too" in amended
    analysis = analyse(reported)
    assert {each.metric: each.is_confirmatory for each in analysis.comparisons} == {
        "calls": True,
        "tokens": False,
    }
    page = report_page(reported, analysis)
    assert amended in page
    assert "registered counted by itself (1), and what was not with all 2 comparisons" in page
    assert page.count(">confirmatory<") == page.count(">exploratory<") == 1


def test_a_report_of_the_file_goes_by_its_registration_as_it_is_now(
    write: Write, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write()
    assert register(path) == 0
    run(path)
    write(metrics=["calls", "tokens"], baseline="pair", title="Anew")
    assert register(path, "--amend", "tokens matter too") == 0
    # No server of models is asked for a report.
    monkeypatch.setattr("company.company.served_windows", None)
    capsys.readouterr()
    assert in_process("experiment", "report", str(path)) == 0
    page = Path("experiments/study/report.html").read_text()
    assert "Reason given: tokens matter too" in page
    assert "<h1>Anew</h1>" in page
    assert capsys.readouterr().err == ""
    analysis = Experiment.load(path).analyse()
    assert [(each.metric, each.condition) for each in analysis.comparisons] == [
        ("calls", "solo"),
        ("tokens", "solo"),
    ]
    # The baseline is another one.
    assert not any(each.is_confirmatory for each in analysis.comparisons)
    assert analysis.departure == ""


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"metrics": ["tokens"]}, "primary metrics: calls → tokens"),
        ({"seed": 7}, "seeds: 1 → 7"),
        ({"repetitions": 2}, "repetitions: 1 → 2"),
        ({"tasks_": TASKS[:1]}, "tasks: 0 new or changed, 1 gone or changed"),
        ({"factors": {"company": ["solo", "default"]}}, "condition pair is gone; condition default is new"),
        ({"set": {"model": "url:http://127.0.0.1:9/v1#other"}}, "condition solo is made otherwise"),
    ],
)  # fmt: skip
def test_a_report_warns_where_the_file_is_no_longer_what_was_registered(
    write: Write, change: dict[str, Any], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write()
    assert register(path) == 0
    run(path)
    write(change.pop("tasks_", TASKS), **change)
    assert in_process("experiment", "report", str(path)) == 0
    departure = Experiment.load(path).analyse().departure
    assert re.search(rf"no longer what was registered.*{told}", departure)
    assert departure.endswith("This is the study as it was registered.")
    assert told in capsys.readouterr().err
    assert told in Path("experiments/study/report.html").read_text()


def test_a_report_warns_where_a_registration_was_taken_away_and_tells_of_the_last_run(
    write: Write,
) -> None:
    path = write()
    assert register(path) == 0
    run(path)
    place_of(path).unlink()
    analysis = Experiment.load(path).analyse()
    assert "changed or taken away since: put it back" in analysis.departure
    assert analysis.departure.endswith("This is the study as it was last run.")
    assert [each.metric for each in analysis.comparisons] == ["calls"]


def test_a_report_warns_where_a_study_that_was_not_registered_is_compared_otherwise(
    write: Write,
) -> None:
    path = write()
    run(path)
    assert Experiment.load(path).analyse().departure == ""
    write(metrics=["tokens"])
    analysis = Experiment.load(path).analyse()
    assert "begun with the metrics calls" in analysis.departure
    assert [each.metric for each in analysis.comparisons] == ["calls"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"baseline": "pair"}, "baseline: solo → pair"),
        ({"metrics": ["tokens"]}, "primary metrics: calls → tokens"),
        ({"question": "Why?"}, "question"),
        ({"repetitions": 2}, "repetitions: 1 → 2"),
        ({"seed": 7}, "seeds: 1 → 7"),
        ({"paired": False}, "paired: yes → no"),
        ({"factors": {"company": ["solo", "default"]}}, "condition pair is gone; condition default is new"),
        ({"set": {"model": "url:http://127.0.0.1:9/v1#other"}}, "condition solo is made otherwise"),
        ({"contrasts": [{"name": "c", "weights": {"pair": 1.0, "solo": -1.0}}]}, r"contrasts: none → c \(1 pair, -1 solo\)"),
        ({"margins": {"calls": 1.25}}, r"margins: none → calls 1.25"),
        (
            {"published": [{"condition": "pair", "metric": "calls", "value": 2.0, "source": "them"}]},
            r"published: none → pair, calls 2 \(them\)",
        ),
        ({"tasks_": TASKS[:1]}, "tasks: 0 new or changed, 1 gone or changed"),
        (
            {"tasks_": [TASKS[0], TASKS[1] | {"checks": [CHECK | {"exit_code": 1}]}]},
            "tasks: 1 new or changed, 1 gone or changed",
        ),
    ],
)  # fmt: skip
def test_whatever_decides_what_is_shown_is_registered(
    write: Write, change: dict[str, Any], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write()
    assert register(path) == 0
    tasks = change.pop("tasks_", TASKS)
    write(tasks, **change)
    with pytest.raises(ConfigurationError, match=told):
        run(path)
    assert register(path) == 2
    assert re.search(told, capsys.readouterr().err)


def test_a_published_figure_named_after_the_results_makes_an_exploratory_verdict(
    write: Write,
) -> None:
    figure = {"condition": "pair", "metric": "calls", "value": 2.0, "source": "them"}
    later = figure | {"value": 1.5}
    path = write(published=[figure])
    assert register(path) == 0
    run(path)
    write(published=[figure, later])
    assert register(path, "--amend", "another paper") == 0
    run(path)
    reported = study_of(Experiment.load(path).folder)
    told = [standing_of_published(reported, each) for each in reported.published]
    assert told == ["confirmatory", "exploratory"]


def test_limits_and_titles_are_not(write: Write) -> None:
    path = write()
    assert register(path) == 0
    write(title="Two of them", limits={"calls": 9})
    assert in_process("experiment", "run", str(path), "--sandbox", "none", "--dry-run") == 0


def test_what_is_compared_stays_once_runs_have_begun_though_nothing_was_registered(
    write: Write,
) -> None:
    path = write()
    run(path)
    reported = study_of(Experiment.load(path).folder)
    assert "exploratory" in next(paragraphs(reported))
    write(contrasts=[{"name": "c", "weights": {"pair": 1.0, "solo": -1.0}}])
    with pytest.raises(ConfigurationError, match=r"begun with the contrasts none.*register\(why="):
        run(path)
    write(metrics=["tokens"])
    with pytest.raises(ConfigurationError, match="begun with the metrics calls"):
        run(path)
    assert register(path, "--amend", "another look") == 0
    registration = read(text_at(path), "its name")
    assert registration is not None
    assert [entry.design.metrics for entry in registration.entries] == [("calls",), ("tokens",)]
    assert [entry.begun for entry in registration.entries] == [4, 4]
    run(path)
    reported = study_of(Experiment.load(path).folder)
    assert standing_of(reported, "tokens", "pair") == "exploratory"
    assert "when 4 runs had begun" in next(paragraphs(reported))


def test_sealed_tasks_are_known_by_their_digests_alone(write: Write) -> None:
    path = write()
    assert register(path, "--sealed") == 0
    assert "tips" not in place_of(path).read_text()
    run(path)
    write([TASKS[0], TASKS[1] | {"prompt": "Print minutes"}])
    assert register(path, "--amend", "a slip") == 0
    assert "hours" not in place_of(path).read_text()


def test_an_entry_that_was_changed_or_taken_out_is_noticed(write: Write) -> None:
    path = write()
    place = place_of(path)
    assert register(path) == 0
    write(metrics=["tokens"])
    assert register(path, "--amend", "cheaper to see") == 0
    first, second = place.read_text().splitlines()
    changed = json.loads(first)
    changed["design"]["metrics"] = ["tokens"]
    for lines in ([json.dumps(changed), second], [second]):
        place.write_text("\n".join(lines) + "\n")
        with pytest.raises(ConfigurationError, match="does not follow the line before it"):
            run(path)
    place.write_text("{}\n")
    with pytest.raises(ConfigurationError, match=r"jsonl:1 is no entry"):
        run(path)
    place.unlink()
    place.symlink_to("elsewhere")
    with pytest.raises(ConfigurationError, match="no plain file"):
        run(path)


def test_a_registration_cannot_be_taken_away_from_runs_that_have_begun(write: Write) -> None:
    path = write()
    assert register(path) == 0
    run(path)
    place_of(path).unlink()
    with pytest.raises(ConfigurationError, match="changed or taken away since: put it back"):
        run(path)


def test_what_is_registered_as_it_is_needs_no_second_line(write: Write) -> None:
    path = write()
    assert register(path) == 0
    kept = text_at(path)
    assert register(path) == register(path, "--amend", "for nothing") == 2
    assert text_at(path) == kept


def test_what_is_registered_where_the_runs_are_not_does_not_count_as_beforehand(
    write: Write,
) -> None:
    path = write()
    experiment = Experiment.load(path, folder=path.parent / "elsewhere")
    asyncio.run(experiment.run(WorkSettings(sandbox="none")))
    assert register(path) == 0
    with pytest.raises(ConfigurationError, match="register it with the same --to"):
        asyncio.run(experiment.run(WorkSettings(sandbox="none")))


def test_a_reason_may_hold_any_line_end_and_the_file_may_lack_its_last(write: Write) -> None:
    path = write()
    assert register(path) == 0
    place = place_of(path)
    place.write_text(place.read_text().rstrip("\n"))
    write(question="a\u2028b\x85c")
    assert register(path, "--amend", "one\u2028two\x85three\nfour") == 0
    run(path)


async def test_the_lines_of_the_documents_run_as_they_stand_there(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write()
    names: dict[str, Any] = {}
    for page in ("experiments", "python", "reports"):
        text = (DOCS / f"{page}.md").read_text("utf-8")
        for lines in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
            if "Experiment.load" in lines or "experiment." in lines:
                code = compile(lines, page, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
                if waits := eval(code, names):
                    await waits
    told = capsys.readouterr().out
    assert "2 tasks × 1 repetition × 2 conditions: 4 runs" in told
    assert "calls pair" in told and "confirmatory" in told


DESIGN = Design(
    question="",
    metrics=("calls", "tokens"),
    baseline="a",
    paired=True,
    conditions={"a": "1", "b": "2", "c": "3"},
    tasks=("t",),
    task_ids=("t",),
    repetitions=1,
    seeds=(1,),
    runs=3,
)


def registered(*entries: tuple[int, dict[str, Any]]) -> Registration:
    """By how many runs had begun, and what is otherwise than at first."""
    return Registration(
        tuple(
            Entry(
                at="",
                softhouse="",
                begun=begun,
                design=msgspec.structs.replace(DESIGN, **otherwise),
            )
            for begun, otherwise in entries
        ),
        "",
    )


@pytest.mark.parametrize(
    ("entries", "is_confirmatory"),
    [
        ([(0, {})], True),
        ([(0, {"metrics": ("calls",)}), (0, {})], True),
        ([(0, {}), (3, {"question": "Why?", "metrics": ("calls", "tokens", "cost")})], True),
        ([(0, {}), (3, {"conditions": DESIGN.conditions | {"c": "4", "d": "5"}})], True),
        ([(3, {})], False),
        ([(3, {}), (0, {})], False),
        ([(0, {}), (3, {"seeds": (1, 2)}), (6, {})], False),
        ([(0, {}), (3, {"tasks": ("t", "u")})], False),
        ([(0, {}), (3, {"metrics": ("calls",)})], False),
        ([(0, {}), (3, {"conditions": {"a": "1", "b": "2"}})], False),
        ([(0, {}), (3, {"conditions": DESIGN.conditions | {"b": "4"}})], False),
        ([(0, {}), (3, {"conditions": DESIGN.conditions | {"a": "4"}})], False),
        ([(0, {}), (3, {"baseline": "c"})], False),
    ],
)
def test_confirmatory_is_what_was_meant_beforehand_and_stayed_so(
    entries: list[tuple[int, dict[str, Any]]], is_confirmatory: bool
) -> None:
    assert registered(*entries).is_confirmatory("calls", "b") is is_confirmatory


def test_a_contrast_is_confirmatory_as_long_as_its_weights_and_conditions_stay() -> None:
    meant = Weighed("effect", "0", {"a": -1.0, "b": 1.0})
    other = Weighed("effect", "0", {"a": -1.0, "c": 1.0})
    first = {"contrasts": (meant,)}
    moved = {"conditions": DESIGN.conditions | {"b": "9"}}
    for later, stays in (({}, True), ({"contrasts": (other,)}, False), (moved, False)):
        known = registered((0, first), (3, {**first, **later}))
        assert known.is_confirmatory("calls", "effect") is stays
    assert not registered((0, {}), (3, first)).is_confirmatory("calls", "effect")
    # Where conditions are not compared, none of them is meant.
    alone = registered((0, {**first, "compares_conditions": False}))
    assert alone.is_confirmatory("calls", "effect") and not alone.is_confirmatory("calls", "b")


def test_a_batch_is_registered_nowhere_and_nothing_is_said_of_it() -> None:
    assert not list(paragraphs(study(baseline=None)))


async def test_in_a_notebook_it_is_a_call_and_so_is_amending_it(write: Write) -> None:
    experiment = Experiment.load(write())
    assert (await experiment.register()).entries[0].begun == 0
    with pytest.raises(ConfigurationError, match="just as it is"):
        await experiment.register()
    changed = Experiment.load(write(metrics=["tokens"]))
    with pytest.raises(ConfigurationError, match=r"await experiment\.register\(why="):
        await changed.register()
    amended = await changed.register(why="cheaper to see")
    assert [each.why for each in amended.entries] == ["", "cheaper to see"]
