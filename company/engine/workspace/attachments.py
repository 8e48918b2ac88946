"""The pictures of a task, kept with its run."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from company.errors import ConfigurationError


def attach(images: Sequence[Path], folder: Path) -> None:
    """Copy the pictures into a folder. Raises ConfigurationError for one that cannot be read."""
    for image in images:
        try:
            folder.mkdir(exist_ok=True)
            shutil.copyfile(image, folder / image.name)
        except OSError as error:
            reason = error.strerror or "it is no plain file"
            raise ConfigurationError(f"{image} cannot be read: {reason}.").caused_by(
                error
            ) from None
