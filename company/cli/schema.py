"""`softhouse schema`: the shape of what softhouse writes, for programs that read it."""

import click


@click.group(epilog="Example: softhouse schema journal")
def command() -> None:
    """Print the JSON schema of a format."""


@command.command(epilog="Example: softhouse schema journal > journal.schema.json")
def journal() -> None:
    """Print the JSON schema of a line of a journal: an event of any kind."""
    from company.cli.output import say_json
    from warehouse.events.lines import line_schema

    say_json(line_schema())
