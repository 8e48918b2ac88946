"""What is done to a company's talks from outside, and that a run meets with the same each time."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from company.cards.catalogue import Cards
from company.cards.check import check_company
from company.cards.intervention import KINDS, GarbledRole, Intervention
from company.engine.effects import Effects
from company.engine.interventions import AT_MOST, SABOTEUR, Interventions, lies_at
from company.engine.resources import open_resources
from company.engine.run import Run
from company.rights import ConsentNeeded, typed
from tests.support.forks import fork
from tests.support.houses import prompts, work, write_cards
from tests.support.scripted_provider import ScriptedProvider
from warehouse.events import Intervened
from warehouse.journal.journal import FILE_NAME, read_events

NOTES = {"decision": {"notes": ["str"]}}
AGREE, DISAGREE = "AGREED", "Say what it shows."
FIRST, SECOND = '{"notes": ["one two three"]}', '{"notes": ["four"]}'


def company(folder: Path, *interventions: dict[str, Any], **phases: dict[str, Any]) -> None:
    """A company called `tiny`: the phase `work` in which two talk, and the given ones after it."""
    talk = {"instructor": "cto", "assistant": "programmer", "turns": 2}
    usual = {
        "title": "Work",
        "prompt": "Do it: {{ task }}",
        "sees": ["task"],
        "talk": talk,
        "yields": NOTES,
    }
    named = {"work": {}, **phases}
    write_cards(
        folder / "cards", "phases", **{name: {**usual, **own} for name, own in named.items()}
    )
    write_cards(folder / "cards", "chains", tiny={"steps": list(named)})
    card = {"title": "Tiny", "chain": "tiny", "interventions": list(interventions)}
    write_cards(folder / "cards", "companies", tiny=card)


async def told(
    folder: Path, *interventions: dict[str, Any], replies: list[str], **phases: dict[str, Any]
) -> tuple[Run, list[list[str]]]:
    """The ended run, and the messages of every call that was made."""
    company(folder, *interventions, **phases)
    async with ScriptedProvider(replies) as provider:
        run = await work(folder, provider)
        asked = prompts(provider)
    assert len(asked) == len(replies)
    await _is_recalled(run)
    return run, asked


async def _is_recalled(run: Run) -> None:
    events = read_events(run.folder / FILE_NAME)
    async with open_resources("none") as resources:
        rehearsal = await Run.recorded(run.folder, resources, events).rehearse()
    assert rehearsal.unasked == []


def interventions_of(run: Run) -> list[tuple[str, str]]:
    """What was done and where, as the journal has it."""
    events = read_events(run.folder / FILE_NAME)
    return [(e.data.intervention, e.where) for e in events if isinstance(e.data, Intervened)]


async def test_who_is_muted_is_not_asked_and_objects_to_nothing(tmp_path: Path) -> None:
    run, _ = await told(tmp_path, {"mute": "cto"}, replies=[FIRST])
    assert interventions_of(run) == [("mute", "1.work/turn-1/remark")]


async def test_a_muted_assistant_delivers_nothing_and_the_phase_says_why(tmp_path: Path) -> None:
    run, _ = await told(
        tmp_path, {"at": "more", "mute": "programmer"}, replies=[FIRST, AGREE], more={}
    )
    ended = read_events(run.folder / FILE_NAME)
    (reason,) = [e.data.reason for e in ended if e.kind == "step.ended" and e.where == "2.more"]  # type: ignore[union-attr]
    assert reason == "programmer is kept from speaking (mute)."


async def test_what_is_dropped_is_paid_for_and_reaches_nobody(tmp_path: Path) -> None:
    _, asked = await told(tmp_path, {"drop": "cto"}, replies=[FIRST, DISAGREE])
    assert not any(DISAGREE in message for messages in asked for message in messages)


async def test_a_role_is_told_something_and_the_other_is_not(tmp_path: Path) -> None:
    say = {"say": {"role": "programmer", "text": "Mind the gap."}}
    _, asked = await told(tmp_path, say, replies=[FIRST, AGREE])
    assert [messages[-1].endswith("Mind the gap.") for messages in asked] == [True, False]


@pytest.mark.parametrize(
    ("persona", "text"),
    [
        ({"persona": {"role": "cto", "text": "You hate lists."}}, "You hate lists."),
        ({"saboteur": "cto"}, SABOTEUR),
    ],
)
async def test_a_persona_joins_the_system_prompt(
    tmp_path: Path, persona: dict[str, Any], text: str
) -> None:
    _, asked = await told(tmp_path, persona, replies=[FIRST, AGREE])
    assert [messages[0].endswith(text) for messages in asked] == [False, True]


async def test_another_model_speaks_once_a_person_has_named_its_address(tmp_path: Path) -> None:
    async with ScriptedProvider([AGREE]) as other:
        swap = {"swap": {"role": "cto", "model": f"url:{other.url}#other"}}
        with pytest.raises(ConsentNeeded):
            await told(tmp_path, swap, replies=[])
        typed([f"url:{other.url}#other"])
        run, asked = await told(tmp_path, swap, replies=[FIRST])
        assert len(other.calls) == 1
    assert len(asked) == 1
    assert interventions_of(run) == [("swap", "1.work/turn-1/remark")]


async def test_lost_words_are_lost_to_the_listener_and_kept_in_the_journal(tmp_path: Path) -> None:
    garbled = {"corrupt": {"role": "cto", "share": 1.0}}
    run, asked = await told(tmp_path, garbled, replies=[FIRST, DISAGREE, SECOND])
    assert asked[2][-1] == "… … … …"
    assert DISAGREE in (run.folder / FILE_NAME).read_text()


async def test_a_bound_of_words_is_told_and_kept(tmp_path: Path) -> None:
    bound = {"words": {"role": "cto", "most": 2}}
    _, asked = await told(tmp_path, bound, replies=[FIRST, DISAGREE, SECOND])
    assert asked[1][-1].endswith(AT_MOST.format(most=2))
    assert asked[2][-1] == "Say what"


async def test_a_section_is_hidden_from_a_phase_that_names_it(tmp_path: Path) -> None:
    run, asked = await told(tmp_path, {"at": "work", "hide": "task"}, replies=[FIRST, AGREE])
    assert "a clock" not in str(asked)
    assert interventions_of(run) == [("hide", "1.work")]


async def test_a_section_is_revealed_where_there_is_something_in_it(tmp_path: Path) -> None:
    reveal = {"reveal": "decisions"}
    run, asked = await told(tmp_path, reveal, replies=[FIRST, AGREE, SECOND, AGREE], more={})
    assert "Decisions:\nnotes: one two three" in asked[2][1]
    assert "Decisions" not in asked[0][1]
    assert interventions_of(run) == [("reveal", "2.more")]


async def test_chance_is_the_seed_s_and_the_place_s(tmp_path: Path) -> None:
    """Twenty phases at a half: some with it, some without, and recalled alike (`told` looks)."""
    phases: dict[str, dict[str, Any]] = {f"more_{number}": {} for number in range(19)}
    say = {"say": {"role": "programmer", "text": "Mind the gap."}, "probability": 0.5}
    run, asked = await told(tmp_path, say, replies=[FIRST, AGREE] * 20, **phases)
    done = [messages[-1].endswith("Mind the gap.") for messages in asked[::2]]
    assert 3 < sum(done) < 17
    assert len(interventions_of(run)) == sum(done)


def test_each_task_has_draws_of_its_own_and_the_same_ones_each_time() -> None:
    """Found: all tasks of a study shared one coin, and its reviews were lost in 16 of 16 runs."""
    some = Intervention(corrupt=GarbledRole(role="cto", share=0.5), probability=0.5)

    def arrives(task: int) -> str:
        interventions = Interventions([some], {}, 1, f"Task {task}", Effects(None))
        return interventions.on_call("1.work/turn-1/remark", "cto").heard("one two three four")

    arrived = [arrives(task) for task in range(40)]
    assert 10 < arrived.count("one two three four") < 30
    assert len(set(arrived)) > 5
    assert arrived == [arrives(task) for task in range(40)]


async def test_a_fork_tries_an_intervention_on_a_run_that_was_made(tmp_path: Path) -> None:
    company(tmp_path, more={})
    replies = [FIRST, AGREE, SECOND, DISAGREE, SECOND]
    async with ScriptedProvider([*replies, FIRST]) as provider:
        run = await work(tmp_path, provider)
        overrides = {"company.interventions": "[{at: more, mute: cto}]"}
        forked = await fork(run, "more", overrides, overlay=tmp_path / "cards")
        assert len(provider.calls) == len(replies) + 1
    assert interventions_of(forked) == [("mute", "2.more/turn-1/remark")]


class Content:
    """A person who agrees."""

    async def answer(self, role: str, question: str) -> str:
        return AGREE


async def test_nothing_is_done_to_people(tmp_path: Path) -> None:
    company(tmp_path, {"mute": "cto"})
    async with ScriptedProvider([FIRST]) as provider:
        run = await work(tmp_path, provider, human_roles={"cto"}, person=Content())
    assert interventions_of(run) == []


@pytest.mark.parametrize(
    ("where", "at", "lies"),
    [
        ("6.review/round-2/review_comment/turn-1", "", True),
        ("6.review/round-2/review_comment/turn-1", "review", True),
        ("6.review/round-2/review_comment/turn-1", "review/round-2", True),
        ("6.review/round-2/review_comment/turn-1", "review_comment", True),
        ("6.review/round-2/review_comment~2/turn-1", "review_comment/turn-1", True),
        ("6.review/round-2/review_comment/turn-1", "review/round-1", False),
        ("6.review/round-2/review_comment/turn-1", "review/review_comment", False),
        ("6.review/round-12/review_comment/turn-1", "review/round-1", False),
        ("6.reviewer", "review", False),
        ("review", "review/round-1", False),
    ],
)
def test_a_place_is_known_by_the_names_in_it(where: str, at: str, lies: bool) -> None:
    assert lies_at(where, at) is lies


@given(st.lists(st.from_regex(r"[a-z]{1,3}(-[0-9])?", fullmatch=True), min_size=1, max_size=5))
def test_every_part_of_a_place_lies_at_itself(parts: list[str]) -> None:
    where = "/".join(parts)
    assert all(
        lies_at(where, "/".join(parts[first:last]))
        for first in range(len(parts))
        for last in range(first + 1, len(parts) + 1)
    )


@pytest.mark.parametrize(
    ("intervention", "says"),
    [
        ({"mute": "ctoo"}, "unknown role 'ctoo' in this company — did you mean 'cto'?"),
        (
            {"at": "wrok", "mute": "cto"},
            "no step of this company is called 'wrok' — did you mean 'work'?",
        ),
        (
            {"at": "work/turn-3", "mute": "cto"},
            "'interventions[1].at': this company never comes to",
        ),
        ({"hide": "files"}, "no talk in this company sees 'files'"),
        ({"reveal": "task"}, "no talk in this company is without 'task'"),
        ({"at": "work/turn-1", "hide": "task"}, "no talk at 'work/turn-1' sees 'task'"),
        ({"swap": {"role": "cto", "model": "large"}}, "unknown model 'large'"),
        ({"mute": "cto", "drop": "cto"}, "does one thing, not 2"),
        ({"at": "work"}, "does one thing, not 0"),
        ({"hide": "everything"}, "hide"),
        ({"mute": "cto", "probability": 0}, "probability"),
        ({"mute": "human"}, "human"),
        ({"mute": "cto", "at": "../x"}, "at"),
    ],
)
def test_a_slip_is_told_before_anything_is_asked(
    tmp_path: Path, intervention: dict[str, Any], says: str
) -> None:
    company(tmp_path, intervention)
    (problem,) = check_company(Cards(tmp_path / "cards"), "tiny")
    assert says in str(problem)


NEVER = [
    ("waterfall", "review/round-4", "code_reviewer"),
    ("waterfall", "review/review_comment", "code_reviewer"),
    ("waterfall", "review/round-1/coding", "programmer"),
    ("waterfall", "review", "cto"),
    ("waterfall", "review_comment", "programmer"),
    ("waterfall", "run_tests", "programmer"),
    ("network", "network/node-5", "programmer"),
    ("network", "network/node-1/merged", "programmer"),
    ("directed", "directing/coding", "programmer"),
    ("team", "programmers/part-9", "programmer"),
]
EVER = [
    ("waterfall", "", "programmer"),
    ("waterfall", "review/round-3", "code_reviewer"),
    ("waterfall", "review/round-3/review_modification/turn-1", "programmer"),
    ("waterfall", "review_comment/turn-1", "code_reviewer"),
    ("waterfall", "review_comment/pictures", "cpo"),
    ("pair", "starting/round-2", "programmer"),
    ("network", "network/node-4/from-1/refine", "programmer"),
    ("network", "network/node-4/merge", "programmer"),
    ("network", "network/merge", "programmer"),
    ("directed", "directing/turn-2/coding", "programmer"),
    ("team", "programmers/part-2", "programmer"),
    ("drafts", "drafts/draft-2", "programmer"),
    ("agent", "build", "cto"),
]


@pytest.mark.parametrize(("chain", "at", "role"), NEVER)
def test_what_can_never_happen_is_refused(chain: str, at: str, role: str, tmp_path: Path) -> None:
    """Found: a round that its loop never comes to, and a role that never speaks there, passed for a treatment."""
    assert muted(tmp_path, chain, at, role)


@pytest.mark.parametrize(("chain", "at", "role"), EVER)
def test_what_may_happen_is_taken(chain: str, at: str, role: str, tmp_path: Path) -> None:
    assert muted(tmp_path, chain, at, role) == []


def muted(folder: Path, chain: str, at: str, role: str) -> list[str]:
    """What is wrong with a company whose role is muted at a place."""
    card = {"title": "Tiny", "chain": chain, "interventions": [{"at": at, "mute": role}]}
    write_cards(folder, "companies", tiny=card)
    return [str(problem) for problem in check_company(Cards(folder), "tiny")]


def test_every_kind_is_documented_and_no_other() -> None:
    page = (Path(__file__).parents[2] / "docs/experiments.md").read_text(encoding="utf-8")
    table = page.split("and one of\n\n| key | does |\n| --- | --- |\n", 1)[1].split("\n\n", 1)[0]
    assert tuple(row.split("`")[1] for row in table.splitlines()) == KINDS
