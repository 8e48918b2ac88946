"""A directed step: what the director is told, what it may say, and when it is over."""

from pathlib import Path
from typing import Any

from company.engine.place import DONE, Outcome, Place
from company.engine.state import State
from tests.support.chain_house import Act, House


class Directed(House):
    """A director that says one word after another."""

    def __init__(self, folder: Path, *words: object, **acts: Act) -> None:
        super().__init__(folder, acts)
        self.words = list(words)
        self.told: list[tuple[str, ...]] = []
        self.rounds: dict[str, int] = {}

    async def perform(self, name: str, place: Place, state: State) -> Outcome:
        self.rounds[place.where] = place.round
        if name != "director":
            return await super().perform(name, place, state)
        self.performed.append(place.where)
        self.told.append(state.progress)
        word = self.words.pop(0)
        if isinstance(word, Outcome):
            return word
        state.decisions["director"] = {"next": word}
        return DONE

    async def direct(self, **about: Any) -> None:
        step = {"name": "directing", "director": "director", "choices": ["code", "fix"], "max": 5}
        await self.walk({"direct": {**step, **about}})


async def test_the_director_chooses_until_it_says_that_all_is_done(tmp_path: Path) -> None:
    house = Directed(tmp_path, "code", "fix", "done")
    await house.direct()
    assert house.performed == [
        "1.directing/turn-1/director",
        "1.directing/turn-1/code",
        "1.directing/turn-2/director",
        "1.directing/turn-2/fix",
        "1.directing/turn-3/director",
    ]
    assert house.events("step.ended")[-1] == ("1.directing", {"outcome": "done"})


async def test_the_director_is_told_what_came_of_its_choices(tmp_path: Path) -> None:
    idle = Outcome("skipped", "no check failed")
    house = Directed(tmp_path, "fix", "code", "done", fix=lambda state: idle)
    await house.direct()
    assert house.told == [
        (),
        ("fix: skipped, no check failed",),
        ("fix: skipped, no check failed", "code: done"),
    ]


async def test_what_the_director_decides_is_no_decision_of_the_company(tmp_path: Path) -> None:
    house = Directed(tmp_path, "code", "done")
    house.state.decisions["design"] = {"files": ["main.py"]}
    await house.direct()
    assert house.state.decisions == {"design": {"files": ["main.py"]}}
    assert (house.state.progress, house.state.choices) == ((), {})


async def test_a_directed_step_ends_after_its_last_turn_and_says_so(tmp_path: Path) -> None:
    house = Directed(tmp_path, *["code"] * 9)
    await house.direct(max=3)
    assert len(house.performed) == 6
    said = "The director did not say that all is done in 3 turns."
    assert house.events("note") == [("1.directing", {"text": said})]


async def test_a_director_that_says_nothing_usable_ends_the_step_and_the_chain_goes_on(
    tmp_path: Path,
) -> None:
    house = Directed(tmp_path, "code", Outcome("failed", "No JSON in the reply."))
    await house.walk(
        {"direct": {"name": "d", "director": "director", "choices": ["code"], "max": 5}}, "manual"
    )
    reason = "The director did not choose. No JSON in the reply."
    ended = dict(house.events("step.ended"))
    assert ended["1.d"] == ended["1.d/turn-2"] == {"outcome": "failed", "reason": reason}
    assert house.performed[-1] == "2.manual"


async def test_a_word_that_is_no_choice_is_never_followed(tmp_path: Path) -> None:
    """A journal may have been edited: the deliverable was checked, the card was not."""
    house = Directed(tmp_path, "handover")
    await house.direct()
    assert house.performed == ["1.directing/turn-1/director"]
    assert house.events("step.ended")[-1][1]["outcome"] == "failed"


async def test_a_choice_made_again_is_answered_more_freely(tmp_path: Path) -> None:
    house = Directed(tmp_path, "code", "fix", "code", "code", "done")
    await house.direct()
    codings = [times for where, times in house.rounds.items() if where.endswith("/code")]
    assert codings == [1, 2, 3]


async def test_what_was_done_counts_and_choosing_does_not(tmp_path: Path) -> None:
    house = Directed(tmp_path, "code", "done")
    await house.direct()
    assert house.state.phases_done == 1


async def test_a_director_that_finds_nothing_to_do_ends_a_loop_around_it(tmp_path: Path) -> None:
    def nothing(state: State) -> Outcome:
        return Outcome("skipped", "nothing to do")

    house = Directed(tmp_path, "code", "done", "fix", "done", "code", fix=nothing)
    step = {"name": "d", "director": "director", "choices": ["code", "fix"], "max": 5}
    loop = {"name": "again", "max": 9, "until": "never", "steps": [{"direct": step}]}
    await house.walk({"loop": loop})
    assert house.words == ["code"]
