"""`softhouse diff`: two runs side by side."""

from pathlib import Path

import click

from company.cli.options import RunArgument, json_option, products_option


@click.command(epilog="Example: softhouse diff 20260102-0304 last --patch")
@click.argument("first", metavar="A", type=RunArgument())
@click.argument("second", metavar="[B]", required=False, type=RunArgument())
@products_option
@click.option("--all", "everything", is_flag=True, help="Show also what is the same.")
@click.option("--patch", is_flag=True, help="Show the files that differ line by line.")
@json_option
def command(
    first: str,
    second: str | None,
    products: Path | None,
    everything: bool,
    patch: bool,
    as_json: bool,
) -> None:
    """Hold two runs side by side: what they were given, how they went, what came of it.

    Shown is what differs: the order and its cards, decisions, verdicts, checks, files, calls,
    tokens, cost and time. A and B are ids, unique prefixes, paths, or `last`; `RUN@2` is one version of a
    run, and without B the last two versions of A are compared. Into a pipe it writes
    tab-separated lines.
    """
    import sys

    from company.cli.diff.sides import RunPair
    from company.cli.output import say_json

    pair = RunPair.open(first, second, products)
    if as_json:
        from company.cli.diff.sides import as_record

        say_json(as_record(pair, everything=everything, patch=patch))
    elif sys.stdout.isatty():
        from company.cli.diff.table import print_tables

        print_tables(pair, everything=everything, patch=patch)
    else:
        from company.cli.diff.sides import print_lines

        print_lines(pair, everything=everything, patch=patch)
