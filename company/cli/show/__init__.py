"""`softhouse show`: what was said and done in a run."""

from pathlib import Path

import click

from company.cli.options import json_option, products_option, run_argument


@click.command(epilog="Example: softhouse show last --full | less -R")
@run_argument
@products_option
@click.option("--full", is_flag=True, help="Every word, and the prompts too.")
@json_option
def command(run: str, products: Path | None, full: bool, as_json: bool) -> None:
    """Show who said what to whom in RUN, what was delivered, committed and run.

    RUN is an id, a unique prefix of one, a path, or `last`.
    """
    from company.cli.opened import open_run

    opened = open_run(run, products)
    if as_json:
        from company.cli.export.record import as_record
        from company.cli.output import say_json

        say_json(as_record(opened))
        return
    from company.cli.show.transcript_text import print_transcript

    print_transcript(opened, full=full)
