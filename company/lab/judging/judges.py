"""Who judges, and where what they said is kept: `judged/models/NAME` and `judged/people/NAME` of an experiment."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from company.errors import ConfigurationError
from company.lab.design.run_name import digest, run_name
from company.lab.execution.folder import JUDGED, LabFolder
from warehouse.runs.folders import OWN

Kind = Literal["models", "people"]
LONGEST = 60


def place_of(folder: LabFolder, kind: Kind, name: str) -> Path:
    """The folder of a judge, which is made where it is not there.

    Raises ConfigurationError for a name that cannot be shown, and for a folder behind a link, where nothing is written.
    """
    if not (name.isprintable() and name.strip()):
        raise ConfigurationError("A judge has a name that can be printed.")
    safe = run_name(name)[:LONGEST]
    place = folder.path / JUDGED / kind / (safe if safe == name else f"{safe}-{digest(name)}")
    for each in (place.parents[1], place.parent, place):
        if each.is_symlink():
            raise ConfigurationError(f"{each} is a link: judgements are not kept behind one.")
        try:
            each.mkdir(OWN, exist_ok=True)
        except OSError as error:
            raise ConfigurationError(f"{each} cannot be made: {error.strerror}.") from None
    return place


def places(folder: LabFolder, kind: Kind) -> Iterator[Path]:
    """The folders of all judges of a kind, links left out."""
    home = folder.path / JUDGED / kind
    if home.is_symlink() or home.parent.is_symlink() or not home.is_dir():
        return
    for place in sorted(home.iterdir()):
        if place.name.isprintable() and place.is_dir() and not place.is_symlink():
            yield place
