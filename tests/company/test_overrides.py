"""Changing an order by KEY=VALUE: what each key does, and what is said where it cannot be done."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from company.cards.catalogue import Cards
from company.company import Company
from company.engine.fork.overrides import overridden
from company.errors import ConfigurationError
from company.spec import RunSpec
from phases.steps.direct import DirectStep
from phases.steps.each import EachStep
from phases.steps.graph import GraphStep


async def after(changes: Mapping[str, str]) -> RunSpec:
    """The spec of a default company after the changes."""
    spec = await Company.load("default", model="lmstudio:m").spec("a clock", sandbox="none")
    return overridden(spec, changes, Cards(Path.cwd()))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"modle": "x:y"}, r"'modle': unknown key — did you mean 'model'"),
        ({"models.programer": "x:y"}, r"unknown role — did you mean 'programmer'"),
        ({"model": "opnai:gpt"}, r"no model provider 'opnai'"),
        ({"seed": "soon"}, "a seed is a whole number"),
        ({"chain": "waterfal"}, r"did you mean 'waterfall'"),
        ({"loops.reviews.max": "2"}, r"did you mean 'review'"),
        ({"loops.review.max": "0"}, r"greater than or equal to 1"),
        ({"phases.review_comment.promt": "x"}, r"unknown key 'promt' — did you mean 'prompt'"),
        ({"phases.review_coment.prompt": "x"}, r"no phase 'review_coment' — did you mean"),
        ({"phases.review_comment": "x"}, r"names no field"),
        ({"phases.review_comment.prompt": "@nowhere.txt"}, r"nowhere\.txt cannot be read"),
        ({"roles.programmer.temperature": "hot"}, r"must be a number"),
        ({"sandbox": "vm"}, r"no such sandbox"),
        ({"phases.coding.talk.assistant": "typist"}, r"unknown role 'typist'"),
        ({"models.cto": ""}, r"'' is no model id"),
        ({"seed": "٣"}, "a seed is a whole number"),
        ({"roles.cto.name": "chief"}, "a card keeps its name"),
        ({"phases.manual.name": "handbook"}, "a card keeps its name"),
        ({"roles.cto.model": "local"}, r"would change nothing.* Say models\.cto=ID"),
        ({"company.role_models.cto": "local"}, r"would change nothing.* Say models\.ROLE=ID"),
        ({"company.defaults.model": "local"}, r"would change nothing.* Say model=ID"),
        ({"company.defaults.sandbox": "none"}, r"would change nothing.* Say sandbox=NAME"),
        ({"company.defaults.limits.calls": "3"}, r"would change nothing.* Say --max-calls"),
        ({"phases.manual.prompt": "@"}, r"\. cannot be read: it is no plain file"),
        ({"phases.manual.prompt": "@/dev/zero"}, r"/dev/zero cannot be read: it is no plain file"),
        (
            {"phases.manual.prompt": "@~nobody-of-that-name/p"},
            r"~nobody-of-that-name/p cannot be read",
        ),
        ({"chain": "~nobody-of-that-name/c.yaml"}, r"there is no such file"),
    ],
)
async def test_a_change_that_cannot_be_made_is_told_by_its_key_and_the_nearest_word(
    changes: dict[str, str], said: str
) -> None:
    with pytest.raises(ConfigurationError, match=said):
        await after(changes)


async def of(company: str, changes: Mapping[str, str]) -> RunSpec:
    """The order of another company after the changes."""
    spec = await Company.load(company, model="lmstudio:m").spec("a clock", sandbox="none")
    return overridden(spec, changes, Cards(Path.cwd()))


async def test_a_graph_is_changed_by_its_name() -> None:
    spec = await of(
        "network", {"graphs.network.topology": "random", "graphs.network.density": "0.25"}
    )
    (graph,) = [step for step in spec.cards.chain.steps if isinstance(step, GraphStep)]
    assert (graph.topology, graph.density, graph.nodes) == ("random", 0.25, 4)


async def test_a_graph_is_given_edges_in_place_of_its_topology() -> None:
    changes = {"topology": "null", "nodes": "null", "edges": "[[1, 2], [1, 3]]"}
    spec = await of("network", {f"graphs.network.{key}": text for key, text in changes.items()})
    (graph,) = [step for step in spec.cards.chain.steps if isinstance(step, GraphStep)]
    assert graph.links == [(1, 2), (1, 3)]


async def test_a_director_and_parts_are_changed_by_their_names() -> None:
    spec = await of("directed", {"directs.directing.max": "3"})
    (direct,) = [step for step in spec.cards.chain.steps if isinstance(step, DirectStep)]
    assert direct.max == 3
    spec = await of("team", {"parts.programmers.max": "2"})
    (parts,) = [step for step in spec.cards.chain.steps if isinstance(step, EachStep)]
    assert parts.max == 2


@pytest.mark.parametrize(
    ("company", "changes", "said"),
    [
        ("network", {"graphs.netwrk.nodes": "3"}, r"unknown graph — did you mean 'network'"),
        ("network", {"graphs.network.topology": "ring"}, r"cannot be 'ring' — known: chain, "),
        ("network", {"graphs.network.edges": "[[1, 2]]"}, r"either 'topology' and 'nodes', or"),
        ("network", {"graphs.network.nods": "3"}, r"unknown key 'nods' — did you mean 'nodes'"),
        ("network", {"graphs.network.merge": "refine"}, r"'refine' does not see 'versions'"),
        ("network", {"graphs.network": "3"}, r"names no field"),
        ("network", {"graphs": "3"}, r"takes more, as in graphs\.NAME\.FIELD=VALUE"),
        ("network", {"graph.network.nodes": "3"}, r"unknown key — did you mean 'graphs'"),
        ("directed", {"directs.direction.max": "3"}, r"unknown directed step — did you mean"),
        ("directed", {"directs.directing.choices": "[done]"}, r"is no phase to choose"),
        ("team", {"parts.programmer.max": "3"}, r"unknown 'each' step — did you mean"),
    ],
)
async def test_a_change_of_a_step_that_cannot_be_made_is_told(
    company: str, changes: dict[str, str], said: str
) -> None:
    with pytest.raises(ConfigurationError, match=said):
        await of(company, changes)


async def test_what_is_said_of_one_role_holds_beside_what_is_said_of_all() -> None:
    spec = await after({"models.cto": "local", "model": "ollama:m"})
    assert spec.models["cto"] == "local"
    assert spec.models["programmer"] == "ollama:m"


async def test_the_text_of_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ConfigurationError, match="no plain file"):
        await after({"phases.manual.prompt": f"@{tmp_path / 'pipe'}"})
