"""What stands at the head of an exported run."""

from collections.abc import Iterator

from company.cli.opened import OpenedRun
from company.cli.price import price
from warehouse.history.format.figures import used


def facts(opened: OpenedRun) -> Iterator[tuple[str, str]]:
    """Which run it is, what it was given, and what it has used, by their names."""
    began, summary = opened.head, opened.row.summary
    if began is None:
        return
    yield "Run", began.run
    yield "Began", began.at
    yield "Company", f"{began.company}, by the {began.chain} chain"
    yield "Model", began.model
    yield "Sandbox", began.sandbox
    if summary is None:
        return
    yield "Used", used(summary.usage, summary.seconds)
    if summary.parent:
        yield "Forked from", f"{summary.parent} at {summary.forked_at}"
        yield "Shared with it", used(summary.shared, summary.shared_seconds)
    yield "Cost", price(summary.usage, [began.model])
