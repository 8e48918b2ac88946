"""The command line: `softhouse COMMAND`. A command is the module called like it, imported when called."""

import os
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from company.cli.window import Window


COMMANDS = {
    "run": "Build what TASK says, and verify it.",
    "continue": "Go on after the delivery, by another task.",
    "resume": "Go on with a run that was stopped.",
    "ask": "Answer a question by what a database holds.",
    "watch": "Open the window: all runs, as they happen.",
    "estimate": "Say what a task is likely to cost and take.",
    "fork": "Go on from a step of a run with something changed.",
    "batch": "Work on many tasks, a run each.",
    "experiment": "Compare companies on the same tasks.",
    "runs": "List all runs.",
    "show": "Show what was said and done in a run.",
    "replay": "Watch a run again, at any speed.",
    "diff": "Hold two runs side by side.",
    "why": "Show who wrote a line, and the words behind it.",
    "export": "Write a run as one file, or its work as a patch.",
    "apply": "Put a run's work into the program it came from.",
    "check": "Check roles, phases, chains and companies.",
    "roles": "List the roles, or show one.",
    "phases": "List the phases, or show one.",
    "chains": "List the chains, or show one.",
    "companies": "List the companies, or show one.",
    "new": "Write a card of your own to start from.",
    "mcp": "Serve runs to any program that speaks MCP.",
    "model": "List, fetch, serve or test models.",
    "sandbox": "Build, test or clean up sandboxes.",
    "schema": "Print the JSON schema of the journal.",
    "doctor": "Say what this machine can do, and how to mend the rest.",
}
"""What each does, in the order of how much it is used."""
CARD_LISTS = frozenset(["roles", "phases", "chains", "companies"])
"""Commands that share a module, `cards`."""
KEYWORDS = {"continue": "going_on"}
"""The modules of commands that are words of Python."""


class LazyGroup(click.Group):
    """A group whose commands are named before they are imported."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """What is used first comes first."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        is_list = cmd_name in CARD_LISTS
        name = "cards" if is_list else KEYWORDS.get(cmd_name, cmd_name)
        module = import_module(f"company.cli.{name}")
        command: click.Command = getattr(module, cmd_name if is_list else "command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Also names the nearest command where there is none of that name."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            from company.cards.problems import nearest

            ctx.fail(f"There is no command {name!r}{nearest(name, COMMANDS)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _print_version(ctx: click.Context, _: click.Parameter, is_asked: bool) -> None:
    if is_asked:
        from importlib.metadata import version

        click.echo(f"softhouse {version('softhouse')}")
        ctx.exit()


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog='Begin with: softhouse run "A tip calculator for the command line"',
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_print_version,
    help="Show the version and exit.",
)
def softhouse() -> None:
    """A software company in a terminal: roles talk a sentence into a verified program."""


def call(arguments: Sequence[str] | None = None, window: "Window | None" = None) -> int:
    """Run the command line and return its exit code; errors become one paragraph on stderr."""
    try:
        import fcntl  # noqa: F401  # every journal is locked with it
    except ImportError:
        click.echo("softhouse: this system lacks Unix file locks; on Windows, use WSL 2.", err=True)
        return 2
    try:
        code = softhouse.main(
            arguments,
            prog_name="softhouse",
            standalone_mode=False,
            terminal_width=_columns(),
            obj=window,
        )
    except Exception as error:
        from company.cli.failures import report

        return report(error)
    return code if isinstance(code, int) else 0


def _columns() -> int:
    """The width for help. Left to click, `shutil` and its archivers are imported for it: 4 ms."""
    value = os.environ.get("COLUMNS", "")
    try:
        columns = int(value) if value.isdecimal() else os.get_terminal_size().columns
    except OSError:
        columns = 80
    return max(min(columns, 80) - 2, 50)
