"""What is said of a run reaches the process that works on it, whoever hands it on."""

from pathlib import Path
from typing import Any

from company.cli.run import command
from company.cli.run.begin import request_of
from company.options import declared_in
from company.run_options import RunRequest, arguments

LOOKS = {"products", "allowed", "tui", "plain", "as_json"}
"""Where a run is kept, what it may do, and how it is looked at."""


def parsed(*arguments: str) -> RunRequest:
    """What a person asks for with these arguments."""
    with command.make_context("run", ["a task", *arguments]) as context:
        return request_of(
            **{name: said for name, said in context.params.items() if name not in LOOKS}
        )


def test_every_option_reaches_the_process_as_it_was_given(tmp_path: Path) -> None:
    picture, program = tmp_path / "a picture.png", tmp_path / "program"
    picture.touch()
    program.mkdir()
    given: dict[str, Any] = {
        "company": "solo",
        "chain": "solo",
        "customer": True,
        "model": "lmstudio:m",
        "role_models": ("cto=a", "programmer=b"),
        "name": "-a name",
        "experiment": "-tries",
        "sandbox": "none",
        "usd": 0.5,
        "tokens": 7,
        "calls": 8,
        "seconds": 9.0,
        "seed": 0,
        "images": (picture,),
        "attached": (picture,),
        "source": program,
        "human_roles": ("cto",),
        "approve": ("run=ask", "*=never"),
        "acceptance": "quoted",
        "databases": (f"shop={tmp_path / 'shop.db'}",),
        "knowledge": (program,),
        "embeddings": "ollama:m",
        "check": (picture,),
        "commit": "v1",
        "include_untracked": True,
        "no_baseline": True,
    }
    (tmp_path / "shop.db").touch()
    assert given.keys() == {each.name for each in declared_in(RunRequest)}
    request = request_of("a task", **given)
    assert parsed(*arguments(request)) == request
