"""Batches work on tasks about repositories: an instance folder as SWE-bench has it, from the file to the
verdict, with a company that delivers the right patch for one and nothing for the other."""

import json
import shutil
from pathlib import Path

import pytest

from company.lab.execution.job_status import job_status_of
from company.lab.experiment import Experiment
from company.lab.metrics.measure import measure
from company.lab.tasks.reading import read_tasks
from tests.support.houses import one_phase_company
from tests.support.labs import plan_of, work_on
from tests.support.repository_tasks import FOLDER, RIGHT, TASKS, Patched, maker, patches
from tests.support.scripted_provider import Call, Reply, ScriptedProvider
from warehouse.journal.journal import FILE_NAME, read_events
from warehouse.product.intake.copies import shared_folder
from warehouse.product.product import Product

SECRET = "look-at-the-third-digit"
RESOLVED, LEFT = "ledger_half_cents", "ledger_comments"


def instance(task_id: str, sha: str) -> dict[str, object]:
    """A task of the examples as SWE-bench would write it."""
    task = next(task for task in TASKS if task.id == task_id)
    ((path, text),) = task.test_files.items()
    added = "".join(f"+{line}\n" for line in text.splitlines())
    head = f"diff --git a/{path} b/{path}\nnew file mode 100644\n--- /dev/null\n+++ b/{path}\n"
    return {
        "instance_id": task_id,
        "repo": "robin/ledger",
        "base_commit": sha,
        "problem_statement": task.prompt,
        "hints_text": SECRET,
        "patch": f"{SECRET}\n{dict(patches(task))[RIGHT]}",
        "test_patch": f"{head}@@ -0,0 +1,{added.count(chr(10))} @@\n{added}",
        "FAIL_TO_PASS": json.dumps(task.fail_to_pass),
        "PASS_TO_PASS": json.dumps(task.pass_to_pass),
        "version": "1.0",
        "environment_setup_commit": sha,
    }


@pytest.mark.slow  # two runs from file to verdict, each with the repository's own tests twice
async def test_the_right_patch_is_resolved_and_an_empty_one_is_not(tmp_path: Path) -> None:
    folder = tmp_path / "instances"
    place = folder / "repositories/robin__ledger"
    place.parent.mkdir(parents=True)
    sha = maker().make_repository(FOLDER / "histories/ledger", place)
    lines = [json.dumps(instance(each, sha)) for each in (RESOLVED, LEFT)]
    (folder / "instances.jsonl").write_text("\n".join(lines))
    right = next(dict(patches(task))[RIGHT] for task in TASKS if task.id == RESOLVED)
    mended = Patched(place, sha).delivered(right)["ledger/amounts.py"].decode()

    def answer(call: Call) -> str:
        is_known = "half a cent" in call.user
        return (
            f"### ledger/amounts.py\n```python\n{mended}```\n" if is_known else "I would not know."
        )

    talk = {"instructor": "cto", "assistant": "programmer"}
    prompt = "{{ task }}\n{{ files }}"
    one_phase_company(
        tmp_path / "cards", talk=talk, yields={"files": {}}, sees=["task", "files"], prompt=prompt
    )
    async with ScriptedProvider([answer]) as provider:
        tiny = {"tiny": {"company": "tiny"}}
        plan = await plan_of(
            read_tasks(folder), tiny, provider, sandbox="bubblewrap", overlay=tmp_path / "cards"
        )
        tally = await work_on(plan, tmp_path / "runs")
        assert tally.problems == {}
        assert not any(SECRET in json.dumps(call.body) for call in provider.calls)

    done, left = (tmp_path / f"runs/tiny--{each}" for each in (RESOLVED, LEFT))
    assert [job_status_of(run).works for run in (done, left)] == [True, False]
    measured = measure(read_events(left / FILE_NAME), Product.open(left / "product").files())
    assert (measured["completed"], measured["fixed"], measured["kept"]) == (0.0, 0.0, 1.0)
    assert measured["imports"] is None
    product = Product.open(done / "product")
    assert [entry.sha for entry in product.log()][1] == sha
    assert product.branch.startswith("refs/heads/softhouse/")


async def test_a_batch_goes_on_though_its_copy_of_the_repository_is_gone(tmp_path: Path) -> None:
    place = tmp_path / "tasks/ledger"
    maker_of = maker()
    place.parent.mkdir()
    maker_of.make_repository(FOLDER / "histories/ledger", place)
    (place.parent / "task.yaml").write_text("prompt: Say what it does.\nrepository: ledger\n")
    talk = {"instructor": "cto", "assistant": "programmer"}
    one_phase_company(tmp_path / "cards", talk=talk, yields={"report": None}, sees=["task"])
    async with ScriptedProvider([Reply(fault="bad_request"), "It adds up."]) as provider:
        plan = await plan_of(
            read_tasks(place.parent), {"tiny": {"company": "tiny"}}, provider, overlay=tmp_path / "cards"
        )  # fmt: skip
        tally = await work_on(plan, tmp_path / "runs")
        assert len(tally.problems) == 1
        shutil.rmtree(shared_folder())
        tally = await work_on(plan, tmp_path / "runs")
        assert (tally.problems, tally.done) == ({}, 1)


async def test_an_experiment_has_tasks_about_repositories(tmp_path: Path) -> None:
    (tmp_path / "ledger.bundle").write_bytes((FOLDER / "ledger.bundle").read_bytes())
    (tmp_path / "ledger.yaml").write_text((FOLDER / "ledger.yaml").read_text())
    (tmp_path / "study.yaml").write_text(
        "name: s\nquestion: Which?\ntasks: [ledger.yaml]\nset: {model: 'openai:gpt-5.4'}\n"
        "factors: {company: [solo, pair]}\nmetrics: [completed, fixed, kept]\n"
    )
    plan = await Experiment.load(tmp_path / "study.yaml", folder=tmp_path / "out").plan("none")
    sources = {job.spec.task.source for job in plan.jobs}
    assert len(plan.jobs) == 8
    assert len(sources) == 1
