"""Figures that others published, each in the place of a comparison of an experiment."""

from collections.abc import Sequence

import msgspec

from company.cards.problems import nearest, shown
from company.errors import ConfigurationError
from company.lab.design.experiment_card import ExperimentCard, PublishedCard
from company.lab.metrics.catalogue import described


class Published(msgspec.Struct, frozen=True):
    """What somebody else found, of one metric under one condition or contrast."""

    condition: str
    metric: str
    value: float
    """A difference to the baseline; a factor where the metric is compared by ratio."""
    source: str


def published_in(card: ExperimentCard, compared: Sequence[str]) -> tuple[Published, ...]:
    """In the order of the experiment's file; `compared` are the conditions and contrasts that it compares.

    Raises ConfigurationError where one is about something else.
    """
    for each in card.published:
        if each.condition not in compared:
            where = f"no condition or contrast is compared that is called {shown(each.condition)}"
            raise ConfigurationError(f"published: {where}{nearest(each.condition, compared)}")
        if why := _no_figure(each, card.metrics):
            raise ConfigurationError(f"published, {each.condition}: {why}")
    return tuple(Published(**each.model_dump()) for each in card.published)


def _no_figure(published: PublishedCard, metrics: Sequence[str]) -> str:
    """Why something is no figure of a primary metric; else empty."""
    name, value = published.metric, published.value
    if name not in metrics:
        return f"{shown(name)} is none of the metrics{nearest(name, metrics)}"
    if described(name).compared == "ratio" and value <= 0:
        return f"{name} is compared by ratio, so {value:g} has to be a factor above 0: 0.5 is half as much"
    if described(name).is_share and abs(value) > 1:
        return (
            f"{name} is a share, so {value:g} has to be between -1 and 1: -0.3 is 30 points fewer"
        )
    return ""
