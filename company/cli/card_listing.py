"""Listing the cards in sight, and showing one."""

from pathlib import Path
from typing import Any

from company.cards.card_files import Kind
from company.cards.catalogue import Cards
from company.cli.output import say, say_json
from company.errors import ConfigurationError


def list_cards(kind: Kind, *, as_json: bool) -> None:
    """A line for each card: its name, its title, and its file where it is the user's own."""
    cards = Cards(Path.cwd())
    rows = [_row(cards, kind, name) for name in cards.of(kind)]
    if as_json:
        say_json(rows)
        return
    width = max((len(row["name"]) for row in rows), default=0)
    for row in rows:
        own = "" if row["built_in"] else f"  ({row['file']})"
        say(f"{row['name']:<{width}}  {row['problem'] or row['title']}{own}".rstrip())


def show_card(kind: Kind, name: str, *, as_json: bool) -> None:
    """One card as it is written, or as data. Raises ConfigurationError where there is none."""
    cards = Cards(Path.cwd())
    card = cards.card(kind, name)
    if as_json:
        say_json(card.model_dump(mode="json", by_alias=True))
        return
    file = cards.of(kind)[name]
    say(f"# {file.label}")
    say(file.path.read_bytes().decode("utf-8", "replace").rstrip())


def _row(cards: Cards, kind: Kind, name: str) -> dict[str, Any]:
    file = cards.of(kind)[name]
    row = {"name": name, "title": "", "file": file.label, "built_in": file.built_in, "problem": ""}
    try:
        row["title"] = cards.card(kind, name).title
    except ConfigurationError as error:
        row["problem"] = f"broken: {error}"
    return row
