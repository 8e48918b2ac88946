"""`softhouse phases`: the phases in sight."""

import click

from company.cli.options import json_option


@click.command(epilog="Example: softhouse phases coding")
@click.argument("name", required=False)
@json_option
def command(name: str | None, as_json: bool) -> None:
    """List the phases, or show the one called NAME as it is written.

    Cards of your own lie in `phases/` of the current folder and hide built-in ones of the same name.
    """
    from company.cli.card_listing import list_cards, show_card

    if name is None:
        list_cards("phase", as_json=as_json)
    else:
        show_card("phase", name, as_json=as_json)
