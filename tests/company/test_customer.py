"""A simulated customer uses what is delivered and says what they think: an opinion, and no verdict."""

from pathlib import Path

import pytest

from company.cards.company_card import RunLimits
from company.company import Company
from company.engine.resources import open_resources
from company.engine.run import Run
from company.errors import ConfigurationError
from company.lab.design.condition import Condition, SpecBook
from company.lab.tasks.task_card import TaskCard
from tests.support.hands import call
from tests.support.houses import only_journal, write_cards
from tests.support.scripted_company import fields_reply, file_block
from tests.support.scripted_provider import ScriptedProvider
from warehouse.events import DeliverableAccepted, ToolEnded

ASKS = file_block("main.py", 'name = input("Name? ")\nprint("Hello", name)')
LOUD = file_block("main.py", 'name = input("Name? ")\nprint("HELLO", name.upper())')
USES = call("use", do="enter Anna")
COMPLAINS = fields_reply(approved=False, comments=["It whispers: I typed Anna and hardly saw it."])
CONTENT = fields_reply(approved=True, comments=[])
AGAIN = {
    "loop": {
        "name": "satisfaction",
        "max": 2,
        "until": "satisfaction.approved",
        "steps": ["customer_trial", "review_modification"],
    }
}


async def tried(folder: Path, *replies: str) -> tuple[Run, ScriptedProvider]:
    async with ScriptedProvider([*replies]) as provider:
        company = Company.load(
            "solo", model=f"url:{provider.url}#scripted", customer=True, overlay=folder / "cards"
        )
        run = await company.work(
            "a loud greeter", products=folder / "products", sandbox="bubblewrap", seed=1
        )
    return run, provider


def opinions(folder: Path) -> list[DeliverableAccepted]:
    events = (event.data for event in only_journal(folder))
    deliverables = [data for data in events if isinstance(data, DeliverableAccepted)]
    return [each for each in deliverables if each.phase == "customer_trial"]


async def test_a_customer_who_used_nothing_has_no_opinion(tmp_path: Path) -> None:
    """Found: a small model praised a program that could not start, and had never used it."""
    _, provider = await tried(tmp_path, ASKS, CONTENT, CONTENT, CONTENT)

    assert "you have not used your tools" in str(provider.calls[2].body["messages"])
    assert opinions(tmp_path) == []


async def test_the_customer_uses_it_and_their_complaint_changes_no_verdict(tmp_path: Path) -> None:
    run, provider = await tried(tmp_path, ASKS, USES, COMPLAINS)

    first, second = (each.body["messages"] for each in provider.calls[1:])
    assert "You are the Customer" in first[0]["content"]
    assert "a loud greeter" in first[1]["content"]
    assert "print(" not in str(first), "a customer reads no source"
    assert "Name? Anna\nHello Anna" in second[-1]["content"]
    (opinion,) = opinions(tmp_path)
    assert opinion.fields == {
        "approved": False,
        "comments": ["It whispers: I typed Anna and hardly saw it."],
    }
    assert (run.summary.status, run.summary.exit_code) == ("verified", 0)
    assert run.summary.reason.startswith("starts")
    assert "whispers" not in run.summary.reason
    assert len(run.product.log()) == 1

    async with open_resources("none") as resources:
        rehearsal = await Run.recorded(run.folder, resources).rehearse()
    assert rehearsal.ending is not None
    assert rehearsal.unasked == []


async def test_where_the_card_says_so_a_complaint_is_worked_on_once_more(tmp_path: Path) -> None:
    write_cards(tmp_path / "cards", "chains", customer={"steps": [AGAIN]})
    run, provider = await tried(tmp_path, ASKS, USES, COMPLAINS, LOUD, USES, CONTENT)

    assert "It whispers" in str(provider.calls[3].body["messages"])
    assert [each.fields["approved"] for each in opinions(tmp_path)] == [False, True]
    shown = [e.data.result.text for e in only_journal(tmp_path) if isinstance(e.data, ToolEnded)]
    assert "HELLO ANNA" in shown[-1]
    assert len(run.product.log()) == 2


async def test_it_is_off_unless_it_is_asked_for_and_a_factor_in_experiments(tmp_path: Path) -> None:
    assert "customer" not in Company.load("pair").cards.roles
    company = Company.load("pair", customer=True)
    assert "customer" in company.cards.roles
    alone = Company.load("pair").cards.chain.steps
    assert company.cards.chain.steps[: len(alone)] == alone, "what is shared keeps its place"

    book = SpecBook(tmp_path, sandbox="none", limits=RunLimits(), label="")
    card = TaskCard(id="tip", prompt="a tip calculator")
    settings = {"company": "solo", "model": "openai:gpt-4o", "customer": True}
    spec = await book.spec(card, Condition("tried", settings), name="tip", seed=1)
    assert "customer_trial" in spec.cards.phases
    with pytest.raises(ConfigurationError, match="'customer' is true or false, not 'maybe'"):
        odd = Condition("odd", {**settings, "customer": "maybe"})
        await book.spec(card, odd, name="tip", seed=1)
