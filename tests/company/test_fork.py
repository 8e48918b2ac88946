"""Forks: the same past, another future, and nothing of the past paid for twice."""

import subprocess
from pathlib import Path

import pytest

from company.cards.company_card import RunLimits
from company.engine.fork.fork import Fork
from company.engine.resources import open_resources
from company.engine.run import Run
from company.errors import BudgetReached
from tests.support.forks import fork, opinionated
from tests.support.houses import work, write_cards
from tests.support.scripted_company import TASK
from warehouse.events.conversion import as_json
from warehouse.history.summary import SummaryFold
from warehouse.journal.journal import read_events


def lines(run: Run) -> list[bytes]:
    return (run.folder / "journal.jsonl").read_bytes().splitlines(keepends=True)


def merge_base(one: Run, other: Run) -> str:
    """As a person finds it, with plain git."""

    def git(*arguments: str) -> str:
        command = ["git", "-C", str(one.product.path), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    git("fetch", "--quiet", str(other.product.path), "main:refs/heads/other")
    return git("merge-base", "main", "other")


async def test_forked_at_the_review_no_call_of_the_past_is_made_again(tmp_path: Path) -> None:
    async with opinionated() as provider:
        parent = await work(tmp_path, provider, "default", task=TASK)
        (coded,) = [e for e in parent.product.log() if e.subject.startswith("Coding")]
        provider.calls.clear()
        run = await fork(parent, "review", {"models.code_reviewer": f"url:{provider.url}#strict"})
    asked = [call.user for call in provider.calls]
    past = ("Decide what we build", "Which programming language", "Design the", "Write the whole")
    assert [user for user in asked if any(words in user for words in past)] == []
    assert {call.model for call in provider.calls if "approved: true if" in call.user} == {"strict"}
    assert merge_base(run, parent) == coded.sha
    assert run.usage.calls == len(provider.calls)
    assert (run.summary.parent, run.summary.forked_at) == (parent.folder.name, "6.review")
    assert run.summary.shared.calls == 4


async def test_a_fork_begins_with_its_parents_events_byte_for_byte(tmp_path: Path) -> None:
    async with opinionated() as provider:
        parent = await work(tmp_path, provider, "default", task=TASK)
        before = lines(parent)
        run = await fork(parent, "6.review", {"seed": "5"})
    events = read_events(run.folder / "journal.jsonl")
    shared = next(e.seq for e in events if e.kind == "run.forked")
    assert lines(run)[:shared] == before[:shared]
    assert lines(parent) == before
    assert [e.seq for e in events] == list(range(len(events)))
    assert as_json(events[shared].data)["set"] == {"seed": "5"}


async def test_a_fork_without_a_change_of_a_company_that_never_wavers_ends_the_same(
    tmp_path: Path,
) -> None:
    async with opinionated() as provider:
        parent = await work(tmp_path, provider, "default", task=TASK)
        run = await fork(parent, "coding")
    assert run.product.files() == parent.product.files()


async def test_a_phase_of_the_past_keeps_its_prompt_and_what_follows_has_the_new_one(
    tmp_path: Path,
) -> None:
    """In the second round the changed prompt is used; the first round is recalled with the old."""
    prompt = tmp_path / "sterner.txt"
    prompt.write_text("Be stern. {{ task }} {{ files }} approved: true if all is perfect.")
    async with opinionated() as provider:
        parent = await work(tmp_path, provider, "default", task=TASK)
        provider.calls.clear()
        await fork(
            parent,
            "6.review/round-2",
            {
                "phases.review_comment.prompt": f"@{prompt}",
                "phases.review_comment.sees": "[task, files]",
            },
        )
    reviews = [call.user for call in provider.calls if "approved: true if" in call.user]
    assert len(reviews) == 1
    assert reviews[0].startswith("Be stern.")


async def test_another_chain_may_follow_where_it_agrees_with_the_past(tmp_path: Path) -> None:
    write_cards(
        tmp_path / "cards",
        "chains",
        short={"steps": ["demand_analysis", "language_choice", "design", "coding", "manual"]},
    )
    async with opinionated() as provider:
        parent = await work(tmp_path, provider, "default", task=TASK)
        provider.calls.clear()
        run = await fork(parent, "5", {"chain": "short"}, overlay=tmp_path / "cards")
    assert ["Write the manual" in call.user for call in provider.calls] == [True]
    assert sorted(run.product.files()) == ["MANUAL.md", "main.py", "report.py", "tip.py"]


async def test_a_loop_may_be_given_other_limits(tmp_path: Path) -> None:
    async with opinionated() as provider:
        parent = await work(tmp_path, provider, "default", task=TASK)
        provider.calls.clear()
        strict = f"url:{provider.url}#strict"
        await fork(parent, "review", {"loops.review.max": "5", "model": strict})
    assert sum("approved: true if" in call.user for call in provider.calls) == 5


async def test_a_fork_of_a_fork_shares_both_pasts(tmp_path: Path) -> None:
    async with opinionated() as provider:
        parent = await work(tmp_path, provider, "default", task=TASK)
        child = await fork(parent, "coding", {"models.programmer": f"url:{provider.url}#second"})
        provider.calls.clear()
        grandchild = await fork(child, "manual", {"models.cto": f"url:{provider.url}#third"})
    assert [call.model for call in provider.calls] == ["third"]
    assert (grandchild.summary.parent, grandchild.usage.calls) == (child.folder.name, 1)
    authors = {e.trailers["Softhouse-Run"] for e in grandchild.product.log()}
    assert authors == {child.folder.name, grandchild.folder.name}


@pytest.mark.slow
async def test_a_fork_cut_off_after_any_event_is_resumed_to_the_same_product(
    tmp_path: Path,
) -> None:
    async with opinionated() as provider:
        parent = await work(tmp_path, provider, "default", task=TASK)
        strict = {"models.code_reviewer": f"url:{provider.url}#strict"}
        run = await fork(parent, "6.review/round-2", strict)
        whole = lines(run)
        began = next(i for i, line in enumerate(whole) if b'"run.forked"' in line)
        recorded = [b'"effect.ended"' in line and b'"completion"' in line for line in whole]
        async with open_resources("none") as resources:
            for length in range(began + 1, len(whole)):
                (run.folder / "journal.jsonl").write_bytes(b"".join(whole[:length]))
                provider.calls.clear()
                again = Run.reopen(run.folder, resources)
                await again.work()
                assert again.product.files() == run.product.files(), f"cut after event {length}"
                assert len(provider.calls) == sum(recorded[length:]), f"cut after event {length}"


async def test_a_fork_inside_a_parallel_step_leaves_the_other_branch_its_past(
    tmp_path: Path,
) -> None:
    write_cards(
        tmp_path / "cards",
        "chains",
        branches={"steps": ["coding", {"parallel": {"steps": ["test_writing", "manual"]}}]},
    )
    write_cards(
        tmp_path / "cards", "companies", branches={"title": "Branches", "chain": "branches"}
    )
    async with opinionated() as provider:
        parent = await work(tmp_path, provider, "branches", task=TASK)
        provider.calls.clear()
        run = await fork(parent, "manual", {"models.cto": f"url:{provider.url}#second"})
    assert "second" in {call.model for call in provider.calls if "Write the manual" in call.user}
    assert not any("Write the whole" in call.user for call in provider.calls)
    assert run.product.files() == parent.product.files()


async def test_the_limits_of_a_fork_bound_only_what_it_uses_itself(tmp_path: Path) -> None:
    async with opinionated() as provider:
        parent = await work(tmp_path, provider, "default", task=TASK)
        provider.calls.clear()
        with pytest.raises(BudgetReached):
            await fork(parent, "6.review", limits=RunLimits(calls=2))
    assert len(provider.calls) == 2


async def test_a_run_without_a_commit_yet_can_be_forked(tmp_path: Path) -> None:
    async with opinionated() as provider:
        parent = await work(tmp_path, provider, "default", task=TASK)
        run = await fork(parent, "design")
    assert run.product.files() == parent.product.files()


async def test_summaries_and_lists_tell_a_fork_from_its_parent(tmp_path: Path) -> None:
    async with opinionated() as provider:
        parent = await work(tmp_path, provider, "default", task=TASK)
        run = await fork(parent, "manual", {"seed": "9"})
    summary = SummaryFold(read_events(run.folder / "journal.jsonl")).summary
    assert summary.run == run.folder.name != parent.folder.name
    assert summary.usage.calls == 1
    assert summary.files == parent.summary.files
    assert summary.shared.tokens + summary.usage.tokens == parent.usage.tokens


@pytest.mark.parametrize(
    ("at", "place"),
    [
        ("6.review/round-2", "6.review/round-2"),
        ("6", "6.review"),
        ("review", "6.review"),
        ("review_comment", "6.review/round-1/review_comment"),
        ("6.review/round-1/review_comment/turn-1", "6.review/round-1/review_comment"),
        ("handover", "handover"),
    ],
)
async def test_a_step_is_named_by_place_number_name_or_a_place_inside(
    tmp_path: Path, at: str, place: str
) -> None:
    async with opinionated() as provider:
        parent = await work(tmp_path, provider, "default", task=TASK)
    assert Fork.plan(parent.folder, at, {}).step == place
