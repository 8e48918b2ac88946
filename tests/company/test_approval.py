"""A deliverable that a person must accept: shown, accepted or sent back, and nothing is kept before."""

from pathlib import Path
from typing import Any

import pytest

from company.cards.catalogue import Cards
from company.cards.check import check_company
from company.company import Company
from company.deliverables.kind import Delivery
from company.engine.draft import SHOWN_LINES, showing
from company.engine.run import Run
from company.errors import NothingDelivered
from tests.support.houses import house, prompts
from tests.support.scripted_company import script
from tests.support.scripted_provider import ScriptedProvider
from tests.support.steering import FILES, chain_of
from warehouse.journal.journal import FILE_NAME, read_events
from warehouse.product.product import Product

FIRST = "### main.py\n```python\nprint(1)\n```\n\n### tip.py\n```python\nTIP = 1\n```\n"
BETTER = "### main.py\n```python\nprint(2)\n```\n"
AN_EDIT = "### main.py\n```\n<<<<<<< SEARCH\nprint(1)\n=======\nprint(3)\n>>>>>>> REPLACE\n```\n"


class Customer:
    """Answers one after the other, and remembers what was asked."""

    def __init__(self, *answers: str) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []

    async def answer(self, role: str, question: str) -> str:
        assert role == "Human"
        self.asked.append(question)
        return self._answers.pop(0)


async def build(
    folder: Path, customer: Customer, *replies: Any, **phase: Any
) -> tuple[Run, ScriptedProvider]:
    chain_of(folder, work={"yields": FILES, "approve": "human", **phase})
    async with ScriptedProvider(replies) as provider:
        run = await house(folder, provider).work(
            "a clock", products=folder / "products", sandbox="none", seed=1, person=customer
        )
    return run, provider


async def test_what_is_accepted_is_committed(tmp_path: Path) -> None:
    customer = Customer("ok")
    run, provider = await build(tmp_path, customer, FIRST)
    assert run.summary.files == ["main.py", "tip.py"]
    assert len(provider.calls) == 1
    (question,) = customer.asked
    assert "the Programmer has delivered this" in question
    assert "main.py (new, 1 lines)" in question
    assert "+print(1)" in question


async def test_an_objection_goes_back_and_nothing_is_committed_before_it_is_met(
    tmp_path: Path,
) -> None:
    customer = Customer("It should print 2.", "")
    run, provider = await build(tmp_path, customer, FIRST, BETTER)
    assert prompts(provider)[1][-1].endswith("- It should print 2.")
    product = Product.open(run.folder / "product")
    assert len(product.log()) == 1
    assert product.read("main.py") == b"print(2)\n"
    assert product.read("tip.py") == b"TIP = 1\n", "what was not objected to is kept"


async def test_the_draft_can_be_edited(tmp_path: Path) -> None:
    customer = Customer("It should print 3.", "yes")
    run, _ = await build(tmp_path, customer, FIRST, AN_EDIT)
    assert Product.open(run.folder / "product").read("main.py") == b"print(3)\n"


async def test_every_objection_so_far_is_told(tmp_path: Path) -> None:
    customer = Customer("Print 2.", "And say hello.", "fine")
    _, provider = await build(tmp_path, customer, FIRST, BETTER, AN_EDIT.replace("1)", "2)", 1))
    assert prompts(provider)[2][-1].endswith("- Print 2.\n- And say hello.")


async def test_a_phase_that_is_never_accepted_fails_visibly(tmp_path: Path) -> None:
    customer = Customer("no", "no!", "never", "not at all")
    replies = [f"### main.py\n```python\nprint({n})\n```\n" for n in range(4)]
    with pytest.raises(NothingDelivered, match="not at all"):
        await build(tmp_path, customer, *replies)
    assert len(customer.asked) == 4


async def test_a_decision_is_shown_by_its_fields(tmp_path: Path) -> None:
    offer = '{"kind": "web page", "features": ["adds", "subtracts"]}'
    customer = Customer("")
    decision = {"decision": {"kind": "str", "features": ["str"]}}
    await build(tmp_path, customer, offer, yields=decision)
    assert "features:\n  - adds\n  - subtracts\nkind: web page" in customer.asked[0]


async def test_what_was_accepted_is_recalled_and_not_asked_again(tmp_path: Path) -> None:
    customer = Customer("Print 2.", "ok")
    run, _ = await build(tmp_path, customer, FIRST, BETTER)
    from company.engine.resources import open_resources

    events = read_events(run.folder / FILE_NAME)
    async with open_resources("none") as resources:
        rehearsal = await Run.recorded(run.folder, resources, events).rehearse()
    assert rehearsal.unasked == []
    assert rehearsal.ending is not None


def test_a_large_deliverable_is_shown_shortly() -> None:
    text = "\n".join(f"line {n}" for n in range(500))
    lines = showing(Delivery("files", files={"main.py": text}), {}).splitlines()
    assert len(lines) == SHOWN_LINES + 1
    assert lines[0] == "main.py (new, 500 lines)"
    assert lines[-1].endswith("more lines")


def test_of_a_changed_file_only_what_is_different_is_shown() -> None:
    before = {"main.py": "a = 1\nb = 2\nc = 3\nd = 4\ne = 5\n", "same.py": "x\n"}
    after = {"main.py": "a = 1\nb = 2\nc = 3\nd = 4\ne = 6\n", "same.py": "x\n"}
    shown = showing(Delivery("files", files=after), before)
    assert "main.py (changed, 5 lines)" in shown
    assert "-e = 5\n+e = 6" in shown
    assert "a = 1" not in shown
    assert "same.py" not in shown


@pytest.mark.parametrize(
    ("phase", "complaint"),
    [
        ({"approve": "programmer"}, "is to approve but is not human"),
        ({"approve": "humane"}, "unknown role 'humane'"),
        ({"approve": "human", "talk": None, "yields": None, "run": "tests"}, "speaks to no one"),
    ],
)
def test_a_wrong_approval_is_a_fault_of_the_card(
    tmp_path: Path, phase: dict[str, Any], complaint: str
) -> None:
    given = {"yields": FILES, **phase}
    if "run" in phase:
        given["prompt"] = ""
    chain_of(tmp_path, work=given)
    text = (tmp_path / "cards/phases/work.yaml").read_text()
    kept = [line for line in text.splitlines() if not line.endswith("null")]
    (tmp_path / "cards/phases/work.yaml").write_text("\n".join(kept))
    problems = check_company(Cards(tmp_path / "cards"), "tiny")
    assert any(complaint in str(problem) for problem in problems), problems


async def test_the_approving_company_builds_nothing_before_its_offer_is_accepted(
    tmp_path: Path,
) -> None:
    offers = [
        '{"kind": "window", "features": ["a"]}',
        '{"kind": "command line", "features": ["a"]}',
    ]
    told = script(**{"Write the offer": offers, "This is not accepted": offers[1:]})
    customer = Customer("No window.", "ok")
    async with ScriptedProvider.from_script(told) as provider:
        run = await Company.load("approving", model=f"url:{provider.url}#m").work(
            "tips", products=tmp_path, sandbox="none", seed=1, person=customer
        )
    assert "kind: command line" in customer.asked[1]
    asked = [call.user for call in provider.calls]
    assert "No window." in asked[1]
    assert "command line" in next(user for user in asked if "Write the whole program" in user)
    assert run.summary.files
