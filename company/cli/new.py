"""`softhouse new`: a card of your own to start from."""

from pathlib import Path
from typing import Literal

import click


@click.command(epilog="Example: softhouse new role security_reviewer")
@click.argument("kind", type=click.Choice(["role", "phase", "company"]))
@click.argument("name")
def command(kind: Literal["role", "phase", "company"], name: str) -> None:
    """Write a card called NAME into `roles/`, `phases/` or `companies/` of the current folder.

    It is found from there by name, and hides a built-in card of the same name.
    """
    from company.cards.new_card import new_card
    from company.cli.output import say

    path = new_card(kind, name, Path.cwd())
    say(f"{path.relative_to(Path.cwd())}: edit it, then softhouse check")
