"""`softhouse estimate`: what a task is likely to cost and take, by what such runs took before."""

from pathlib import Path

import click

from company.cli.options import json_option, products_option, task_argument


@click.command(epilog='Example: softhouse estimate "A tip calculator with tests" --company pair')
@task_argument
@click.option("--company", metavar="NAME|FILE", help="Who would work. [default: as for run]")
@click.option("--chain", metavar="NAME", help="Another order of phases than the company's own.")
@click.option("--model", metavar="ID", help="PROVIDER:MODEL for every role. [default: as for run]")
@products_option
@json_option
def command(
    task: str,
    company: str | None,
    chain: str | None,
    model: str | None,
    products: Path | None,
    as_json: bool,
) -> None:
    """Say what TASK is likely to cost and take, before anything is spent.

    It goes by the past runs of the same company, chain and model in the products folder, and is
    "unknown" where there are none. No model is asked. TASK may be `-`, for standard input.
    """
    from company.cli.estimating.foresight import Foresight
    from company.cli.estimating.text import as_record, lines_of
    from company.cli.output import say, say_json
    from company.cli.sitting.begin import read_task
    from company.cli.sitting.choice import chosen_company
    from warehouse.runs import products_folder

    root = products_folder(products)
    house = chosen_company(company, model=model, chain=chain, products=root)
    seen = Foresight.of(house, read_task(task), root)
    if as_json:
        say_json(as_record(seen))
        return
    for line in lines_of(seen):
        say(line)
