"""`softhouse estimate`: what a task is likely to cost and take, by what such runs took before."""

from pathlib import Path
from typing import Any

import click

from company.cli.options import json_option, products_option, task_argument
from company.cli.run_options import company_options


@click.command(epilog='Example: softhouse estimate "A tip calculator with tests" --company pair')
@task_argument
@company_options
@products_option
@json_option
def command(task: str, products: Path | None, as_json: bool, **options: Any) -> None:
    """Say what TASK is likely to cost and take, before anything is spent.

    It goes by the past runs of the same company, chain and model in the products folder, and is
    "unknown" where there are none. No model is asked. TASK may be `-`, for standard input.
    """
    from company.cli.estimate.forecast import Forecast, as_record, lines_of
    from company.cli.output import say, say_json
    from company.cli.run.begin import chosen_company, request_of
    from warehouse.runs.folders import products_folder

    root = products_folder(products)
    request = request_of(task, **options)
    forecast = Forecast.of(chosen_company(request, root), request.task, root)
    if as_json:
        say_json(as_record(forecast))
        return
    for line in lines_of(forecast):
        say(line)
