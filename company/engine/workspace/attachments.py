"""What is kept with a run: the task's pictures and documents, and what witnesses saw.

Never what a link leads to, for it goes to a provider.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from company.documents.document import Document
from company.errors import ConfigurationError
from warehouse.errors import PathRejected
from warehouse.events import Picture
from warehouse.paths import MAX_PICTURE_BYTES
from warehouse.plain_file import read_below
from warehouse.runs.folders import ATTACHMENTS, OWN

GIVEN = "attached"
"""The folder in which roles with tools find the customer's documents."""


def attach(images: Sequence[Path], run: Path) -> None:
    """Copy pictures into a run's folder. Raises ConfigurationError for one that cannot be read."""
    for image in images:
        try:
            content = read_below(image.parent, image.name, MAX_PICTURE_BYTES)
        except PathRejected as error:
            raise ConfigurationError(f"{image} cannot be read: {error}.") from None
        _keep(run, image.name, content)


def keep_documents(documents: Sequence[Document], run: Path) -> None:
    """Keep what the customer gave to be read. Raises ConfigurationError where that fails."""
    for document in documents:
        _keep(run, document.name, document.text.encode())


def attach_those_of(parent: Path, names: Sequence[str], run: Path) -> None:
    """Copy attachments of another run. Raises ConfigurationError for one that cannot be read."""
    for name in names:
        _keep(run, name, attached(parent, name))


def keep_picture(run: Path, title: str, png: bytes) -> Picture:
    """Keep what a witness saw, named by its content. Raises ConfigurationError where that fails."""
    name = f"seen-{hashlib.sha256(png).hexdigest()[:24]}.png"
    _keep(run, name, png)
    return Picture(name, title, len(png))


def attached(run: Path, name: str) -> bytes:
    """The content of an attachment of a run, which may be from anywhere.

    Raises ConfigurationError where it cannot be read.
    """
    try:
        return read_below(run, f"{ATTACHMENTS}/{name}", MAX_PICTURE_BYTES)
    except PathRejected as error:
        raise ConfigurationError(
            f"The file {run / ATTACHMENTS / name} belongs to the run and cannot be read: {error}."
            " Put the file itself there, then resume."
        ) from None


def _keep(run: Path, name: str, content: bytes) -> None:
    place = run / ATTACHMENTS / name
    try:
        place.parent.mkdir(OWN, exist_ok=True)
        place.write_bytes(content)
    except OSError as error:
        raise ConfigurationError(f"{place} cannot be written: {error.strerror}.").caused_by(
            error
        ) from None
