"""What must be known of a metric before it may be averaged or written down."""

from company.lab.metrics.catalogue import OF_A_ROLE, metric_of


def is_yes_no(metric: str) -> bool:
    """Whether a run either has it or has it not, so that its mean is a share of runs."""
    known = metric_of(metric)
    return known is not None and known.kind == "yes_no"


def is_share(metric: str) -> bool:
    """Whether it lies between 0 and 1 and is read in percent."""
    known = metric_of(metric)
    return known is not None and known.kind in ("yes_no", "share")


def unit_of(metric: str) -> str:
    """Its unit; empty where it has none."""
    known = metric_of(metric)
    return known.unit if known else ""


def title_of(metric: str) -> str:
    """Its name for people; of a role's metric, with the role."""
    known = metric_of(metric)
    if known is None:
        return metric
    role = metric.partition(".")[2] if known.name.endswith(OF_A_ROLE) else ""
    return f"{known.title}: {role}" if role else known.title


def better_of(metric: str) -> str:
    """`higher` or `lower`, whichever is better; empty where neither is."""
    known = metric_of(metric)
    return known.better or "" if known else ""
