"""Help: instant, complete, and with an example for every command."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from company.cli.main import softhouse as group
from tests.support.command_line import ROOT, Softhouse, as_process
from tests.support.journals import small_run, write_run

DOCUMENT = (ROOT / "docs" / "cli.md").read_text("utf-8")


def all_commands() -> Iterator[tuple[str, click.Command]]:
    """Every command and sub-command by the words it is called with."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield name, command
        if isinstance(command, click.Group):
            for inner, below in command.commands.items():
                yield f"{name} {inner}", below


EVERY = list(all_commands())
NAMES = [name for name, _ in EVERY]


@pytest.mark.parametrize("name", NAMES)
def test_every_command_s_help_has_an_example_that_calls_it(name: str, softhouse: Softhouse) -> None:
    shown = softhouse(*name.split(), "--help")
    assert shown.code == 0
    assert f"Example: softhouse {name}" in " ".join(shown.out.split())


def section_of(name: str) -> str:
    """The part of the document about a command."""
    sections = DOCUMENT.split("\n## softhouse ")[1:]
    first = name.split()[0]
    (found,) = [text for text in sections if first in re.split(r"\W+", text.splitlines()[0])]
    return found


@pytest.mark.parametrize(("name", "command"), EVERY, ids=NAMES)
def test_every_command_and_option_is_documented_with_an_example(
    name: str, command: click.Command
) -> None:
    section = section_of(name)
    assert f"\nsofthouse {name}" in section or isinstance(command, click.Group)
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            for option in parameter.opts:
                assert re.search(rf"(?<![-\w]){option}\b", section), f"{option} of {name}"


HEAVY = [
    "openai",
    "pydantic",
    "rich",
    "yaml",
    "docker",
    "git",
    "textual",
    "jinja2",
    "asyncio",
    "mcp",
]


def test_help_imports_nothing_heavy_whatever_it_is_asked_about() -> None:
    code = f"""if True:
        import sys
        from softhouse.program import call

        for name in ("", *{NAMES}):
            call([*name.split(), "--help"])
            heavy = {{module.split(".")[0] for module in sys.modules}} & {{*{HEAVY}}}
            if heavy:
                sys.exit(f"softhouse {{name}} --help imports {{heavy}}")
    """
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""


def test_softhouse_offers_its_python_interface_without_loading_it() -> None:
    code = (
        "import sys, softhouse; print('pydantic' in sys.modules);"
        "from softhouse import Company; print(Company.__name__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "Company"]


def test_the_version_is_the_installed_one(softhouse: Softhouse) -> None:
    from importlib.metadata import version

    assert softhouse("--version").out == f"softhouse {version('softhouse')}\n"


def test_run_ids_complete(tmp_path: Path) -> None:
    write_run(tmp_path / "products", small_run())
    done = as_process(
        cwd=tmp_path,
        env={
            "_SOFTHOUSE_COMPLETE": "bash_complete",
            "COMP_WORDS": "softhouse show 2026",
            "COMP_CWORD": "2",
        },
    )
    assert done.out.split(",")[-1].strip() == "20260102-030405-tips-abcd"


def test_a_fault_of_our_own_is_one_paragraph_and_shows_its_traceback_on_request(
    tmp_path: Path,
) -> None:
    code = (
        "import softhouse.__main__ as m, company.cli.opened as o\n"
        "def boom(*_): raise RuntimeError('boom\\nsk-abcdefghijklmnopqrstu')\n"
        "o.open_run = boom; m.main()"
    )

    def call(**env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", code, "show", "last"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT), **env},
            capture_output=True,
            text=True,
            check=False,
        )

    quiet, loud = call(), call(SOFTHOUSE_DEBUG="1")
    assert quiet.returncode == loud.returncode == 70
    assert quiet.stderr.count("\n") == 1
    assert "RuntimeError: boom [redacted]" in quiet.stderr
    assert "Traceback" in loud.stderr
