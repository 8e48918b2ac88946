"""Changing an order by KEY=VALUE: what each key does, and what is said where it cannot be done."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from company.cards.catalogue import Cards
from company.changes import changed
from company.company import Company
from company.errors import ConfigurationError
from company.order import Order


async def after(changes: Mapping[str, str]) -> Order:
    """The order of a default company after the changes."""
    order = await Company.load("default", model="lmstudio:m").order("a clock", sandbox="none")
    return changed(order, changes, Cards(Path.cwd()))


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


async def test_what_is_said_of_one_role_holds_beside_what_is_said_of_all() -> None:
    order = await after({"models.cto": "local", "model": "ollama:m"})
    assert order.models["cto"] == "local"
    assert order.models["programmer"] == "ollama:m"


async def test_the_text_of_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ConfigurationError, match="no plain file"):
        await after({"phases.manual.prompt": f"@{tmp_path / 'pipe'}"})
