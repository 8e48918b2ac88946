"""`softhouse ask`: one question to a database, answered with the query that says so."""

from pathlib import Path
from typing import Any

import click

from company.cli.options import allow_option, json_option, products_option
from company.cli.run_options import ask_options


@click.command(epilog='Example: softhouse ask sales.db "Which city has the most customers?"')
@click.argument("database")
@click.argument("question")
@ask_options
@products_option
@allow_option
@click.option("--csv", "as_csv", is_flag=True, help="Write the rows as CSV and nothing else.")
@json_option
def command(
    database: str,
    question: str,
    products: Path | None,
    allowed: tuple[str, ...],
    as_csv: bool,
    as_json: bool,
    **options: Any,
) -> int:
    """Answer QUESTION by what DATABASE holds: the query, its rows, and a sentence.

    DATABASE is a URL, a file of SQLite or DuckDB, a file of tables (CSV, Parquet, JSON, XLSX) or a folder of
    such; NAME=URL gives it a name. It is only read. QUESTION may be `-` for standard input.

    Exit codes: 0 answered by a query, 1 not answered, 2 usage or configuration, 3 budget reached, 4 the model
    provider failed, 130 interrupted.
    """
    from company.cli.ask.session import AskSession
    from company.cli.run.begin import begin, request_of
    from warehouse.runs.folders import products_folder

    if as_csv and as_json:
        raise click.UsageError("--csv and --json exclude each other.")
    request = request_of(question, databases=(database,), **options)
    session = AskSession("csv" if as_csv else "json" if as_json else "text", allowed)
    return session.work(begin(request, products_folder(products), session))
