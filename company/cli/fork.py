"""`softhouse fork`: the same past, another future."""

from pathlib import Path
from typing import Any

import click

from company.cli.options import (
    allow_option,
    events_option,
    plain_option,
    products_option,
    run_argument,
)
from company.cli.run_options import limit_options, overridable_keys

HELP = """Go on from a step of RUN in a new run. The past they share costs nothing; RUN stays as it is.

STEP is a step's place (6.review/round-2), its number (6) or a name (review, review_comment: the
first time). Without --set, the same is tried again: with a model that samples, another outcome.

\b
KEY is one of
  model, models.ROLE            the model of all roles, or of one
{settings}
  chain                         another chain, by name or file
  loops.LOOP.max, .until        a loop's limit and condition
  graphs.GRAPH.FIELD            a graph's topology, nodes and so on
  directs.STEP.FIELD            what a director chooses from, and the most turns
  parts.STEP.max                how many parts an `each` step has
  phases.PHASE.FIELD            any field of a phase, as in its YAML
  roles.ROLE.FIELD              any field of a role
  company.FIELD                 any field of the company
VALUE is as in YAML; @FILE is the text of a file, for prompts.
"""


@click.command(
    help=HELP.format(settings=overridable_keys()),
    epilog="Example: softhouse fork last --at review --set models.code_reviewer=openai:gpt-5.4-mini",
)
@run_argument
@click.option(
    "--at",
    metavar="STEP",
    required=True,
    help="The first step, or call of a tool, that is done anew, as `show` names it.",
)
@click.option(
    "--set",
    "changes",
    metavar="KEY=VALUE",
    multiple=True,
    help="What is different from there on; any number of times.",
)
@click.option("--name", help="What to call the new run. [default: as RUN is called]")
@products_option
@limit_options
@allow_option
@plain_option
@events_option
def command(
    run: str,
    at: str,
    changes: tuple[str, ...],
    name: str | None,
    products: Path | None,
    allowed: tuple[str, ...],
    plain: bool,
    as_json: bool,
    **limits: Any,
) -> int:
    """Fork, and work on the fork. Returns its exit code."""
    from company.cards.company_card import RunLimits
    from company.cli.run.begin import branch_off
    from company.cli.run.session import Session
    from company.engine.fork.overrides import pairs
    from company.run_options import read_options

    session = Session(plain=plain, as_json=as_json, allowed=allowed)
    own = read_options(RunLimits, limits)
    return session.work(branch_off(run, at, pairs(changes), name, products, own, session))
