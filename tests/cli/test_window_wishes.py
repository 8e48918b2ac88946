"""`run --tui` hands every option on to the process that works on the run."""

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from company.cli.run import command
from company.cli.sitting.begin import Wishes
from company.cli.sitting.in_window import further_options

BEGIN_TAKES = {"task", "company", "model", "name", "budget", "products"}
"""What the house is told in its own words."""
LOOKS = {"tui", "plain", "as_json"}
"""How a run is looked at."""


def parsed(*arguments: str) -> Wishes:
    """What a person wished with these arguments."""
    with command.make_context("run", ["a task", *arguments]) as context:
        return Wishes(**context.params)


def test_every_option_reaches_the_process_as_it_was_given(tmp_path: Path) -> None:
    picture, program = tmp_path / "a picture.png", tmp_path / "program"
    picture.touch()
    program.mkdir()
    given: dict[str, Any] = {
        "chain": "solo",
        "role_models": ("cto=a", "programmer=b"),
        "experiment": "-tries",
        "sandbox": "none",
        "max_tokens": 7,
        "max_calls": 8,
        "max_seconds": 9,
        "seed": 0,
        "images": (picture,),
        "source": program,
        "humans": ("cto",),
    }
    assert given.keys() == {each.name for each in fields(Wishes)} - BEGIN_TAKES - LOOKS
    wishes = replace(parsed(), **given)
    assert parsed(*further_options(wishes)) == wishes
