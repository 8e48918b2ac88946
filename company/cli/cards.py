"""`softhouse roles`, `phases`, `chains` and `companies`: the cards in sight, by their kinds."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from company.cli.options import json_option

if TYPE_CHECKING:
    from company.cards.card_files import Kind
    from company.cards.catalogue import Cards


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
        from company.cards.catalogue import Cards

        cards = Cards(Path.cwd())
        if name is None:
            _list(cards, kind, as_json=as_json)
        else:
            _show(cards, kind, name, as_json=as_json)

    return command


roles = _listing("role", "roles", "code_reviewer")
phases = _listing("phase", "phases", "coding")
chains = _listing("chain", "chains", "waterfall")
companies = _listing("company", "companies", "pair")


def _list(cards: "Cards", kind: "Kind", *, as_json: bool) -> None:
    """A line for each card: its name, its title, and its file where it is the user's own."""
    from company.cli.output import say, say_json

    rows = [_row(cards, kind, name) for name in cards.of(kind)]
    if as_json:
        say_json(rows)
        return
    width = max((len(row["name"]) for row in rows), default=0)
    for row in rows:
        own = "" if row["built_in"] else f"  ({row['file']})"
        say(f"{row['name']:<{width}}  {row['problem'] or row['title']}{own}".rstrip())


def _row(cards: "Cards", kind: "Kind", name: str) -> dict[str, Any]:
    from company.errors import ConfigurationError

    file = cards.of(kind)[name]
    row = {"name": name, "title": "", "file": file.label, "built_in": file.built_in, "problem": ""}
    try:
        row["title"] = cards.card(kind, name).title
    except ConfigurationError as error:
        row["problem"] = f"broken: {error}"
    return row


def _show(cards: "Cards", kind: "Kind", name: str, *, as_json: bool) -> None:
    """One card as it is written, or as data. Raises ConfigurationError where there is none."""
    from company.cli.output import say, say_json

    card = cards.card(kind, name)
    if as_json:
        say_json(card.model_dump(mode="json", by_alias=True))
        return
    file = cards.of(kind)[name]
    say(f"# {file.label}")
    say(file.path.read_bytes().decode("utf-8", "replace").rstrip())
