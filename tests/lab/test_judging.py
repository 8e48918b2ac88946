"""A judge is shown two programs in both orders and by nobody's name, and the report tells what it preferred."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from company.lab.analysis.interval import Unknown
from company.lab.analysis.preference import Judged, kappa, preferences
from company.lab.experiment import Experiment
from company.lab.judging.judgements import judgements_in
from company.lab.judging.pairs import MOST, Pair, Program, pairs_of
from tests.support.command_line import in_process, provider
from tests.support.labs import model_of
from tests.support.scripted_company import fields_reply, file_block
from tests.support.scripted_provider import ScriptedProvider
from tests.support.study_files import write_study

TASKS = [{"id": f"t{number}", "prompt": f"Print the number {number}"} for number in range(8)]
GOOD, BAD = file_block("main.py", "print('good')"), file_block("main.py", "print('bad')")
QUESTION = "Which of the two programs"


def fair(call: Any) -> str:
    """A judge who looks at the programs."""
    first = call.user.index("'good'") < call.user.index("'bad'")
    return fields_reply(why="It prints good.", better="first" if first else "second")


@pytest.fixture
def judged_by(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[Any], tuple[Experiment, ScriptedProvider]]]:
    """An experiment of two prompts, one of which brings the better program, and its judge."""
    monkeypatch.chdir(tmp_path)
    serving: list[ScriptedProvider] = []

    def made(judge: Any) -> tuple[Experiment, ScriptedProvider]:
        context = provider(
            **{
                "Be careful": [GOOD],
                QUESTION: [judge],
                "no JSON object": [judge],
                "Be quick": [BAD],
            }
        )
        serving.append(context.__enter__())
        contexts.append(context)
        asked = "{{ task }} {{ images }} {{ decisions }}"
        prompts = [f"{asked}\n\nBe quick.", f"{asked}\n\nBe careful."]
        conditions = [
            {"name": name, "set": {"company": "solo", "phases.coding.prompt": prompt}}
            for name, prompt in zip(("quick", "careful"), prompts, strict=True)
        ]
        study = write_study(
            tmp_path, serving[0], TASKS, design="listed", conditions=conditions, metrics=["files"]
        )
        assert in_process("experiment", "run", str(study), "--sandbox", "none", "--plain") == 0
        return Experiment.load(study), serving[0]

    contexts: list[Any] = []
    yield made
    for context in contexts:
        context.__exit__(None, None, None)


def judge(experiment: Experiment, serving: ScriptedProvider, *more: str) -> int:
    model = model_of(serving)
    return in_process(
        "experiment", "judge", str(experiment.path), "--model", model, "--plain", *more
    )


def test_the_better_program_is_preferred_wherever_it_stands(
    judged_by: Callable[[Any], tuple[Experiment, ScriptedProvider]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    experiment, serving = judged_by(fair)
    assert judge(experiment, serving) == 0
    (one,) = judgements_in(experiment.folder).preferences
    assert (one.condition, one.better, one.worse, one.unjudged) == ("careful", 8, 0, 0)
    assert (one.balance, one.p_holm, one.agreement, one.by_place) == (1.0, 2 / 256, 1.0, 0.0)
    assert isinstance(one.kappa, Unknown)
    told = capsys.readouterr().out
    assert "careful, by url" in told and "better in 8, worse in 0, neither in 0; p = 0.008" in told
    assert "says the same in both orders of 100%, and prefers a place in 0%" in told
    page = (experiment.folder.path / "report.html").read_text()
    assert "Preferences of judges" in page and "8 better, 0 worse, 0 neither" in page
    shown = [call.user for call in serving.calls if QUESTION in call.user]
    assert len(shown) == 16
    assert not [user for user in shown if "careful" in user.lower() or "quick" in user.lower()]


def test_nothing_is_judged_twice(
    judged_by: Callable[[Any], tuple[Experiment, ScriptedProvider]],
) -> None:
    experiment, serving = judged_by(fair)
    assert judge(experiment, serving, "--dry-run") == 0
    assert judge(experiment, serving) == 0
    calls = len(serving.calls)
    assert judge(experiment, serving) == 0
    assert len(serving.calls) == calls


def test_who_prefers_a_place_prefers_none(
    judged_by: Callable[[Any], tuple[Experiment, ScriptedProvider]],
) -> None:
    experiment, serving = judged_by(fields_reply(why="It comes first.", better="first"))
    assert judge(experiment, serving) == 0
    (one,) = judgements_in(experiment.folder).preferences
    assert (one.better, one.worse, one.neither, one.balance) == (0, 0, 8, 0.0)
    assert (one.agreement, one.by_place, one.p) == (0.0, 1.0, 1.0)


def test_who_says_nothing_that_can_be_used_prefers_none(
    judged_by: Callable[[Any], tuple[Experiment, ScriptedProvider]],
) -> None:
    experiment, serving = judged_by("Both are lovely.")
    assert judge(experiment, serving) == 0
    (one,) = judgements_in(experiment.folder).preferences
    assert (one.neither, one.unjudged, one.p) == (8, 0, 1.0)


def test_a_program_that_has_changed_is_judged_anew(
    judged_by: Callable[[Any], tuple[Experiment, ScriptedProvider]],
) -> None:
    experiment, serving = judged_by(fair)
    assert judge(experiment, serving) == 0
    shutil.rmtree(experiment.folder.run("careful--t3--1"))
    assert [one.unjudged for one in judgements_in(experiment.folder).preferences] == [0]
    assert len(pairs_of(experiment.folder)) == 7
    again = ("experiment", "run", str(experiment.path), "--sandbox", "none", "--plain")
    assert in_process(*again) == 0
    product = experiment.folder.run("careful--t3--1") / "product"
    (product / "main.py").write_text("print('good', 'bad')\n")
    git = ["git", "-C", str(product), "-c", "user.name=x", "-c", "user.email=x@y"]
    subprocess.run([*git, "commit", "-qam", "Otherwise"], check=True)
    (one,) = judgements_in(experiment.folder).preferences
    assert (one.better, one.unjudged) == (7, 1)
    assert one.p == one.interval == Unknown("not all pairs are judged yet")
    assert judge(experiment, serving) == 0
    assert [one.unjudged for one in judgements_in(experiment.folder).preferences] == [0]


def test_what_lies_in_a_strangers_folder_of_judges_costs_nothing(
    judged_by: Callable[[Any], tuple[Experiment, ScriptedProvider]], tmp_path: Path
) -> None:
    experiment, serving = judged_by(fair)
    judged = experiment.folder.path / "judged"
    for place in ("models/empty", "people/odd", "people/deep"):
        (judged / place).mkdir(parents=True)
    (judged / "people" / os.fsdecode(b"\xff")).mkdir()
    (judged / "people/odd/ratings.jsonl").write_bytes(b'\xff\xfe\n{"pair": 3}\n')
    deep = '{"pair":"p","better":1,"x":' + "[" * 5_000 + "]" * 5_000 + "}"
    (judged / "people/deep/ratings.jsonl").write_text(deep + "\n")
    (judged / "models/linked").symlink_to(tmp_path)
    assert in_process("experiment", "report", str(experiment.folder.path)) == 0
    assert judgements_in(experiment.folder).preferences == ()
    shutil.rmtree(judged)
    judged.symlink_to(tmp_path)
    assert judge(experiment, serving) == 2
    assert not (tmp_path / "models").exists()


def test_a_judge_before_any_run_has_nothing_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    assert in_process("experiment", "judge", str(tmp_path / "empty"), "--model", "local") == 2
    assert "plan.json" in capsys.readouterr().err


def program(**files: bytes) -> Program:
    named = {name.replace("_", "."): content for name, content in files.items()}
    return Program(repr(sorted(named.items())), lambda: named)


def test_a_long_program_is_cut_and_one_that_is_no_text_is_named() -> None:
    long = Pair("t", 1, "c", "A task", program(main_py=b"x" * 9_000), program(a_bin=b"\xff\xfe"))
    first, second = long.tasks()
    assert "characters more)" in first.prompt and "(2 bytes that are no text)" in first.prompt
    assert len(first.prompt) < MOST + 500
    assert first.prompt.index("xxx") < first.prompt.index("a.bin")
    assert second.prompt.index("xxx") > second.prompt.index("a.bin")


def test_files_that_both_have_alike_are_only_named() -> None:
    same = b"y" * 9_000
    pair = Pair(
        "t", 1, "c", "A task", program(a_txt=same, z_py=b"1"), program(a_txt=same, z_py=b"2")
    )
    ours, theirs = pair.shown()
    assert ours == "### z.py\n1\n\n(and a.txt, alike in both)"
    assert theirs == "### z.py\n2\n\n(and a.txt, alike in both)"


def test_nobody_is_asked_about_what_looks_the_same() -> None:
    ours, theirs = (program(a_txt=b"y" * 9_000 + end) for end in (b"1", b"2"))
    assert Pair("t", 1, "c", "A task", ours, theirs).tasks() == []


@pytest.mark.parametrize("condition", ["x" * 80, "_plain", "..", "gpt-5.4", "日本"])
def test_a_pair_is_known_by_a_name_that_tells_nothing_and_is_its_own(condition: str) -> None:
    pair = Pair("BigCodeBench-1140", 1, condition, "A task", program(a=b"1"), program(a=b"2"))
    other = Pair("4.t1", 1, "gpt-5", "A task", program(a=b"1"), program(a=b"2"))
    assert [task.id for task in pair.tasks()] == [f"{pair.id}-1", f"{pair.id}-2"]
    assert condition not in pair.id
    assert pair.id != other.id


def test_the_same_program_is_preferred_by_nobody() -> None:
    judged = [Judged(f"p{number}", f"t{number}", is_same=True) for number in range(6)]
    assert preferences("j", {"c": 7}, {"c": judged}) == []
    judged.append(Judged("p6", "t6", is_same=False, as_it_is=1))
    (one,) = preferences("j", {"c": 7}, {"c": judged})
    assert (one.same, one.better, one.balance, one.p) == (6, 1, pytest.approx(1 / 7), 1.0)
    assert isinstance(one.agreement, Unknown)


@pytest.mark.parametrize(
    ("ratings", "expected"),
    [
        ([(1, 1)] * 20 + [(1, -1)] * 5 + [(-1, 1)] * 10 + [(-1, -1)] * 15, 0.4),
        ([(1, 1), (-1, -1)], 1.0),
        ([(1, -1), (-1, 1)], -1.0),
    ],
)
def test_kappa_is_cohen_s(ratings: list[tuple[int, int]], expected: float) -> None:
    assert kappa(ratings) == pytest.approx(expected)
    assert isinstance(kappa([(1, 1)] * 3), Unknown)
    assert isinstance(kappa([]), Unknown)
