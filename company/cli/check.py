"""`softhouse check`: everything that can be known to be wrong with cards before money is spent."""

from pathlib import Path

import click

from company.cli.options import json_option


@click.command(epilog="Example: softhouse check companies/mine.yaml")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path))
@json_option
def command(paths: tuple[Path, ...], as_json: bool) -> int:
    """Check roles, phases, chains and companies.

    PATH is a card's file or a folder with `roles/`, `phases/`, `chains/`, `companies/` in it;
    without one, all cards in sight of the current folder are checked, the built-in ones too.
    """
    from company.cards.card_files import KINDS
    from company.cards.catalogue import Cards
    from company.cards.check import check_all, check_path
    from company.cli.output import say, say_json
    from warehouse.history.format.figures import counted

    cards = Cards(Path.cwd())
    problems = [p for path in paths for p in check_path(path)] if paths else check_all(cards)
    problems = list(dict.fromkeys(problems))
    if as_json:
        say_json([{"file": p.file, "line": p.line, "message": p.message} for p in problems])
    else:
        for problem in problems:
            say(str(problem))
        if problems:
            say(f"softhouse: {counted(len(problems), 'problem')}", err=True)
        elif paths:
            say("All is well.")
        else:
            say(f"All is well: {counted(sum(len(cards.of(kind)) for kind in KINDS), 'card')}.")
    return 2 if problems else 0
