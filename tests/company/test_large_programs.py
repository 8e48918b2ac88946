"""A change of a program that is too large to be shown whole."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from company.deliverables.kind import Bounds, Unreadable, deliverable_kind
from company.engine.context.sections import fenced
from company.engine.draft import Draft
from company.engine.effects import Effects
from company.engine.resources import open_resources
from company.engine.run import Run
from phases.yields import FilesYield, Yields
from tests.support.hands import call
from tests.support.houses import prompts, work
from tests.support.repositories import NEW, OLD, RULE, TASK, repository, write
from tests.support.scripted_company import APPROVED, fields_reply
from tests.support.scripted_provider import ScriptedProvider, tokens
from warehouse.events import DeliverableRejected, MapEnded
from warehouse.journal.journal import Event, read_events

AT = "2026-03-01T12:00:00Z"
EDIT = f"### {RULE}\n```python\n<<<<<<< SEARCH\n{OLD}=======\n{NEW}>>>>>>> REPLACE\n```\n"
DECIDED = fields_reply(changes=["refuses"], files=[RULE], adds=[], stays=["the rest"])


def company(**replies: Any) -> ScriptedProvider:
    """Maintainers who get it right the first time, but for the given replies."""
    said: dict[str, list[Any]] = {
        **replies,
        "Decide what is changed": replies.get("Decide what is changed", [DECIDED]),
        "Make this change": replies.get("Make this change", [EDIT]),
        "approved: true": [APPROVED],
    }
    rules = [{"user": words, "replies": given} for words, given in said.items()]
    return ScriptedProvider.from_script({"rules": rules})


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all: what was read once is not read again."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def shop(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOFTHOUSE_CACHE", str(cache))
    write(tmp_path / "shop", repository(1) | {RULE: repository(8)[RULE]})
    return tmp_path / "shop"


async def changed(folder: Path, provider: ScriptedProvider, source: Path, company: str) -> Run:
    return await work(folder, provider, company, task=TASK, source=source)


def used(provider: ScriptedProvider) -> int:
    """Tokens of all messages, as the provider counts them."""
    return sum(tokens("".join(map(str, said))) for said in prompts(provider))


async def test_a_role_is_shown_a_map_then_what_it_decided_on_then_what_was_changed(
    tmp_path: Path, shop: Path
) -> None:
    async with company() as provider:
        run = await changed(tmp_path, provider, shop, "incremental")
    analysis, coding, review = (said[-1] for said in prompts(provider))

    assert f"{RULE} (93 lines)\n    6: def add_surcharge_07(price: int, surcharge: int)" in analysis
    assert OLD not in analysis and "stock_step" not in analysis
    assert f"### {RULE}" in coding and OLD in coding and coding.count("### ") == 2
    assert f"--- a/{RULE}" in review and '+        raise ValueError(f"a surcharge' in review
    assert "stock_step" not in review
    assert run.product.files()[RULE].decode().count(NEW) == 1
    assert used(provider) < 8_000


async def test_a_role_with_tools_needs_no_more_than_a_short_map(tmp_path: Path, shop: Path) -> None:
    said = {
        "^Task:": [call("search", pattern="add_surcharge_07", only="money/*.py")],
        "^search add_surcharge_07 ": [call("read", path=RULE, first=1, last=12)],
        f"^read {RULE} ": [call("edit", path=RULE, search=OLD, replace=NEW)],
        f"^edit {RULE} ": ["All is done."],
    }
    async with company(**said) as provider:
        run = await changed(tmp_path, provider, shop, "agent")

    assert f"{RULE} (93 lines)" in prompts(provider)[0][-1]
    assert NEW in run.product.files()[RULE].decode()
    assert len(provider.calls) == 4 and used(provider) < 10_000


async def test_a_colleague_is_not_shown_the_whole_either(tmp_path: Path, shop: Path) -> None:
    said = {
        "^Task:": [call("ask", colleague="cto", question="Where is it?")],
        "asks you one question": ["In the money rules."],
        "^ask cto ": [call("edit", path=RULE, search=OLD, replace=NEW)],
        f"^edit {RULE} ": ["All is done."],
    }
    async with company(**said) as provider:
        await changed(tmp_path, provider, shop, "agent")
    (asked,) = (said[-1] for said in prompts(provider) if "asks you one question" in said[-1])
    assert f"{RULE} (93 lines)" in asked and "stock_step" not in asked


async def test_the_map_is_recorded_and_never_drawn_again(
    tmp_path: Path, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with company() as provider:
        run = await changed(tmp_path, provider, shop, "incremental")
    maps = [
        each.data.result.text
        for each in read_events(run.folder / "journal.jsonl")
        if isinstance(each.data, MapEnded)
    ]
    assert len(maps) == 2 and f"{RULE} (93 lines)" in maps[0] and f"{RULE} (" not in maps[1]

    monkeypatch.setattr("company.engine.survey.program_map", None)  # whoever draws one now fails
    async with open_resources("none") as resources:
        rehearsal = await Run.recorded(run.folder, resources).rehearse()
    assert not rehearsal.unasked


WHOLE = f"### {RULE}\n```python\n{repository(8)[RULE].replace(OLD, NEW)}```\n"


@pytest.mark.parametrize(
    "reply",
    [WHOLE, EDIT.replace("The price with", "A price with")],
    ids=["writes it anew", "edits what is not there"],
)
async def test_who_changes_a_file_that_was_not_shown_is_shown_it(
    tmp_path: Path, shop: Path, reply: str
) -> None:
    nothing = fields_reply(changes=["refuses"], files=[], adds=[], stays=["the rest"])
    said = {"Decide what is changed": [nothing], "Below is all of": [WHOLE]}
    async with company(**said, **{"Make this change": [reply]}) as provider:
        run = await changed(tmp_path, provider, shop, "incremental")
    coding, back = (said[-1] for said in prompts(provider)[1:3])

    assert f"### {RULE}" not in coding
    assert f"Below is all of {RULE}: it may be written anew as well." in back
    assert OLD in back and "stock_step" not in back
    assert run.product.files()[RULE].decode().count(NEW) == 1
    rejected = [each.data for each in read_events(run.folder / "journal.jsonl")]
    (words,) = (each.complaint for each in rejected if isinstance(each, DeliverableRejected))
    assert OLD not in words
    async with open_resources("none") as resources:
        rehearsal = await Run.recorded(run.folder, resources).rehearse()
    assert not rehearsal.unasked


async def test_a_small_program_is_shown_whole_and_no_map_is_drawn(tmp_path: Path) -> None:
    files = {
        path: text for path, text in repository(8).items() if "rule_07" in path and "money" in path
    }
    write(tmp_path / "shop", files)
    async with company() as provider:
        run = await changed(tmp_path, provider, tmp_path / "shop", "incremental")
    analysis, coding, _ = (said[-1] for said in prompts(provider))
    assert f"- {RULE} (93 lines)\n" in analysis
    assert all(f"### {path}" in coding for path in files)
    assert not [
        each
        for each in read_events(run.folder / "journal.jsonl")
        if isinstance(each.data, MapEnded)
    ]


async def test_a_file_that_is_not_there_goes_back_to_who_decided_on_it(
    tmp_path: Path, shop: Path
) -> None:
    wrong = json.dumps({"files": ["money/rule_7.py: refuse"], "changes": ["x"]})
    async with company(
        **{"Decide what is changed": [wrong], "has no such file": [DECIDED]}
    ) as provider:
        run = await changed(tmp_path, provider, shop, "incremental")
    (complaint,) = [
        each.data.complaint
        for each in read_events(run.folder / "journal.jsonl")
        if isinstance(each.data, DeliverableRejected)
    ]
    assert complaint.startswith(
        "'files' names 'money/rule_7.py: refuse', and the program has no such"
    )
    assert RULE in complaint


async def test_what_was_not_shown_whole_is_not_written_anew(tmp_path: Path, shop: Path) -> None:
    other = "money/rule_00.py"
    anew = f"### {other}\n```python\ndef limit_00(amount):\n    return 1\n```\n"
    blind = (
        f"### {other}\n```python\n<<<<<<< SEARCH\n{OLD}=======\n{NEW}>>>>>>> REPLACE\n```\n{anew}"
    )
    async with company(
        **{
            "Make this change": [anew],
            "cannot be written anew": [blind],
            "is written twice, and the second lacks": [EDIT],  # it was shown it meanwhile
        }
    ) as provider:
        run = await changed(tmp_path, provider, shop, "incremental")
    assert run.product.files()[other].decode() == repository(1)[other]
    assert NEW in run.product.files()[RULE].decode()
    assert provider.calls


BIG = "x = 1\n"
ANEW = "### big.py\n```python\nx = 2\n```\n"
ANEW_AND_CUT = f"{ANEW}\n### other.py\n```python\ny = 1\n"


def draft(past: Sequence[str] = ()) -> Draft:
    """A talk about a file that its role was not shown, with the complaints recorded of it."""
    kind = deliverable_kind(Yields(files=FilesYield())).within(Bounds(unseen=("big.py",)))
    events = [
        Event(number, AT, "talk", DeliverableRejected("coding", complaint))
        for number, complaint in enumerate(past)
    ]
    return Draft(kind, "coding", Effects(None, events), {"big.py": BIG}, room_to_show=1000)


def complaint_to(talk: Draft, reply: str) -> str:
    with pytest.raises(Unreadable) as unreadable:
        talk.read(reply)
    return unreadable.value.complaint


def test_a_file_that_was_shown_goes_with_every_reply_that_goes_back_after_it() -> None:
    talk = draft()
    first = talk.sent_back("talk", complaint_to(talk, ANEW))
    second = talk.sent_back("talk", complaint_to(talk, ANEW_AND_CUT))

    assert BIG in first and BIG in second
    assert talk.read(ANEW).files == {"big.py": "x = 2\n"}


def test_what_the_last_request_does_not_hold_is_not_written_anew() -> None:
    talk = draft()
    talk.sent_back("talk", complaint_to(talk, ANEW))
    talk.rejected("talk", complaint_to(talk, ANEW_AND_CUT))

    assert "cannot be written anew" in complaint_to(talk, ANEW)


def test_a_recorded_talk_shows_a_file_as_often_as_it_did_then() -> None:
    below = "Below is all of big.py: it may be written anew as well."
    talk = draft([f"You were not shown it.\n{below}", "It stops in the middle."])
    first = talk.sent_back("talk", complaint_to(talk, ANEW))
    second = talk.sent_back("talk", complaint_to(talk, ANEW_AND_CUT))

    assert first.endswith(f"{below}\n\n{fenced('big.py', BIG)}")
    assert second == "It stops in the middle."
    assert "cannot be written anew" in complaint_to(talk, ANEW)
