"""The roles, what each has used, and who speaks now."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.support.forks import fork, opinionated
from tests.support.houses import work
from tests.support.journals import Step, answered, asked, events, started
from tests.support.scripted_company import TASK
from tui.run_state.staff import MOST_ROLES, Staff
from warehouse.history.summary import SummaryFold
from warehouse.history.transcript import TranscriptFold
from warehouse.history.usage import Usage, total
from warehouse.journal.journal import FILE_NAME, Event, read_events
from warehouse.runs.folders import DEMOS

WATERFALL = read_events(DEMOS / "demo-waterfall" / FILE_NAME)


def staff_of(run: Iterable[Event]) -> Staff:
    staff, transcript = Staff(), TranscriptFold()
    for event in run:
        staff.add(event, transcript.add(event))
    return staff


def question(where: str, who: str = "cto") -> Step:
    data = {"effect": "answer", "ordinal": 0, "speaker": who, "listener": "company"}
    return "effect.started", where, {**data, "request": {"question": "Well?"}}


def reply(where: str, text: str) -> Step:
    return "effect.ended", where, {"effect": "answer", "ordinal": 0, "result": {"text": text}}


def test_the_roles_come_in_the_order_of_the_company_before_anyone_has_spoken() -> None:
    staff = staff_of(WATERFALL[:1])
    assert [each.title for each in staff.colleagues][:4] == [
        "CEO",
        "Chief Product Officer",
        "Counselor",
        "Chief Technology Officer",
    ]
    assert {each.usage.tokens for each in staff.colleagues} == {0}
    assert set(staff.shares().values()) == {0.0}


def test_together_the_roles_have_used_what_the_run_has_used() -> None:
    staff, summary = staff_of(WATERFALL), SummaryFold(WATERFALL).summary
    assert total(each.usage for each in staff.colleagues) == summary.usage
    assert round(sum(staff.shares().values()), 6) == 1.0


def test_what_a_role_says_is_counted_in_words() -> None:
    staff = staff_of(
        events([started(), asked("1.a/turn-1", "?"), answered("1.a/turn-1", "a b\nc")])
    )
    (programmer, cto) = staff.colleagues
    assert (programmer.words, cto.words) == (3, 0)
    assert staff.shares() == {"programmer": 1.0, "cto": 0.0}


def test_who_was_asked_speaks_until_the_answer_is_there() -> None:
    run = events([started(), asked("1.a/turn-1", "?"), answered("1.a/turn-1", "done")])
    assert staff_of(run[:2]).speaking == {"programmer": "cto"}
    assert staff_of(run).speaking == {}


def test_a_person_is_marked_and_costs_nothing() -> None:
    run = [started(human_roles=["cto"]), question("1.a"), reply("1.a", "make it blue")]
    staff = staff_of(events(run))
    (person,) = [each for each in staff.colleagues if each.human]
    assert (person.name, person.words, person.usage) == ("cto", 3, Usage())


def test_a_call_that_failed_counts_for_whoever_made_it() -> None:
    used = {"prompt_tokens": 70, "completion_tokens": 3, "cost": 0.5}
    failed = ("effect.failed", "1.a/turn-1", {"effect": "completion", "ordinal": 0, "used": used})
    staff = staff_of(events([started(), asked("1.a/turn-1", "?"), failed]))
    programmer = staff.colleagues[0]
    assert (programmer.usage, staff.speaking) == (Usage(0, 70, 3, 0.5), {})


def test_whoever_spoke_when_a_run_was_killed_speaks_no_more_when_it_is_taken_up() -> None:
    run = [started(), asked("1.a/turn-1", "?"), ("run.resumed", "", {})]
    assert staff_of(events(run)).speaking == {}


async def test_the_roles_of_a_fork_have_used_what_the_fork_has_used(tmp_path: Path) -> None:
    async with opinionated() as provider:
        parent = await work(tmp_path, provider, "default", task=TASK)
        run = await fork(parent, "review", {"models.code_reviewer": f"url:{provider.url}#strict"})
    staff = staff_of(read_events(run.folder / FILE_NAME))
    assert sum(each.usage.calls for each in staff.colleagues) == run.usage.calls
    models = {each.name: each.model for each in staff.colleagues}
    assert models["code_reviewer"].endswith("#strict")


def test_more_roles_than_any_company_has_are_left_out() -> None:
    def of(number: int) -> list[Step]:
        (kind, where, data), answer = asked(f"{number}", "?"), answered(f"{number}", "!")
        return [(kind, where, {**data, "speaker": f"role-{number}"}), answer]

    talk = [step for number in range(5 * MOST_ROLES) for step in of(number)]
    assert len(staff_of(events([started(), *talk])).colleagues) == MOST_ROLES


def test_fields_of_the_wrong_kind_are_as_good_as_missing() -> None:
    odd: list[dict[str, Any]] = [
        {"company": {"roles": {"a": 5, "b": {"title": ["x"], "human": "yes"}}}, "role_models": 7},
        {"company": {"roles": []}, "human_roles": {"a": 1}},
        {"company": None},
    ]
    for data in odd:
        titles = [each.title for each in staff_of(events([("run.started", "", data)])).colleagues]
        assert titles in (["a", "b"], [])
