"""The command line: `softhouse COMMAND`. A command is the module called like it, imported when called."""

import os
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

import click

if TYPE_CHECKING:
    from company.cli.window import Window


class Lazy(NamedTuple):
    """Where a command is, and its one line in the list of commands."""

    module: str
    help: str
    name: str = "command"
    """What the command is called in its module."""


COMMANDS = {
    "run": Lazy("company.cli.run", "Build what TASK says, and verify it."),
    "resume": Lazy("company.cli.resume", "Go on with a run that was stopped."),
    "watch": Lazy("company.cli.watch", "Open the window: all runs, as they happen."),
    "estimate": Lazy("company.cli.estimate", "Say what a task is likely to cost and take."),
    "fork": Lazy("company.cli.fork", "Go on from a step of a run with something changed."),
    "batch": Lazy("company.cli.batch", "Work on many tasks, a run each."),
    "experiment": Lazy("company.cli.experiment", "Compare companies on the same tasks."),
    "runs": Lazy("company.cli.runs", "List all runs."),
    "show": Lazy("company.cli.show.command", "Show what was said and done in a run."),
    "replay": Lazy("company.cli.replay", "Watch a run again, at any speed."),
    "diff": Lazy("company.cli.diff", "Hold two runs side by side."),
    "why": Lazy("company.cli.why", "Show who wrote a line, and the words behind it."),
    "export": Lazy("company.cli.export.command", "Write a run as one HTML, Markdown or JSON file."),
    "check": Lazy("company.cli.check", "Check roles, phases, chains and companies."),
    "roles": Lazy("company.cli.cards", "List the roles, or show one.", "roles"),
    "phases": Lazy("company.cli.cards", "List the phases, or show one.", "phases"),
    "chains": Lazy("company.cli.cards", "List the chains, or show one.", "chains"),
    "companies": Lazy("company.cli.cards", "List the companies, or show one.", "companies"),
    "new": Lazy("company.cli.new", "Write a card of your own to start from."),
    "model": Lazy("company.cli.model", "List, fetch, serve or test models."),
    "sandbox": Lazy("company.cli.sandbox", "Build, test or clean up sandboxes."),
    "schema": Lazy("company.cli.schema", "Print the JSON schema of the journal."),
    "doctor": Lazy("company.cli.doctor", "Say what this machine can do, and how to mend the rest."),
}


class LazyGroup(click.Group):
    """A group whose commands are named before they are imported."""

    def __init__(self, *args: Any, commands_in: Mapping[str, Lazy], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lazy = commands_in

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order they were given: what is used first comes first."""
        return list(self._lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        lazy = self._lazy.get(cmd_name)
        if lazy is None:
            return None
        command: click.Command = getattr(import_module(lazy.module), lazy.name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Also names the nearest command where there is none of that name."""
        name = args[0]
        if name not in self._lazy and not name.startswith("-"):
            from company.cards.problems import nearest

            ctx.fail(f"There is no command {name!r}{nearest(name, self._lazy)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, lazy.help) for name, lazy in self._lazy.items()])


def _print_version(ctx: click.Context, _: click.Parameter, is_asked: bool) -> None:
    if is_asked:
        from importlib.metadata import version

        click.echo(f"softhouse {version('softhouse')}")
        ctx.exit()


@click.group(
    cls=LazyGroup,
    commands_in=COMMANDS,
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
