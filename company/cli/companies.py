"""`softhouse companies`: the companies in sight."""

import click

from company.cli.options import json_option


@click.command(epilog="Example: softhouse companies pair")
@click.argument("name", required=False)
@json_option
def command(name: str | None, as_json: bool) -> None:
    """List the companies, or show the one called NAME as it is written.

    Cards of your own lie in `companies/` of the current folder and hide built-in ones of the same name.
    """
    from company.cli.card_listing import list_cards, show_card

    if name is None:
        list_cards("company", as_json=as_json)
    else:
        show_card("company", name, as_json=as_json)
