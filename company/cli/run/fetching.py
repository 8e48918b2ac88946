"""A program that is fetched while a person waits."""

from collections.abc import Iterator
from contextlib import contextmanager

from company.cli.output import say
from warehouse.product.git.fetching import Told, untold
from warehouse.product.intake.address import check_address, is_address


@contextmanager
def fetching(source: str | None) -> Iterator[Told]:
    """What is to be told of the fetching; on a terminal it is one line on standard error, which goes away."""
    if source is None or not is_address(source):
        yield untold
        return
    from rich.console import Console
    from rich.text import Text

    say(f"softhouse: fetching {check_address(source)}", err=True)
    console = Console(stderr=True)
    if not console.is_terminal:
        yield untold
        return
    with console.status("") as shown:
        yield lambda line: shown.update(Text(line))
