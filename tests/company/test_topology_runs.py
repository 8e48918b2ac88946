"""Whole runs of a network, a directed company and a team, on a provider and in git."""

from pathlib import Path
from typing import Any

import pytest

from company.engine.resources import open_resources
from company.engine.run import Run
from company.errors import ConfigurationError
from tests.support.forks import company, fork
from tests.support.houses import only_journal, prompts, work, write_cards
from tests.support.scripted_company import TASK, fields_reply, file_block
from tests.support.scripted_provider import Call
from tests.support.topologies import TOPOLOGIES
from warehouse.events.conversion import as_json
from warehouse.journal.journal import read_events

COMPANIES = ("network", "directed", "team")
NO_FILE = {"Your reply holds no file": ["I would rather not."]}
"""What is answered to the complaint about a reply without files."""
NO_CHOICE = "must be one of coding, review_comment"
"""Words of the complaint about a choice that is none."""


def graph_of(folder: Path, **about: Any) -> None:
    """A company called `graphs` with a graph of these nodes after the coding."""
    step = {"name": "net", "refine": "refine", "critique": "critique", "merge": "merge", **about}
    write_cards(folder / "cards", "chains", graphs={"steps": ["coding", {"graph": step}]})
    write_cards(folder / "cards", "companies", graphs={"title": "Graphs", "chain": "graphs"})


@pytest.mark.parametrize("name", COMPANIES)
async def test_a_journal_alone_leads_to_the_recorded_end(tmp_path: Path, name: str) -> None:
    async with company(**TOPOLOGIES) as provider:
        run = await work(tmp_path, provider, name, task=TASK)
    async with open_resources("none") as resources:
        rehearsal = await Run.recorded(run.folder, resources).rehearse()
    assert rehearsal.ending is not None
    assert rehearsal.unasked == []


@pytest.mark.parametrize(
    "about",
    [
        {"topology": "chain", "nodes": 3},
        {"topology": "star", "nodes": 4},
        {"topology": "tree", "nodes": 5},
        {"topology": "mesh", "nodes": 4},
        {"topology": "layered", "nodes": 5, "width": 2},
        {"topology": "random", "nodes": 6, "seed": 3},
        {"edges": [[1, 2], [3, 2], [3, 4]]},
    ],
)
async def test_the_product_is_what_the_chain_goes_on_with(
    tmp_path: Path, about: dict[str, Any]
) -> None:
    graph_of(tmp_path, **about)
    async with company(**TOPOLOGIES) as provider:
        run = await work(tmp_path, provider, "graphs", task=TASK)
    assert run.product.files() == run._state.files


async def test_a_merge_that_fails_leaves_the_product_with_the_version_that_holds(
    tmp_path: Path,
) -> None:
    """The last commit is another version's; the house brings the product to what holds."""
    graph_of(tmp_path, topology="star", nodes=3, critique=None, refine="again")
    again = {
        "title": "Again",
        "talk": {"instructor": "cto", "assistant": "programmer"},
        "sees": ["files"],
        "yields": {"files": {}},
        "prompt": "AGAIN {{ files }}",
    }
    write_cards(tmp_path / "cards", "phases", again=again)

    def of_its_own(call: Call) -> str:
        return file_block(f"v{call.body['seed']}.py", "X = 1") + TOPOLOGIES[
            "What most needs to be better"
        ][0](call)

    replies = {"AGAIN": [of_its_own], "Colleagues made": ["I would rather not."], **NO_FILE}
    async with company(**replies) as provider:
        run = await work(tmp_path, provider, "graphs", task=TASK)
    head = run.product.log()[0]
    assert head.subject.startswith("Merge parallel work on ")
    assert run.product.files() == run._state.files
    assert len([path for path in run.product.files() if path.startswith("v")]) == 2


async def test_a_critic_is_shown_what_is_handed_on_and_the_node_what_it_said(
    tmp_path: Path,
) -> None:
    graph_of(tmp_path, topology="chain", nodes=2)
    async with company(**TOPOLOGIES) as provider:
        run = await work(tmp_path, provider, "graphs", task=TASK)
        critics = [p[1] for p in prompts(provider) if "Name what most" in p[1]]
        refiners = [p[1] for p in prompts(provider) if "What most needs to be better" in p[1]]
    (first, second) = [commit for commit in run.product.log() if "Refinement" in commit.subject][
        ::-1
    ]
    assert run.product.read("tip.py", first.sha).decode().strip() in critics[1]
    assert all("- tip.py: it rounds down" in prompt for prompt in refiners)
    assert second.body == "- tip.py: it rounds down"


async def test_a_merge_is_shown_what_differs_and_what_does_not(tmp_path: Path) -> None:
    async with company(**TOPOLOGIES) as provider:
        await work(tmp_path, provider, "network", task=TASK)
        (merge,) = [p[1] for p in prompts(provider) if "Colleagues made" in p[1]]
    for number in (1, 2, 3):
        version = merge.split(f"Version {number}:")[1]
        assert version.startswith("\n\n### tip.py\n```python\n")
        assert "\nVERSION = " in version.split("```\n")[0] + "```"
    assert "The same in all versions: main.py, report.py" in merge


async def test_a_director_is_told_what_was_done_and_what_has_nothing_to_do(tmp_path: Path) -> None:
    async with company(**TOPOLOGIES) as provider:
        await work(tmp_path, provider, "directed", task=TASK)
        asked = [p[1] for p in prompts(provider) if "What can be done next" in p[1]]
    assert "Nothing was done yet.\nThe program: nothing is written yet" in asked[0]
    assert "- fix_bugs: Bug fixing, writes files (nothing to do now: no check failed)" in asked[0]
    assert '"next": "coding" or "review_comment" or' in asked[0]
    form = provider.calls[0].body["response_format"]["json_schema"]["schema"]
    assert form["properties"]["next"]["enum"][-3:] == ["find_fault", "fix_bugs", "done"]
    assert (
        "1. coding: done\n2. fix_bugs: skipped, no check failed\n3. review_comment: done"
        in asked[3]
    )
    assert "The program: main.py, report.py, tip.py; never run" in asked[3]


async def test_a_director_is_told_what_can_be_chosen_until_it_chooses(tmp_path: Path) -> None:
    words = iter(["dance", "code it", "coding", "done"])

    def speak(call: Call) -> str:
        return fields_reply(reason="so", next=next(words))

    said = {"What can be done next": [speak], NO_CHOICE: [speak]}
    async with company(**said) as provider:
        await work(tmp_path, provider, "directed", task=TASK)
    rejected = [e for e in only_journal(tmp_path) if e.kind == "deliverable.rejected"]
    assert [event.where.rpartition("/")[0] for event in rejected] == [
        "1.directing/turn-1/next_step"
    ] * 2
    assert all(NO_CHOICE in as_json(event.data)["complaint"] for event in rejected)
    assert list(words) == []


async def test_a_director_that_never_chooses_ends_its_step_visibly(tmp_path: Path) -> None:
    def once(call: Call) -> str:
        first = "Nothing was done yet" in call.user
        return fields_reply(reason="so", next="coding") if first else "Let us dance."

    said = {"What can be done next": [once], "JSON": ["Let us dance."]}
    async with company(**said) as provider:
        run = await work(tmp_path, provider, "directed", task=TASK)
    events = read_events(run.folder / "journal.jsonl")
    ended = {event.where: as_json(event.data) for event in events if event.kind == "step.ended"}
    assert ended["1.directing"]["outcome"] == "failed"
    assert ended["1.directing"]["reason"].startswith("The director did not choose. ")
    assert run.summary.exit_code == 0


async def test_a_programmer_writes_its_share_and_nothing_else(tmp_path: Path) -> None:
    async with company(**TOPOLOGIES) as provider:
        run = await work(tmp_path, provider, "team", task=TASK)
    assert sorted(run.product.files()) == ["main.py", "report.py", "tip.py"]
    notes = [as_json(e.data)["text"] for e in only_journal(tmp_path) if e.kind == "note"]
    assert notes.count("Left aside, line 17: stray.py may not be written here.") == 1
    by = {commit.subject for commit in run.product.log()}
    assert {f"Coding of a part: add {path}" for path in run.product.files()} <= by


async def test_a_programmer_that_delivers_nothing_leaves_the_others_their_work(
    tmp_path: Path,
) -> None:
    def two_of_three(call: Call) -> str:
        return "I am ill." if "- tip.py" in call.user else TOPOLOGIES["Write your part"][0](call)

    async with company(**{**TOPOLOGIES, "Write your part": [two_of_three], **NO_FILE}) as provider:
        run = await work(tmp_path, provider, "team", task=TASK)
    assert sorted(run.product.files()) == ["main.py", "report.py", "tip.py"]
    assert run.product.read("tip.py").endswith(b"TIP = 'it fits'\n")


@pytest.mark.parametrize(
    ("at", "changes", "gone"),
    [
        ("network", {"graphs.network.topology": "chain"}, "2.network/merge"),
        ("network", {"graphs.network.nodes": "3"}, "2.network/node-4"),
        ("2.network/node-3", {"phases.merge.title": "Join"}, ""),
    ],
)
async def test_a_fork_takes_another_graph_and_pays_for_nothing_twice(
    tmp_path: Path, at: str, changes: dict[str, str], gone: str
) -> None:
    async with company(**TOPOLOGIES) as provider:
        parent = await work(tmp_path, provider, "network", task=TASK)
        provider.calls.clear()
        run = await fork(parent, at, changes)
        assert not any("Write the whole program" in call.user for call in provider.calls)
    begun = {e.where for e in read_events(run.folder / "journal.jsonl") if e.kind == "step.started"}
    assert gone not in begun
    assert run.product.files() == run._state.files


async def test_a_fork_may_give_a_director_fewer_choices(tmp_path: Path) -> None:
    async with company(**TOPOLOGIES) as provider:
        parent = await work(tmp_path, provider, "directed", task=TASK)
        run = await fork(parent, "1.directing/turn-2", {"directs.directing.max": "2"})
        with pytest.raises(ConfigurationError, match="would not have come past"):
            await fork(parent, "1.directing/turn-3", {"directs.directing.max": "1"})
    assert run.summary.shared.calls == 2
