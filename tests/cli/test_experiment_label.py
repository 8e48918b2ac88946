"""A run may belong to an experiment: the label is kept in its journal, listed, and handed on to forks."""

import json
from collections.abc import Iterator

import pytest

from tests.support.command_line import Softhouse, model_at, provider
from tests.support.scripted_company import TASK


@pytest.fixture
def model() -> Iterator[str]:
    with provider() as serving:
        yield model_at(serving)


def experiments(softhouse: Softhouse) -> list[str]:
    return [run["experiment"] for run in json.loads(softhouse("runs", "--json").out)]


def test_runs_are_listed_with_what_they_belong_to(softhouse: Softhouse, model: str) -> None:
    own_way = ("--company", "solo", "--model", model, "--sandbox", "none", "--plain")
    assert softhouse("run", TASK, *own_way, "--experiment", "tip sizes").code == 0
    assert softhouse("run", TASK, *own_way).code == 0
    assert sorted(experiments(softhouse)) == ["", "tip sizes"]


def test_a_fork_belongs_to_what_its_parent_belongs_to(softhouse: Softhouse, model: str) -> None:
    own_way = ("--company", "solo", "--model", model, "--sandbox", "none", "--plain")
    assert softhouse("run", TASK, *own_way, "--experiment", "tip sizes").code == 0
    assert softhouse("fork", "last", "--at", "coding", "--set", "seed=3", "--plain").code == 0
    assert experiments(softhouse) == ["tip sizes", "tip sizes"]


@pytest.mark.parametrize("label", ["two\nlines", "x" * 201, "\x1b[31m"])
def test_a_label_that_cannot_be_shown_is_refused(
    softhouse: Softhouse, model: str, label: str
) -> None:
    own_way = ("--company", "solo", "--model", model, "--sandbox", "none")
    refused = softhouse("run", TASK, *own_way, "--experiment", label)
    assert "one line" in refused.fails_with(2)
