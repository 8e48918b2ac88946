"""The chain as a tree: what was done, what is done now, what is to come."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.forks import company as topologies
from tests.support.forks import fork, opinionated
from tests.support.houses import branching_company, work, write_cards
from tests.support.journals import Step, ended, events, forked, phase, started
from tests.support.scripted_company import TASK, script
from tests.support.scripted_provider import ScriptedProvider
from tests.support.topologies import TOPOLOGIES
from tests.support.window_parts import at_seconds
from tui.panes.chain_steps import LOOKS, ChainRows
from tui.run_state.chain_plan import ChainPlan
from tui.run_state.chain_tree import MOST_ORDERS, MOST_STEPS, ChainTree
from tui.run_state.chain_tree import Step as TreeStep
from warehouse.events.conversion import spec_of
from warehouse.history.transcript import TranscriptFold
from warehouse.journal.journal import FILE_NAME, Event, read_events
from warehouse.runs.folders import DEMOS

WATERFALL = read_events(DEMOS / "demo-waterfall" / FILE_NAME)


def tree_of(run: Iterable[Event]) -> ChainTree:
    tree, transcript = ChainTree(), TranscriptFold()
    for event in run:
        tree.add(event, transcript.add(event))
    return tree


def outline(tree: ChainTree, steps: Sequence[TreeStep] | None = None) -> list[str]:
    """Every step on a line, as it would be shown with nothing folded."""
    lines = []
    for step in tree.top if steps is None else steps:
        lines.append(f"{'  ' * step.depth}{LOOKS[tree.condition(step)][0]} {step.title}")
        lines += outline(tree, list(step.inner.values()))
    return lines


def steps_until(kind: str, where: str) -> list[Event]:
    """The demo up to an event."""
    (last,) = [e.seq for e in WATERFALL if (e.kind, e.where) == (kind, where)]
    return WATERFALL[: last + 1]


def company(*steps: Any, phases: dict[str, str] | None = None, **chains: Any) -> Step:
    """The first event of a run by a chain of these steps."""
    return started(
        chain="main",
        company={
            "company": {"name": "tiny"},
            "roles": {},
            "phases": {name: {"title": title} for name, title in (phases or {}).items()},
            "chains": {"main": {"steps": list(steps)}, **chains},
        },
    )


def loop(where: str, **more: Any) -> Step:
    return "step.started", where, {"name": where.split(".")[-1], "kind": "loop", "max": 3, **more}


def round_(where: str, number: int) -> Step:
    data = {"name": "review", "kind": "round", "round": number, "max": 3}
    return "step.started", f"{where}/round-{number}", data


REVIEW = {"loop": {"name": "review", "max": 3, "until": "ok", "steps": ["comment", "change"]}}


def test_all_steps_of_the_chain_are_there_before_one_begins() -> None:
    assert outline(tree_of(WATERFALL[:1])) == [
        "○ Demand analysis",
        "○ Language choice",
        "○ Design",
        "○ Coding",
        "○ Completion",
        "○ Review",
        "○ Test writing",
        "○ If product.third_party",
        "○ Run and test",
        "○ Testing",
        "○ Manual",
        "○ Handover",
    ]


def test_the_first_look_at_a_customers_program_comes_before_every_step() -> None:
    chains = {"main": {"steps": ["coding"]}}
    spec = spec_of({"chain": "main", "company": {"chains": chains}, "baseline": True})
    assert [step.name for step in ChainPlan(spec).top()] == ["baseline", "1.coding", "handover"]


def test_in_the_middle_of_a_round_its_other_steps_are_still_to_come() -> None:
    tree = tree_of(steps_until("step.started", "6.review/round-1/review_comment"))
    assert outline(tree)[4:11] == [
        "✓ Completion",
        "◐ Review",
        "  ◐ Round 1",
        "    ◐ Review",
        "    ○ Review modification",
        "○ Test writing",
        "○ If product.third_party",
    ]
    assert tree.current is not None
    assert tree.current.where == "6.review/round-1/review_comment"


def test_a_finished_run_shows_what_was_done_skipped_failed_and_not_needed() -> None:
    tree = tree_of(WATERFALL)
    assert outline(tree)[5:12] == [
        "✓ Review",
        "  ✓ Round 1",
        "    ✓ Review",
        "    ✓ Review modification",
        "  ✓ Round 2",
        "    ✓ Review",
        "    – Review modification",
    ]
    for where, reason in {
        "6.review/round-2/review_modification": "not needed",
        "8.when": "not: product.third_party",
        "10.testing/round-1/fix_bugs": "the reply leaves every file as it was",
    }.items():
        step = tree.find(where)
        assert step is not None
        assert tree.reason(step) == reason


def test_a_step_whose_checks_failed_is_not_marked_as_done() -> None:
    tree = tree_of(WATERFALL)
    marks = {step.where: tree.condition(step) for step in tree.top}
    assert marks["7.test_writing"] == marks["11.manual"] == "done"
    assert marks["9.run_tests"] == marks["10.testing"] == marks["handover"] == "unmet"
    handover = tree.find("handover")
    assert handover is not None
    assert "tests failed (exit code 1)" in tree.reason(handover)


def test_the_last_checks_in_a_step_are_the_ones_that_count() -> None:
    checked = [
        ("execution", where, {"verified": verified, "summary": "tests", "checks": []})
        for where, verified in {"1.review/round-1": False, "1.review/round-2": True}.items()
    ]
    first, second = round_("1.review", 1), round_("1.review", 2)
    run = [company(REVIEW), loop("1.review"), first, checked[0], ended("1.review/round-1")]
    run += [second, checked[1], ended("1.review/round-2"), ended("1.review")]
    assert outline(tree_of(events(run)))[0] == "✓ Review"
    assert [line for line in outline(tree_of(events(run))) if "Round" in line] == [
        "  ! Round 1",
        "  ✓ Round 2",
    ]


def test_a_loop_knows_its_last_round_and_how_many_there_may_be() -> None:
    step = tree_of(WATERFALL).find("10.testing")
    assert step is not None
    assert (step.round, step.most_rounds) == (3, 3)


def test_a_step_takes_the_time_between_its_beginning_and_its_end() -> None:
    tree = tree_of(WATERFALL)
    seconds = {step.title: round(tree.seconds(step), 1) for step in tree.top}
    assert seconds["Coding"] == 15.0
    assert seconds["Manual"] == 82.1


def test_the_time_of_a_step_that_is_worked_on_goes_on() -> None:
    steps = [(0.0, company("coding")), (1.0, phase("1.coding", "Coding")), (4.0, ("note", "", {}))]
    tree = tree_of(at_seconds(steps))
    assert tree.seconds(tree.top[0], since_last_event=2.5) == 5.5


def test_branches_side_by_side_are_all_worked_on() -> None:
    both = {"parallel": {"name": "both", "steps": ["tests", "manual", "tests"]}}
    tree = tree_of(
        events(
            [
                company(both),
                ("step.started", "1.both", {"name": "both", "kind": "parallel"}),
                phase("1.both/tests", "Tests"),
                phase("1.both/manual", "Manual"),
                ended("1.both/tests"),
            ]
        )
    )
    assert outline(tree)[:4] == ["◐ Both", "  ✓ Tests", "  ◐ Manual", "  ○ Tests"]


def test_another_chain_in_the_chain_has_its_own_steps() -> None:
    other = {"title": "The other", "steps": ["coding"]}
    begun = ("step.started", "1.other", {"name": "other", "kind": "chain"})
    tree = tree_of(events([company({"chain": "other"}, other=other), begun]))
    assert outline(tree) == ["◐ The other", "  ○ Coding", "○ Handover"]


def test_chains_that_name_each_other_in_a_circle_do_no_harm() -> None:
    circle = {"steps": [{"chain": "main"}]}
    begin = [
        (
            "step.started",
            "/".join(["1.other", *["main", "other"] * n]),
            {"name": "", "kind": "chain"},
        )
        for n in range(20)
    ]
    tree = tree_of(events([company({"chain": "other"}, other=circle), *begin]))
    assert outline(tree)[:2] == ["◐ Other", "  ○ Main"]


def test_a_run_that_stopped_says_so_where_it_stopped_and_why() -> None:
    stop = ("run.ended", "", {"status": "stopped", "exit_code": 3, "reason": "no money"})
    run = [company("coding", "manual"), phase("1.coding", "Coding"), stop]
    tree = tree_of(events(run))
    assert outline(tree) == ["■ Coding", "○ Manual", "○ Handover"]
    assert tree.reason(tree.top[0]) == "no money"


def test_a_run_that_is_taken_up_again_works_on_the_step_in_which_it_stopped() -> None:
    run = [
        (0.0, company("coding")),
        (10.0, phase("1.coding", "Coding")),
        (15.0, ("note", "1.coding", {"text": "then it was killed"})),
        (5_000.0, ("run.resumed", "", {})),
        (5_003.0, ended("1.coding")),
    ]
    working = tree_of(at_seconds(run)[:4])
    assert outline(working)[0] == "◐ Coding"
    assert working.reason(working.top[0]) == ""
    done = tree_of(at_seconds(run))
    assert done.seconds(done.top[0]) == 8.0, "the hours between the sessions are nobody's work"


def test_a_paused_company_is_shown_so_until_it_goes_on() -> None:
    run = [company("coding"), phase("1.coding", "Coding"), ("run.paused", "", {})]
    paused = tree_of(events(run))
    assert outline(paused)[0] == "‖ Coding"
    assert not paused.moves
    assert outline(tree_of(events([*run, ("run.continued", "", {})])))[0] == "◐ Coding"


def test_the_time_of_a_pause_is_not_the_time_of_a_step() -> None:
    run = [
        (0.0, company("coding")),
        (1.0, phase("1.coding", "Coding")),
        (3.0, ("run.paused", "", {})),
        (4.0, ("note", "", {"text": "a call in flight came to its end"})),
        (900.0, ("run.continued", "", {})),
        (905.0, ended("1.coding")),
    ]
    tree = tree_of(at_seconds(run))
    assert tree.seconds(tree.top[0]) == 7.0


async def test_a_fork_shows_the_shared_past_and_goes_on_by_its_own_chain(tmp_path: Path) -> None:
    write_cards(
        tmp_path / "cards",
        "chains",
        short={"steps": ["demand_analysis", "language_choice", "design", "coding", "manual"]},
    )
    async with opinionated() as provider:
        parent = await work(tmp_path, provider, "default", task=TASK)
        run = await fork(parent, "5", {"chain": "short"}, overlay=tmp_path / "cards")
    forked = read_events(run.folder / FILE_NAME)
    at = next(event.seq for event in forked if event.kind == "run.forked")
    assert outline(tree_of(forked[: at + 1]))[3:] == ["✓ Coding", "○ Manual", "○ Handover"]
    assert outline(tree_of(forked))[3:] == ["✓ Coding", "✓ Manual", "! Handover"]


async def test_a_fork_inside_a_loop_goes_on_in_that_loop(tmp_path: Path) -> None:
    async with opinionated() as provider:
        parent = await work(tmp_path, provider, "default", task=TASK)
        strict = {"models.code_reviewer": f"url:{provider.url}#strict"}
        run = await fork(parent, "6.review/round-2", strict)
    forked = read_events(run.folder / FILE_NAME)
    at = next(event.seq for event in forked if event.kind == "run.forked")
    tree = tree_of(forked[: at + 2])
    assert outline(tree)[5:11] == [
        "◐ Review",
        "  ✓ Round 1",
        "    ✓ Review",
        "    ✓ Review modification",
        "  ◐ Round 2",
        "    ○ Review",
    ]
    loop = tree_of(forked).find("6.review")
    assert loop is not None
    assert loop.round == 3


async def test_parallel_branches_of_a_real_company_are_all_done_at_its_end(tmp_path: Path) -> None:
    branching_company(tmp_path / "cards")
    async with ScriptedProvider.from_script(script()) as provider:
        run = await work(tmp_path, provider, "branches", task=TASK)
    tree = tree_of(read_events(run.folder / FILE_NAME))
    assert outline(tree)[1:] == ["✓ Parallel", "  ✓ Test writing", "  ✓ Manual", "! Handover"]


def test_a_step_that_no_plan_names_is_shown_where_its_path_says() -> None:
    run = [
        company("coding", {"when": {"if": "new", "steps": ["a"], "else": ["b"]}}),
        ("step.started", "2.when", {"name": "when", "kind": "when"}),
        phase("2.when/b", "The other way"),
        phase("7.surprise/deep/down", "Deep down"),
    ]
    assert outline(tree_of(events(run))) == [
        "○ Coding",
        "◐ If new",
        "  ◐ The other way",
        "○ Handover",
        "◐ Deep down",
    ]


def test_a_step_that_begins_twice_begins_once() -> None:
    begun = phase("1.coding", "Coding")
    tree = tree_of(events([company("coding"), begun, ended("1.coding"), begun]))
    assert outline(tree)[0] == "✓ Coding"


def test_a_journal_of_a_hundred_thousand_steps_is_shown_as_far_as_anyone_would_look() -> None:
    many = [phase(f"1.coding/{number}", "Again") for number in range(100_000)]
    tree = tree_of(events([company("coding"), phase("1.coding", "Coding"), *many]))
    assert tree.left_out == 100_000 - (MOST_STEPS - 2)
    assert len(tree.top) == 2


def test_forks_without_end_cost_no_more_than_some() -> None:
    orders = (company(*[f"step_{n}"] * 500)[2] for n in range(MOST_ORDERS + 50))
    forks = [forked("1", **order) for order in orders]
    tree = tree_of(events([company("coding"), *forks]))
    assert tree.top[0].where == f"1.step_{MOST_ORDERS - 2}"


async def lived(folder: Path, name: str) -> list[Event]:
    """The journal of a run by a company with another topology."""
    async with topologies(**TOPOLOGIES) as provider:
        run = await work(folder, provider, name, task=TASK)
    return read_events(run.folder / FILE_NAME)


def until(run: list[Event], kind: str, where: str) -> list[Event]:
    """The events up to this one."""
    return run[: next(e.seq for e in run if (e.kind, e.where) == (kind, where)) + 1]


async def test_a_graph_shows_its_nodes_and_who_hands_on_to_each(tmp_path: Path) -> None:
    run = await lived(tmp_path, "network")
    tree = tree_of(until(run, "step.started", "2.network/node-2/from-1/refine"))
    at = [step.where for step in tree.top].index("2.network")
    assert outline(tree, [tree.top[at]]) == [
        "◐ Network",
        "  ✓ Node 1",
        "    ✓ From the start",
        "      ✓ Critique",
        "      ✓ Refinement",
        "  ◐ Node 2",
        "    ◐ From node 1",
        "      ✓ Critique",
        "      ◐ Refinement",
        "  ◐ Node 3",
        "    ◐ From node 1",
        *outline(tree, list(tree.find("2.network/node-3/from-1").inner.values())),
        "  ◐ Node 4",
        "    ◐ From node 1",
        *outline(tree, list(tree.find("2.network/node-4/from-1").inner.values())),
    ]
    begun = tree_of(until(run, "step.started", "2.network"))
    assert outline(begun)[1:6] == ["◐ Network", *[f"  ○ Node {n}" for n in range(1, 5)]]
    assert outline(tree_of(run), tree_of(run).top[at : at + 1])[-1] == "  ✓ Merge"


def test_the_nodes_of_given_edges_are_planned_too() -> None:
    step = {"graph": {"name": "net", "edges": [[1, 2], [1, 5]], "nodes": None}}
    begun = ("step.started", "1.net", {"name": "net", "kind": "graph"})
    tree = tree_of(events([company(step), begun]))
    assert outline(tree)[1:6] == [f"  ○ Node {n}" for n in range(1, 6)]


async def test_a_directed_step_shows_its_turns_with_what_was_chosen(tmp_path: Path) -> None:
    run = await lived(tmp_path, "directed")
    tree = tree_of(until(run, "step.ended", "1.directing/turn-2"))
    assert outline(tree)[:7] == [
        "◐ Directing",
        "  ✓ Turn 1",
        "    ✓ Next step",
        "    ✓ Coding",
        "  ✓ Turn 2",
        "    ✓ Next step",
        "    – Bug fixing",
    ]
    rows = ChainRows(tree, {})
    assert rows.line(0).text.startswith("Directing 2 of 12")
    rows = ChainRows(tree_of(run), {})
    assert rows.line(0).text.startswith("Directing 5 turns")


async def test_parts_show_the_steps_that_each_of_them_takes(tmp_path: Path) -> None:
    run = await lived(tmp_path, "team")
    tree = tree_of(until(run, "step.started", "2.programmers/part-1"))
    assert outline(tree)[1:4] == ["◐ Programmers", "  ◐ Part 1", "    ○ Coding of a part"]
    assert [step.title for step in tree_of(run).find("2.programmers").inner.values()] == [
        "Part 1", "Part 2", "Part 3",
    ]  # fmt: skip


KEYS = ["loop", "steps", "name", "chains", "main", "company", "if", "chain", "graph", "nodes", "edges",
        "each"]  # fmt: skip
anything = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8) | st.integers(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                [
                    "run.started",
                    "run.forked",
                    "run.resumed",
                    "run.ended",
                    "run.paused",
                    "step.started",
                    "step.ended",
                    "words",
                ]
            ),
            st.sampled_from(["", "/", "//", "1.a", "1.a/b", "1.a/b/c", "1.a/", "a/" * 400]),
            st.dictionaries(
                st.sampled_from(["company", "chain", "kind", "round", "max", "order", "outcome"]),
                st.sampled_from(["main", "round", "loop", "phase", "part", "turn"]) | anything,
            ),
        ),
        max_size=20,
    ),
    st.sampled_from(["2026-01-02T03:04:05Z", "2026-01-02T03:04:05", "", "never"]),
)
def test_no_journal_however_odd_breaks_the_tree(steps: list[Step], at: str) -> None:
    run = [Event.of(n, at, kind, where, data) for n, (kind, where, data) in enumerate(steps)]
    tree = tree_of(run)
    assert all(tree.seconds(step) >= 0 for step in tree.top)
    assert len(outline(tree)) >= len(tree.top)


@pytest.mark.parametrize("kind", ["words", "note", "effect.ended", "execution"])
def test_what_says_nothing_of_the_chain_is_no_change_of_it(kind: str) -> None:
    tree = tree_of(WATERFALL[:40])
    before = tree.version
    tree.add(Event.of(40, WATERFALL[40].at, kind, "4.coding", {}), None)
    assert tree.version == before
