"""What stands at the head of an exported run."""

from company.cli.opened import OpenedRun
from company.cli.price import price
from warehouse.history.entries import Began
from warehouse.history.format.figures import used


def facts(began: Began, opened: OpenedRun) -> dict[str, str]:
    """Which run it is, what it was given, and what it has used, by their names."""
    told = {
        "Run": began.run,
        "Began": began.at,
        "Company": f"{began.company}, by the {began.chain} chain",
        "Model": began.model,
        "Sandbox": began.sandbox,
    }
    summary = opened.row.summary
    if summary is None:
        return told
    told |= {"Used": used(summary.usage, summary.seconds)}
    if summary.parent:
        told |= {
            "Forked from": f"{summary.parent} at {summary.forked_at}",
            "Shared with it": used(summary.shared, summary.shared_seconds),
        }
    return told | {"Cost": price(summary.usage, [began.model])}
