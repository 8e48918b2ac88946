"""`replay:RUN` as a model: a company at work on the answers of a recorded run."""

import asyncio
import copy
import hashlib
from pathlib import Path
from typing import Any

import pytest

from company.cards.company_card import RunLimits
from company.company import Company, company_for
from company.engine.run import Run
from company.errors import ProviderError
from company.models.model_id import capabilities, context_window
from company.models.recorded_answers import RecordedAnswers
from company.models.request import ModelRequest
from company.models.settled import settled
from tests.support.houses import work, write_cards
from tests.support.journals import Step, answered, asked, events, small_run, started, write_run
from tests.support.scripted_company import APPROVED, TASK, fields_reply, mended, script
from tests.support.scripted_provider import ScriptedProvider
from warehouse.errors import RunNotFound
from warehouse.events import CompletionResult
from warehouse.events.conversion import as_json
from warehouse.journal.journal import Event, read_events
from warehouse.runs.folders import demos

RUN = "20260102-030405-tips-abcd"


def talks(*said: tuple[str, str, str]) -> list[Step]:
    """A run in which, at each place, a prompt got an answer."""
    steps = [started()]
    for where, prompt, answer in said:
        steps += [asked(where, prompt), answered(where, answer)]
    return steps


class Asking:
    """Asks a recorded run, as one that goes on would."""

    def __init__(self, folder: Path) -> None:
        self.model = f"replay:{folder}"
        self.answers = RecordedAnswers()
        self.words: list[str] = []

    async def ask(self, prompt: str, where: str = "", run: str = "") -> CompletionResult:
        messages = [{"role": "user", "content": prompt}]
        request = ModelRequest(self.model, messages, where=where, run=run)
        return await self.answers.complete(request, self.words.append)

    async def text(self, prompt: str, where: str = "", run: str = "") -> str:
        return (await self.ask(prompt, where, run)).text


@pytest.fixture
def asking(tmp_path: Path) -> Asking:
    steps = talks(
        ("1.coding/turn-1", "Write it.", "first"),
        ("2.left/turn-1", "Look at it.", "left"),
        ("2.right/turn-1", "Look at it.", "right"),
        ("3.manual/turn-1", "Explain it.", "last"),
    )
    return Asking(write_run(tmp_path, steps, RUN))


async def test_the_same_question_gets_the_recorded_answer_wherever_it_is_asked(
    asking: Asking,
) -> None:
    assert await asking.text("Explain it.", "9.other/turn-1") == "last"
    assert await asking.text("Write it.") == "first"


async def test_the_same_question_asked_in_several_places_gets_the_answer_of_each(
    asking: Asking,
) -> None:
    assert await asking.text("Look at it.", "2.right/turn-1") == "right"
    assert await asking.text("Look at it.", "2.left/turn-1") == "left"


async def test_a_run_that_is_taken_up_again_is_not_given_an_answer_twice(
    asking: Asking, tmp_path: Path
) -> None:
    """In a process of its own, too: it goes on as it would have without the interruption."""
    place = "8.elsewhere/turn-1"
    first = await asking.ask("Look at it.", place, run="b")
    past = talks((place, "Look at it.", first.text))
    past[-1][2]["result"]["model"] = asking.model
    again = Asking(tmp_path / RUN)
    again.answers.recall("b", events(past))
    assert await again.text("Look at it.", "9.elsewhere/turn-1", run="b") == "right"
    assert await again.text("Look at it.", "9.elsewhere/turn-1", run="another") == "left"


async def test_without_a_place_the_same_question_is_answered_in_recorded_order(
    asking: Asking,
) -> None:
    assert [await asking.text("Look at it.") for _ in range(2)] == ["left", "right"]


async def test_another_question_in_the_same_place_gets_the_answer_of_the_place(
    asking: Asking,
) -> None:
    assert await asking.text("Explain it, please.", "3.manual/turn-1") == "last"


async def test_every_answer_is_given_once_and_the_next_question_is_an_error_that_says_what_to_do(
    asking: Asking,
) -> None:
    await asking.ask("Write it.", "1.coding/turn-1")
    with pytest.raises(ProviderError) as caught:
        await asking.ask("Write it.", "1.coding/turn-1", run="")
    assert (caught.value.retryable, caught.value.exit_code) == (False, 4)
    assert "holds no answer to what is asked at 1.coding/turn-1" in str(caught.value)
    assert "--at 1.coding/turn-1 --set model=" in str(caught.value)


async def test_every_run_that_asks_is_given_every_answer(asking: Asking) -> None:
    runs = ["a", "b", "c"]
    for prompt, answer in (("Write it.", "first"), ("Explain it.", "last")):
        assert await asyncio.gather(*(asking.text(prompt, run=r) for r in runs)) == [answer] * 3


async def test_an_answer_has_the_tokens_it_took_then_and_costs_neither_money_nor_time(
    tmp_path: Path,
) -> None:
    steps = [started(), asked("1.coding/turn-1", "?"), answered("1.coding/turn-1", "!", cost=2.5)]
    steps[-1][2]["result"]["finish_reason"] = "length"
    asking = Asking(write_run(tmp_path, steps, RUN))
    completion = await asking.ask("?")
    assert (completion.usage.prompt_tokens, completion.usage.completion_tokens) == (100, 20)
    assert (completion.cost, completion.seconds) == (0.0, 0.0)
    assert (completion.model, completion.finish_reason) == (asking.model, "length")
    assert asking.words == ["!"]


async def test_messages_that_a_journal_names_are_known_by_what_they_say(tmp_path: Path) -> None:
    first, second = asked("1.coding/turn-1", "Write it."), asked("1.coding/turn-2", "Again.")
    second[2]["request"]["messages"].insert(0, first[2]["request"]["messages"][0]["id"])
    steps = [started(), first, answered(first[1], "one"), second, answered(second[1], "two")]
    asking = Asking(write_run(tmp_path, steps, RUN))
    messages = [{"role": "user", "content": text} for text in ("Write it.", "Again.")]
    completion = await asking.answers.complete(ModelRequest(asking.model, messages))
    assert completion.text == "two"


async def test_a_picture_in_a_prompt_does_not_make_it_another_prompt(tmp_path: Path) -> None:
    def prompt(url: str) -> list[dict[str, Any]]:
        return [
            {"type": "text", "text": "Build this."},
            {"type": "image_url", "image_url": {"url": url}},
        ]

    steps = talks(("1.coding/turn-1", "", "one"))
    steps[1][2]["request"]["messages"][0]["content"] = prompt("attachment:sketch.png")
    asking = Asking(write_run(tmp_path, steps, RUN))
    messages = [{"role": "user", "content": prompt("data:image/png;base64,iVBOR")}]
    completion = await asking.answers.complete(ModelRequest(asking.model, messages))
    assert completion.text == "one"


def spoiled(value: object) -> list[Step]:
    """A small run with something else in every field, at every depth where a field is looked for."""

    def spoil(data: dict[str, Any]) -> dict[str, Any]:
        kept = ("schema", "effect", "ordinal", "result", "request", "usage", "messages")
        return {
            name: spoil(old) if isinstance(old, dict) else old if name in kept else value
            for name, old in data.items()
        }

    return [(kind, where, spoil(copy.deepcopy(data))) for kind, where, data in small_run()]


VALUES: tuple[object, ...] = (None, [], [{}], 1, -1e999, {"a": 1}, True)
HOSTILE: list[list[Step]] = [
    [(kind, where, {"schema": "1.0"}) for kind, where, _ in small_run()],
    *(spoiled(value) for value in VALUES),
    [started(), ("effect.ended", "1.x", {"effect": "completion", "result": {"usage": [1]}})],
    [started(), ("effect.started", "1.x", {"effect": "completion", "request": {"messages": 3}})],
]


@pytest.mark.parametrize("steps", HOSTILE)
async def test_a_journal_that_lacks_everything_answers_nothing_or_with_what_it_holds(
    tmp_path: Path, steps: list[Step]
) -> None:
    asking = Asking(write_run(tmp_path, steps, RUN))
    assert context_window(asking.model) == 8192
    for where in ("1.coding/turn-1", "1.x"):
        try:
            completion = await asking.ask("anything", where)
        except ProviderError:
            continue
        assert isinstance(completion.text, str)
        assert completion.usage.prompt_tokens >= 0 or completion.usage.completion_tokens >= 0


def recorded_with(model: str, products: Path, name: str = RUN) -> str:
    """The id of a recorded run's model."""
    return f"replay:{write_run(products, [started(model=model)], name)}"


def test_the_window_and_abilities_are_those_of_the_model_that_was_recorded(
    tmp_path: Path,
) -> None:
    model = recorded_with("openai:gpt-4", tmp_path)
    assert context_window(model) == context_window("openai:gpt-4") == 8192
    assert capabilities(model) == capabilities("openai:gpt-4")
    copied = recorded_with(recorded_with("openai:gpt-4o", tmp_path, "b"), tmp_path, "c")
    assert context_window(copied) == 128_000


def test_the_model_of_a_fork_is_the_one_it_went_on_with(tmp_path: Path) -> None:
    steps = [started(), ("run.forked", "", {"order": {"model": "openai:gpt-4o"}})]
    assert context_window(f"replay:{write_run(tmp_path, steps, RUN)}") == 128_000


@pytest.mark.parametrize("model", ["", "none", "nobody:x", "replay:"])
def test_where_the_journal_does_not_say_who_spoke_there_is_a_window_all_the_same(
    tmp_path: Path, model: str
) -> None:
    assert context_window(recorded_with(model, tmp_path)) == 8192


def test_a_run_recorded_from_itself_is_no_endless_search(tmp_path: Path) -> None:
    assert context_window(recorded_with(f"replay:{tmp_path / RUN}", tmp_path)) == 8192


def test_a_run_that_is_not_there_is_told_as_everywhere(tmp_path: Path) -> None:
    with pytest.raises(RunNotFound, match="no-such-run"):
        context_window(f"replay:{tmp_path / 'no-such-run'}")


def test_a_recorded_run_is_frozen_by_a_name_that_stays_true(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_run(tmp_path / "products", small_run(), RUN)
    monkeypatch.chdir(tmp_path)
    for name in ("last", "2026", RUN, f"products/{RUN}", str(folder)):
        assert settled(f"replay:{name}", Path("products")) == f"replay:{folder}"
    assert settled("replay:demo", Path("products")) == "replay:demo"
    assert settled("openai:gpt-4o", Path("products")) == "openai:gpt-4o"
    with pytest.raises(RunNotFound):
        settled("replay:nothing", Path("products"))


def test_the_company_that_was_recorded_works_unless_another_is_named(tmp_path: Path) -> None:
    assert company_for("replay:demo") == "pair"
    assert company_for("replay:demo-waterfall") == "default"
    assert company_for("replay:demo", existing=True) == "incremental"
    evil = started(company={"company": {"name": "/etc/company.yaml"}})
    assert company_for(f"replay:{write_run(tmp_path, [evil], RUN)}") == "default"


RECORDED: dict[str, list[Any]] = {
    "approved: true if": [
        fields_reply(approved=False, comments=["tip.py: it rounds down"]),
        APPROVED,
    ],
    "every comment is answered": [mended("TIP = 1")],
}
"""A review that is held twice, so that there is an order to get wrong."""


def recording() -> ScriptedProvider:
    return ScriptedProvider.from_script(script(**RECORDED))


async def again(first: Run, folder: Path, company: str, **more: Any) -> Run:
    """The same work on the recorded answers."""
    return await Company.load(
        company, model=f"replay:{first.folder}", overlay=folder / "cards"
    ).work(TASK, products=folder / "again", sandbox="none", seed=1, **more)


def told(run: Run) -> list[tuple[str, str, Any]]:
    """What happened in a run, but for when, with which model, and the names of commits."""
    return [
        (event.kind, event.where, _said(event))
        for event in read_events(run.folder / "journal.jsonl")[1:]
        if event.kind not in ("words", "retry")
    ]


def _said(event: Event) -> Any:
    if event.kind == "effect.ended":
        result = as_json(event.data)["result"]
        return result.get("text") or [change["path"] for change in result.get("files", [])]
    if event.kind == "effect.started":
        return as_json(event.data)["request"].get("messages") or as_json(event.data)["request"].get(
            "files"
        )
    return as_json(event.data)


@pytest.mark.parametrize("company", ["default", "branches"])
async def test_on_recorded_answers_a_company_does_what_it_did(tmp_path: Path, company: str) -> None:
    branches = {"steps": ["coding", {"parallel": {"steps": ["test_writing", "manual"]}}]}
    write_cards(tmp_path / "cards", "chains", branches=branches)
    card = {"title": "Branches", "chain": "branches"}
    write_cards(tmp_path / "cards", "companies", branches=card)
    async with recording() as provider:
        first = await work(tmp_path, provider, company, task=TASK)
        calls = len(provider.calls)
        second = await again(first, tmp_path, company)
        assert len(provider.calls) == calls
    assert second.product.files() == first.product.files()
    if company == "default":
        assert told(second) == told(first)
    assert second.usage.tokens == first.usage.tokens
    assert second.usage.cost == 0.0
    assert set(second.spec.models.values()) == {f"replay:{first.folder}"}


async def test_many_runs_at_once_are_given_the_same_answers(tmp_path: Path) -> None:
    from company.engine.resources import open_resources

    async with recording() as provider:
        first = await work(tmp_path, provider, "default", task=TASK)
    async with open_resources("none") as resources:
        runs = await asyncio.gather(
            *(again(first, tmp_path, "default", resources=resources) for _ in range(5))
        )
    assert [run.product.files() for run in runs] == [first.product.files()] * 5


async def test_a_run_that_goes_another_way_stops_where_nothing_is_recorded(tmp_path: Path) -> None:
    async with recording() as provider:
        first = await work(tmp_path, provider, "solo", task=TASK)
    with pytest.raises(ProviderError, match=r"softhouse fork \S+ --at 1\.demand_analysis"):
        await again(first, tmp_path, "default")


async def test_a_budget_in_money_holds_for_recorded_answers_which_cost_nothing(
    tmp_path: Path,
) -> None:
    async with recording() as provider:
        first = await work(tmp_path, provider, "solo", task=TASK)
    run = await again(first, tmp_path, "solo", limits=RunLimits(usd=0.01))
    assert run.summary.exit_code == 0


def commits(journal: Path) -> dict[str, dict[str, str]]:
    """Where something was committed, and the digest of each of its files."""
    return {
        event.where: as_json(event.data)["request"]["files"]
        for event in read_events(journal)
        if event.kind == "effect.started" and as_json(event.data)["effect"] == "commit"
    }


@pytest.mark.parametrize(
    ("name", "sandbox"),
    [("demo", "none"), ("demo", "bubblewrap"), ("demo-waterfall", "bubblewrap")],
)
async def test_a_demo_s_answers_make_the_files_that_its_commits_tell_of(
    tmp_path: Path, name: str, sandbox: str
) -> None:
    journal = demos()[name] / "journal.jsonl"
    order = as_json(read_events(journal)[0].data)
    company = Company.load(company_for(f"replay:{name}"), model=f"replay:{name}")
    run = await company.work(
        order["task"]["text"], products=tmp_path, sandbox=sandbox, seed=order["seed"]
    )
    recorded = commits(journal)
    assert commits(run.folder / "journal.jsonl") == recorded
    delivered = {path: digest for files in recorded.values() for path, digest in files.items()}
    made = run.product.files()
    assert {path: hashlib.sha256(made[path]).hexdigest() for path in made} == delivered
