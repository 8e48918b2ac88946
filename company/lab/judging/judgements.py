"""What judges said of pairs, models and people: read from their runs and ratings."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from company.errors import ConfigurationError
from company.lab.analysis.preference import (
    NEITHER,
    OURS,
    THEIRS,
    Agreement,
    Judged,
    Preference,
    agreements,
    preferences,
)
from company.lab.execution.folder import LabFolder
from company.lab.execution.job_status import events_at_end
from company.lab.judging.judges import places
from company.lab.judging.pairs import Pair, pairs_of
from company.lab.judging.ratings import ratings_in
from warehouse.events import DeliverableAccepted

_PREFERRED = {"first": OURS, "second": THEIRS, "neither": NEITHER}
"""What is meant where the condition's program came first."""


@dataclass(frozen=True)
class Judgements:
    """What all judges of an experiment said."""

    preferences: tuple[Preference, ...] = ()
    agreements: tuple[Agreement, ...] = ()


def judgements_in(folder: LabFolder) -> Judgements:
    """All of them; none where nothing was judged or is compared."""
    models, people = list(places(folder, "models")), list(places(folder, "people"))
    if not (models or people):
        return Judgements()
    try:
        pairs = pairs_of(folder)
    except ConfigurationError:
        return Judgements()
    judged = {
        name: list(said) for name, said in (*_by_models(models, pairs), *_by_people(people, pairs))
    }
    number = Counter(pair.condition for pair in pairs)
    conditions = {pair.id: pair.condition for pair in pairs}
    found: list[Preference] = []
    for judge, said in judged.items():
        by_condition: dict[str, list[Judged]] = {name: [] for name in number}
        for each in said:
            by_condition[conditions[each.pair]].append(each)
        found += preferences(judge, number, by_condition)
    return Judgements(tuple(found), tuple(agreements(judged)))


def _by_models(
    models: Sequence[Path], pairs: Sequence[Pair]
) -> Iterator[tuple[str, Iterator[Judged]]]:
    for place in models:
        runs = LabFolder(place)
        try:
            name = next((job.model for job in runs.plan().jobs), place.name)
        except ConfigurationError:
            continue
        yield name, _told(pairs, {pair.id: _of_model(runs, pair) for pair in pairs})


def _by_people(
    people: Sequence[Path], pairs: Sequence[Pair]
) -> Iterator[tuple[str, Iterator[Judged]]]:
    for place in people:
        ratings = ratings_in(place)
        name = next((rating.by for rating in ratings if rating.by), place.name)
        yield f"{name} (person)", _told(pairs, {each.pair: (each.better, None) for each in ratings})


def _told(
    pairs: Sequence[Pair], said: Mapping[str, tuple[int | None, int | None]]
) -> Iterator[Judged]:
    """The pairs that were judged, and those of the same program, which nobody is asked about."""
    for pair in pairs:
        as_it_is, swapped = said.get(pair.id, (None, None))
        if pair.is_same:
            yield Judged(pair.id, pair.task, is_same=True)
        elif as_it_is is not None:
            yield Judged(pair.id, pair.task, is_same=False, as_it_is=as_it_is, swapped=swapped)


def _of_model(runs: LabFolder, pair: Pair) -> tuple[int | None, int | None]:
    """In either order, the condition's program first; None where one of them is not judged yet."""
    first, second = (_better(runs, name) for name in pair.ids)
    return (None, None) if first is None or second is None else (first, -second)


def _better(runs: LabFolder, name: str) -> int | None:
    """Which program was preferred, 1 for the first; who said nothing that can be used preferred none."""
    events = events_at_end(runs.run(name))
    if events is None:
        return None
    said = [event.data.fields for event in events if isinstance(event.data, DeliverableAccepted)]
    words = next((fields for fields in said if fields and "better" in fields), None) or {}
    return _PREFERRED.get(str(words.get("better")), NEITHER)
