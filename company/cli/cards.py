"""`softhouse roles`, `phases`, `chains` and `companies`: the cards in sight, by their kinds."""

from typing import TYPE_CHECKING

import click

from company.cli.options import json_option

if TYPE_CHECKING:
    from company.cards.card_files import Kind


def _listing(kind: "Kind", plural: str, example: str) -> click.Command:
    @click.command(
        plural,
        epilog=f"Example: softhouse {plural} {example}",
        help=f"""List the {plural}, or show the one called NAME as it is written.

        Cards of your own lie in `{plural}/` of the current folder and hide built-in ones of the same
        name.
        """,
    )
    @click.argument("name", required=False)
    @json_option
    def command(name: str | None, as_json: bool) -> None:
        from company.cli.card_listing import list_cards, show_card

        if name is None:
            list_cards(kind, as_json=as_json)
        else:
            show_card(kind, name, as_json=as_json)

    return command


roles = _listing("role", "roles", "code_reviewer")
phases = _listing("phase", "phases", "coding")
chains = _listing("chain", "chains", "waterfall")
companies = _listing("company", "companies", "pair")
