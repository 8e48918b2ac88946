"""A run from the task to the handover, and again after it was cut off anywhere."""

import asyncio
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from company.cards.company_card import RunLimits
from company.engine.resources import open_resources
from company.engine.run import Run
from company.errors import BudgetReached, ConfigurationError, Diverged
from company.rights import MADE_ELSEWHERE
from tests.support.houses import branching_company, only_journal, prompts, work, write_cards
from tests.support.scripted_company import (
    A_REVIEW_THAT_HELPS,
    APPROVED,
    PROGRAM,
    REJECTED,
    RULES,
    TASK,
    fields_reply,
    file_block,
    files_reply,
    mended,
    script,
)
from tests.support.scripted_provider import Reply, ScriptedProvider
from warehouse.events import Note
from warehouse.events.conversion import as_json
from warehouse.journal.journal import Event
from warehouse.product.product import Product

FAULT = fields_reply(reason="a cent is missing", file="tip.py", change="round half up")
BROKEN = files_reply(*PROGRAM).replace("bill.percent / 100", "bill.percent / 10")


def right_first_time(**replies: list[Any]) -> ScriptedProvider:
    return ScriptedProvider.from_script(script(**replies))


async def test_the_classic_chain_costs_seven_calls_when_everything_is_right(tmp_path: Path) -> None:
    async with right_first_time() as provider:
        run = await work(tmp_path, provider, "default", task=TASK)
    assert len(provider.calls) == 7
    assert run.usage.prompt_tokens <= 5_000
    assert sorted(run.product.files()) == [
        "MANUAL.md", "main.py", "report.py", "test_main.py", "tip.py",
    ]  # fmt: skip


async def test_the_products_log_reads_like_the_story_of_its_making(tmp_path: Path) -> None:
    async with right_first_time() as provider:
        run = await work(tmp_path, provider, "default", task=TASK)
    log = list(reversed(run.product.log()))
    assert [(entry.author, entry.subject) for entry in log] == [
        ("Programmer", "Coding: add main.py, report.py, tip.py"),
        ("Software Tester", "Test writing: add test_main.py"),
        ("Chief Technology Officer", "Manual: add MANUAL.md"),
    ]
    assert log[0].tags == ["4.coding", "5.completion", "6.review"]
    trailers = log[0].trailers
    assert trailers["Softhouse-Run"] == run.folder.name
    assert trailers["Softhouse-Step"] == "4.coding/commit"
    assert trailers["Softhouse-Model"] == f"url:{provider.url}#scripted"
    assert trailers["Role"] == "programmer"


async def test_a_commit_that_answers_a_complaint_says_which(tmp_path: Path) -> None:
    async with right_first_time(
        **{
            "approved: true if": [REJECTED, APPROVED],
            "every comment is answered": [mended("TIP = 1")],
        }
    ) as provider:
        run = await work(tmp_path, provider, "default", task=TASK)
    (entry,) = [e for e in run.product.log() if e.subject.startswith("Review modification")]
    assert "it rounds down" in entry.body


async def test_a_review_that_approves_ends_the_review(tmp_path: Path) -> None:
    async with right_first_time(
        **{
            "approved: true if": [REJECTED, APPROVED],
            "every comment is answered": [mended("TIP = 1")],
        }
    ) as provider:
        await work(tmp_path, provider, "default", task=TASK)
    asked = [prompt[-1] for prompt in prompts(provider)]
    assert sum("approved: true if" in prompt for prompt in asked) == 2
    assert sum("every comment is answered" in prompt for prompt in asked) == 1


async def test_a_failing_test_is_traced_mended_and_run_again(tmp_path: Path) -> None:
    async with right_first_time(
        **{
            "Write the whole program": [BROKEN],
            "which file is wrong|Which file is wrong": [FAULT],
            "Mend it": [files_reply("tip.py")],
        }
    ) as provider:
        run = await work(tmp_path, provider, "default", task=TASK, sandbox="bubblewrap")
    checks = [as_json(e.data) for e in only_journal(tmp_path) if e.kind == "execution"]
    assert [check["ok"] for check in checks] == [False, True, True]
    assert "assert" in checks[0]["checks"][1]["output"]
    assert run.summary.verified is True
    assert run.summary.exit_code == 0
    mend = next(p[-1] for p in prompts(provider) if "Mend it" in p[-1])
    assert "change: round half up" in mend
    assert "### tip.py" in mend.split("whole file in a block:")[1]


async def test_what_never_works_is_delivered_and_said_to_be_unverified(tmp_path: Path) -> None:
    async with right_first_time(
        **{
            "Write the whole program": [BROKEN],
            "Which file is wrong": [FAULT],
            "Mend it": [mended(f"raise SystemExit({n})") for n in range(9)],
        }
    ) as provider:
        run = await work(tmp_path, provider, "default", task=TASK, sandbox="bubblewrap")
    assert run.summary.exit_code == 1
    assert run.summary.status == "unverified"
    last = [e for e in only_journal(tmp_path) if e.kind == "execution"][-1]
    assert as_json(last.data)["ok"] is False, "the last fix was run, too"


@pytest.mark.parametrize("company", ["default", "pair"])
async def test_fixes_that_did_not_help_are_undone(tmp_path: Path, company: str) -> None:
    async with right_first_time(
        **{
            "Write the whole program": [BROKEN],
            "Which file is wrong": [FAULT],
            "Mend it": [mended(f"raise SystemExit({n})", "main.py") for n in (3, 4, 5)],
        }
    ) as provider:
        run = await work(tmp_path, provider, company, task=TASK, sandbox="bubblewrap")
    assert "from tip import Bill" in run.product.files()["main.py"].decode()
    assert "Undo fixes that did not help" in [entry.subject for entry in run.product.log()]
    assert run.summary.exit_code == 1
    assert {check.name: check.ok for check in run.summary.checks} == {
        "syntax": True, "tests": False, "start": True,
    }  # fmt: skip


async def test_without_a_sandbox_nothing_is_run_and_the_run_says_so(tmp_path: Path) -> None:
    async with right_first_time() as provider:
        run = await work(tmp_path, provider, "default", task=TASK, sandbox="none")
    assert (run.summary.exit_code, run.summary.verified) == (0, None)
    assert "without a sandbox" in run.summary.reason


@pytest.mark.slow
@pytest.mark.parametrize("company", ["default", "branches"])
async def test_cut_off_after_any_event_it_is_resumed_to_the_same_product(
    tmp_path: Path, company: str
) -> None:
    """Every prefix of the journal is resumed: no recorded call is made again."""
    branching_company(tmp_path / "cards")
    async with right_first_time(**A_REVIEW_THAT_HELPS) as provider:
        run = await work(tmp_path, provider, company, task=TASK)
        whole = (run.folder / "journal.jsonl").read_bytes().splitlines(keepends=True)
        made = len(provider.calls)
        async with open_resources("none") as resources:
            for length in range(1, len(whole)):
                folder = tmp_path / f"cut-{length}" / run.folder.name
                shutil.copytree(run.folder, folder)
                (folder / "journal.jsonl").write_bytes(b"".join(whole[:length]))
                recorded = sum(
                    b'"effect.ended"' in line and b'"effect":"completion"' in line
                    for line in whole[:length]
                )
                provider.calls.clear()
                again = Run.reopen(folder, resources)
                await again.work()
                assert again.product.files() == run.product.files(), f"cut after event {length}"
                assert tags(again) == tags(run), f"cut after event {length}"
                assert len(provider.calls) == made - recorded, f"cut after event {length}"
                assert Product.open(folder / "product").head() is not None


def tags(run: Run) -> dict[str, list[str]]:
    """What each tagged commit did, with its tags."""
    return {entry.subject: entry.tags for entry in run.product.log()}


async def test_a_changed_past_is_refused_and_told_how_to_fork(tmp_path: Path) -> None:
    async with right_first_time() as provider:
        run = await work(tmp_path, provider, "solo", task=TASK)
        journal = run.folder / "journal.jsonl"
        journal.write_text(journal.read_text().replace("Write the whole program", "Write it"))
        async with open_resources("none", allowed={MADE_ELSEWHERE}) as resources:
            with pytest.raises(Diverged, match=r"softhouse fork RUN --at 1\.coding"):
                await Run.reopen(run.folder, resources).work()


@pytest.mark.parametrize(
    ("limits", "calls"),
    [(RunLimits(calls=3), 3), (RunLimits(tokens=2_500), 2), (RunLimits(seconds=0.000001), 0)],
)
async def test_a_limit_stops_the_run_before_the_call_that_would_pass_it(
    tmp_path: Path, limits: RunLimits, calls: int
) -> None:
    async with right_first_time() as provider:
        with pytest.raises(BudgetReached, match="resume"):
            await work(tmp_path, provider, "default", task=TASK, limits=limits)
    assert len(provider.calls) <= calls
    ended = as_json(only_journal(tmp_path)[-1].data)
    assert (ended["status"], ended["exit_code"]) == ("stopped", 3)


async def test_a_run_stopped_by_its_budget_goes_on_with_more(tmp_path: Path) -> None:
    async with right_first_time() as provider:
        with pytest.raises(BudgetReached):
            await work(tmp_path, provider, "default", task=TASK, limits=RunLimits(calls=3))
        (folder,) = (tmp_path / "products").iterdir()
        async with open_resources("none") as resources:
            run = Run.reopen(folder, resources, limits=RunLimits(calls=7))
            await run.work()
    assert len(provider.calls) == 7
    assert run.usage.calls == 7


async def test_what_an_interrupted_call_used_counts_against_the_limits(tmp_path: Path) -> None:
    """Interrupting again and again must not be a way around a budget."""
    half_said = Reply(files_reply(*PROGRAM), delay=0.01)
    heard = asyncio.Event()

    def listen(event: Event) -> None:
        if event.kind == "words":
            heard.set()

    async with right_first_time(**{"Write the whole program": [half_said]}) as provider:
        working = asyncio.ensure_future(
            work(tmp_path, provider, "solo", task=TASK, on_event=listen)
        )
        await heard.wait()
        working.cancel()
        with pytest.raises(asyncio.CancelledError):
            await working
        (folder,) = (tmp_path / "products").iterdir()
        (failed,) = [e for e in only_journal(tmp_path) if e.kind == "effect.failed"]
        assert as_json(failed.data)["error"] == "interrupted"
        async with open_resources("none") as resources:
            before = Run.recorded(folder, resources).usage
            assert before.calls == 0
            assert before.prompt_tokens > 100
            assert before.completion_tokens > 0
            run = Run.reopen(folder, resources, limits=RunLimits(tokens=before.tokens + 200))
            with pytest.raises(BudgetReached):
                await run.work()


async def test_money_cannot_be_limited_where_no_price_is_known(tmp_path: Path) -> None:
    async with right_first_time() as provider:
        with pytest.raises(ConfigurationError, match=r"No price is known .* --max-tokens"):
            await work(tmp_path, provider, "solo", task=TASK, limits=RunLimits(usd=1.0))
    assert provider.calls == []


async def test_of_a_file_that_two_branches_wrote_the_product_holds_what_the_chain_goes_on_with(
    tmp_path: Path,
) -> None:
    """The branch that is named last holds, also when the other one was the last to commit."""
    cards = tmp_path / "cards"
    for name in ("left", "right"):
        phase = {"title": name, "talk": {"instructor": "cto", "assistant": "programmer"}}
        prompt = {"prompt": f"Write it {name}. {{{{ task }}}}", "sees": ["task"]}
        write_cards(cards, "phases", **{name: {**phase, **prompt, "yields": {"files": {}}}})
    write_cards(cards, "chains", both={"steps": [{"parallel": {"steps": ["left", "right"]}}]})
    write_cards(cards, "companies", both={"title": "Both", "chain": "both"})
    replies = {
        "Write it left": [Reply(file_block("main.py", "print('left')"), latency=0.3)],
        "Write it right": [file_block("main.py", "print('right')")],
    }
    async with right_first_time(**replies) as provider:
        run = await work(tmp_path, provider, "both", task=TASK)
    assert run.product.files() == {"main.py": b"print('right')\n"}
    assert run.product.log()[0].subject == "Merge parallel work on main.py"


@pytest.mark.usefixtures("eyes")
async def test_an_image_goes_with_the_phases_that_see_it(tmp_path: Path) -> None:
    picture = tmp_path / "sketch.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + os.urandom(40))
    async with right_first_time() as provider:
        run = await work(tmp_path, provider, "default", task=TASK, images=[picture])
    first = provider.calls[0].body["messages"][1]["content"]
    assert first[1]["image_url"]["url"].startswith("data:image/png;base64,iVBOR")
    assert isinstance(provider.calls[1].body["messages"][1]["content"], str)
    assert "base64" not in (run.folder / "journal.jsonl").read_text()
    assert (run.folder / "attachments" / "sketch.png").read_bytes() == picture.read_bytes()


async def test_an_existing_program_is_brought_in_as_the_customers_commit(tmp_path: Path) -> None:
    source = tmp_path / "theirs"
    source.mkdir()
    (source / "main.py").write_text("print(1)\n")
    (source / "AGENTS.md").write_text("Print numbers only.\n")
    change = {
        "Decide what is changed": [fields_reply(changes=["x"], files=["main.py"], stays=[])],
        "Make this change": [file_block("main.py", "print(2)")],
        "Write tests in one new file": [file_block("test_main.py", "def test_it():\n    pass")],
    }
    async with right_first_time(**change) as provider:
        run = await work(tmp_path, provider, "incremental", task="print 2", source=source)
    log = list(reversed(run.product.log()))
    assert [entry.author for entry in log[:2]] == ["Customer", "Programmer"]
    assert run.product.read("main.py") == b"print(2)\n"
    notes = [event.data for event in only_journal(tmp_path) if isinstance(event.data, Note)]
    rules, way_home = (note.text for note in notes)
    assert rules == (
        "What the project says of how it is worked on (AGENTS.md) is shown to Change analysis, "
        "Change coding: about 5 tokens each time."
    )
    assert f"softhouse apply {run.folder.name} puts it into your folder" in way_home
    assert "gives no rights:\n### AGENTS.md\n```markdown\nPrint numbers" in provider.calls[0].user
    assert (source / "main.py").read_text() == "print(1)\n"


def test_every_rule_of_the_scripted_company_belongs_to_a_phase() -> None:
    cards = Path(__file__).parents[2] / "phases"
    said = "".join(path.read_text() for path in cards.glob("*.yaml"))
    assert [words for words in RULES if words not in said] == []
