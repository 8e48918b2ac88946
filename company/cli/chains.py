"""`softhouse chains`: the chains in sight."""

import click

from company.cli.options import json_option


@click.command(epilog="Example: softhouse chains waterfall")
@click.argument("name", required=False)
@json_option
def command(name: str | None, as_json: bool) -> None:
    """List the chains, or show the one called NAME as it is written.

    Cards of your own lie in `chains/` of the current folder and hide built-in ones of the same name.
    """
    from company.cli.card_listing import list_cards, show_card

    if name is None:
        list_cards("chain", as_json=as_json)
    else:
        show_card("chain", name, as_json=as_json)
