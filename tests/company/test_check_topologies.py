"""Checking graphs, directed steps and parts: every fault by its line, before anything is spent."""

from pathlib import Path

import pytest

from company.cards.catalogue import Cards
from company.cards.check import check_card, check_company

CHAIN = """\
name: shapes
steps:
  - part_design
  - each:
      name: programmers
      of: part_design.files
      max: 3
      steps: [part_coding]
  - graph:
      name: network
      edges:
        - [1, 2]
        - [1, 3]
        - [2, 4]
        - [3, 4]
      refine: refine
      critique: critique
      merge: merge
  - direct:
      name: directing
      director: next_step
      choices:
        - coding
        - run_tests
      max: 5
"""
TALK = "talk: {instructor: cto, assistant: programmer}\n"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    for folder in ("phases", "chains", "companies"):
        (tmp_path / folder).mkdir()
    (tmp_path / "chains/shapes.yaml").write_text(CHAIN)
    (tmp_path / "companies/shapers.yaml").write_text("name: shapers\ntitle: S\nchain: shapes\n")
    return tmp_path


def phase(house: Path, name: str, rest: str) -> None:
    (house / f"phases/{name}.yaml").write_text(f"name: {name}\ntitle: T\n{TALK}{rest}")


def edit(house: Path, old: str, new: str) -> None:
    path = house / "chains/shapes.yaml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))


def said(house: Path) -> list[str]:
    problems = check_company(Cards(house), "shapers")
    return [str(problem).replace(f"{house}/", "") for problem in problems]


def test_a_chain_of_all_of_them_has_no_problems(house: Path) -> None:
    assert said(house) == []
    assert check_card(Cards(house), "chain", "shapes") == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("refine: refine", "refine: refin", "16: unknown phase 'refin' — did you mean 'refine'?"),
        ("merge: merge", "merge: mrge", "18: unknown phase 'mrge' — did you mean 'merge'?"),
        ("- run_tests", "- run_test", "24: unknown phase 'run_test' — did you mean 'run_tests'?"),
        (
            "director: next_step",
            "director: next_stp",
            "21: unknown phase 'next_stp' — did you mean 'next_step'?",
        ),
        ("refine: refine", "refin: refine", "16: unknown key 'refin' — did you mean 'refine'?"),
        ("- graph:", "- grpah:", "9: unknown step 'grpah' — did you mean 'graph'?"),
        (
            "refine: refine",
            "refine: critique",
            "16: 'refine' takes a phase that yields files; 'critique' yields a verdict",
        ),
        (
            "merge: merge",
            "merge: refine",
            "18: 'refine' does not see 'versions': it would not know of it",
        ),
        (
            "critique: critique",
            "critique: coding",
            "17: 'critique' takes a phase that yields a verdict or a report; 'coding' yields files",
        ),
        (
            "critique: critique",
            "critique: run_tests",
            "17: 'critique' takes a phase that yields a verdict or a report;"
            " 'run_tests' yields nothing",
        ),
        (
            "critique: critique",
            "critique: find_fault",
            "16: 'refine' does not see 'history': it would not know of it",
        ),
        (
            "      critique: critique\n",
            "",
            "16: 'refine' waits for comments, and there is no 'critique' to make any",
        ),
        ("- [3, 4]", "- [4, 1]", "15: this edge closes a circle: "),
        ("- [3, 4]", "- [3, 6]", "9: no edge leads to node 5 or away from it"),
        ("- [3, 4]", "- [3, 400]", "15: there is no node 400: nodes are numbered 1 to 100"),
        ("- [3, 4]", "- [1, 3]", "15: the edge from 1 to 3 is there twice"),
        ("- [3, 4]", "- [3, four]", "15: 'steps[3].graph.edges[4][2]' must be a whole number"),
        (
            "      edges:",
            "      topology: strar\n      edges:",
            "11: 'steps[3].graph.topology' cannot be 'strar' — did you mean 'star'?",
        ),
        (
            "      edges:",
            "      topology: star\n      edges:",
            "9: a graph has either 'topology' and 'nodes', or 'edges'",
        ),
        (
            "director: next_step",
            "director: design",
            "21: the director 'design' must yield a decision with 'next: str'",
        ),
        (
            "- coding\n",
            "- next_step\n",
            "23: the director cannot choose itself",
        ),
        ("- coding\n", "- done\n", "23: 'done' ends the step, and is no phase to choose"),
        ("- coding\n", "- run_tests\n", "24: the choice 'run_tests' is named twice"),
        (
            "of: part_design.files",
            "of: part_desing.files",
            "6: no phase 'part_desing' of this company decides anything"
            " — did you mean 'part_design'?",
        ),
        (
            "of: part_design.files",
            "of: part_design.flies",
            "6: the phase 'part_design' decides no list 'flies' — did you mean 'files'?",
        ),
        ("of: part_design.files", "of: files", "6: 'steps[2].each.of' "),
        ("name: network", "name: execution", "10: the graph's name 'execution' is taken"),
        (
            "name: directing",
            "name: network",
            "20: the directed step's name 'network' is taken; choose another",
        ),
    ],
)
def test_a_fault_is_told_with_its_line(house: Path, old: str, new: str, problem: str) -> None:
    edit(house, old, new)
    assert any(line.startswith(f"chains/shapes.yaml:{problem}") for line in said(house)), said(
        house
    )


def test_a_director_must_see_what_it_chooses_from(house: Path) -> None:
    phase(house, "boss", "yields: {decision: {next: str}}\nsees: [task]\nprompt: '{{ task }}'\n")
    edit(house, "director: next_step", "director: boss")
    assert said(house) == [
        "chains/shapes.yaml:21: 'boss' does not see 'choices': it would not know of it"
    ]


def test_a_graph_of_hundreds_of_critics_in_a_loop_is_more_than_a_chain_may_come_to(
    house: Path,
) -> None:
    graph = "{name: g, topology: mesh, nodes: 60, refine: refine, critique: critique, merge: merge}"
    loop = f"{{name: again, max: 3, until: execution.ok, steps: [{{graph: {graph}}}]}}"
    (house / "chains/shapes.yaml").write_text(f"name: shapes\nsteps:\n  - loop: {loop}\n")
    assert said(house) == [
        "chains/shapes.yaml:2: this chain may come to more than 10,000 phases;"
        " lower a loop's max or a graph's nodes"
    ]


def test_what_critics_of_a_graph_say_is_not_known_to_a_loop_around_it(house: Path) -> None:
    graph = "{name: g, topology: star, nodes: 3, refine: refine, critique: critique, merge: merge}"
    loop = f"{{name: again, max: 3, until: again.approved, steps: [{{graph: {graph}}}]}}"
    (house / "chains/shapes.yaml").write_text(f"name: shapes\nsteps:\n  - loop: {loop}\n")
    assert said(house) == ["chains/shapes.yaml:3: no phase inside the loop 'again' gives a verdict"]


def test_what_a_director_had_reviewed_is_known_to_a_loop_around_it(house: Path) -> None:
    step = "{name: d, director: next_step, choices: [coding, review_comment], max: 4}"
    loop = f"{{name: again, max: 3, until: again.approved, steps: [{{direct: {step}}}]}}"
    (house / "chains/shapes.yaml").write_text(f"name: shapes\nsteps:\n  - loop: {loop}\n")
    assert said(house) == []
