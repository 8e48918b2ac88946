"""The command line: `softhouse COMMAND`. Every command is a module of its own, imported when called."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from company.cli.lazy_group import Lazy, LazyGroup

if TYPE_CHECKING:
    from company.cli.window import Window

COMMANDS = {
    "run": Lazy("company.cli.run.command", "Build what TASK says, and verify it."),
    "resume": Lazy("company.cli.resume", "Go on with a run that was stopped."),
    "watch": Lazy("company.cli.watch.command", "Open the window: all runs, as they happen."),
    "estimate": Lazy("company.cli.estimate.command", "Say what a task is likely to cost and take."),
    "fork": Lazy("company.cli.fork", "Go on from a step of a run with something changed."),
    "batch": Lazy("company.cli.batch.command", "Work on many tasks, a run each."),
    "experiment": Lazy("company.cli.experiment", "Compare companies on the same tasks."),
    "runs": Lazy("company.cli.runs", "List all runs."),
    "show": Lazy("company.cli.show.command", "Show what was said and done in a run."),
    "replay": Lazy("company.cli.replay.command", "Watch a run again, at any speed."),
    "diff": Lazy("company.cli.diff.command", "Hold two runs side by side."),
    "why": Lazy("company.cli.why.command", "Show who wrote a line, and the words behind it."),
    "export": Lazy("company.cli.export.command", "Write a run as one HTML, Markdown or JSON file."),
    "check": Lazy("company.cli.check", "Check roles, phases, chains and companies."),
    "roles": Lazy("company.cli.cards", "List the roles, or show one.", "roles"),
    "phases": Lazy("company.cli.cards", "List the phases, or show one.", "phases"),
    "chains": Lazy("company.cli.cards", "List the chains, or show one.", "chains"),
    "companies": Lazy("company.cli.cards", "List the companies, or show one.", "companies"),
    "new": Lazy("company.cli.new", "Write a card of your own to start from."),
    "model": Lazy("company.cli.model.command", "List, fetch, serve or test models."),
    "sandbox": Lazy("company.cli.sandbox.command", "Build, test or clean up sandboxes."),
    "schema": Lazy("company.cli.schema", "Print the JSON schema of the journal."),
    "doctor": Lazy(
        "company.cli.doctor.command", "Say what this machine can do, and how to mend the rest."
    ),
}


def _print_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
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
    given = os.environ.get("COLUMNS", "")
    try:
        columns = int(given) if given.isdecimal() else os.get_terminal_size().columns
    except OSError:
        columns = 80
    return max(min(columns, 80) - 2, 50)
