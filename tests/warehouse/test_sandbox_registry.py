"""The registry is the one list of sandboxes: whoever offers or checks a name reads it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click
import pytest
from pydantic import ValidationError

from company.cards.company_card import Defaults
from company.cli.main import softhouse
from tests.support.command_line import ROOT
from warehouse.sandbox.registry import (
    AUTOMATIC,
    BACKENDS,
    CARD_CHOICES,
    CHOICES,
    make_backend,
    warning_of,
)


def sandbox_choices(*command: str) -> tuple[str, ...]:
    """What `--sandbox` of a command may be."""
    node: Any = softhouse
    for name in command:
        node = node.get_command(click.Context(node), name)
    (option,) = [each for each in node.params if each.name == "sandbox"]
    return tuple(option.type.choices)


def test_each_backend_is_known_by_its_own_name() -> None:
    assert {name: make_backend(name).name for name in BACKENDS} == {name: name for name in BACKENDS}


def test_auto_never_comes_to_what_does_not_isolate() -> None:
    assert AUTOMATIC == ("docker", "bubblewrap")
    assert [name for name in BACKENDS if warning_of(name)] == ["host"]
    assert warning_of("none") is warning_of("auto") is None


def test_a_run_may_ask_for_every_sandbox_and_a_card_or_batch_for_those_that_isolate() -> None:
    assert sandbox_choices("run") == CHOICES
    assert sandbox_choices("batch") == CARD_CHOICES
    with pytest.raises(ValidationError, match="'auto', 'docker', 'bubblewrap' or 'none'"):
        Defaults.model_validate({"sandbox": "host"})


def test_the_schema_of_a_card_names_the_choices() -> None:
    properties: Mapping[str, Any] = Defaults.model_json_schema()["properties"]
    assert tuple(properties["sandbox"]["enum"]) == CARD_CHOICES


def test_the_commands_page_names_every_sandbox_that_an_option_takes() -> None:
    page = (ROOT / "docs" / "cli.md").read_text()
    for choices in (CHOICES, CARD_CHOICES):
        assert "`--sandbox {}`".format(r"\|".join(choices)) in page


def test_the_cards_page_names_every_sandbox_a_card_may_ask_for() -> None:
    (row,) = [
        line
        for line in (ROOT / "docs" / "cards.md").read_text().splitlines()
        if line.startswith("| `sandbox`")
    ]
    assert [name for name in CARD_CHOICES if f"`{name}`" not in row] == []


def test_no_backend_is_imported_before_it_is_made() -> None:
    import subprocess

    code = (
        "import sys, warehouse.sandbox.registry; print([m for m in sys.modules if 'backend' in m])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "warehouse.sandbox" not in done.stdout


def test_the_sandbox_room_has_no_import_cycle_between_files() -> None:
    """Found: dependencies↔sandbox and docker↔image, which imported each other inside functions."""
    import ast
    from pathlib import Path

    root = Path(import_module("warehouse.sandbox").__path__[0])
    files = {
        ".".join(["warehouse.sandbox", *path.relative_to(root).with_suffix("").parts]): path
        for path in root.rglob("*.py")
        if "steward" not in path.parts and path.name != "__init__.py"
    }
    arrows = {
        name: {
            module
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.ImportFrom) and node.module
            for module in (node.module, *(f"{node.module}.{each.name}" for each in node.names))
            if module in files
        }
        for name, path in files.items()
    }
    assert [
        (one, other) for one in arrows for other in arrows[one] if reaches(arrows, other, one)
    ] == []


def reaches(arrows: Mapping[str, set[str]], start: str, end: str) -> bool:
    """Whether arrows lead from one file to another."""
    seen, waiting = set[str](), [start]
    while waiting:
        name = waiting.pop()
        if name == end:
            return True
        if name not in seen:
            seen.add(name)
            waiting += arrows[name]
    return False
