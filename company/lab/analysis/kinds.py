"""What the analysis must know of a metric before it may average it."""

from company.lab.metrics.catalogue import METRICS


def is_yes_no(metric: str) -> bool:
    """Whether a run either has it or has it not, so that its mean is a share of runs."""
    known = METRICS.get(metric)
    return known is not None and known.kind == "yes/no"
