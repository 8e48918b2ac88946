"""Asking a person for what only they can allow."""

import sys
from collections.abc import Sequence, Set

import click

from company.cli.output import say
from company.models.origins import remember
from company.rights import Right, require


def consented(rights: Sequence[Right], allowed: Set[str], *, may_ask: bool) -> Set[str]:
    """What was allowed on the command line, and what the person at the terminal agrees to now.

    An address or a file of weights that is allowed once is known from then on. Raises ConsentNeeded where something is
    not allowed.
    """
    missing = [right for right in rights if right.value not in allowed]
    if missing and may_ask and sys.stdin.isatty() and sys.stderr.isatty():
        say("softhouse: only you can allow this:", err=True)
        for right in missing:
            say(f"  {right.value}: {right.meaning}", err=True)
        if click.confirm("Allow it?", default=False, err=True):
            allowed = allowed | {right.value for right in missing}
    require(rights, allowed)
    for right in rights:
        if right.is_for_good:
            remember(right.value, with_key=False)
    return allowed
