"""Packs that several git directories of ours have in common, each by links of its own."""

import os
import shutil
from pathlib import Path

from warehouse.errors import ProductError
from warehouse.plain_file import read_plain_file
from warehouse.product.git.command import SHALLOW

PACKS = "objects/pack"


def link_packs(source: Path, git_dir: Path) -> None:
    """Have the packs of `source` in `git_dir` too. Raises ProductError.

    git never writes to a pack, so they stay what they were, also when one of the two is gone.
    """
    try:
        # A pack is there as soon as its index is, which therefore comes last.
        for path in sorted((source / PACKS).iterdir(), key=lambda each: each.suffix == ".idx"):
            target = git_dir / PACKS / path.name
            try:
                os.link(path, target)
            except OSError:  # on another disk, or with the most links that one may have
                shutil.copyfile(path, target)
        if (shallow := read_plain_file(source / SHALLOW)) is not None:
            (git_dir / SHALLOW).write_bytes(shallow)
    except OSError as error:
        raise ProductError(
            f"The packs in {source} cannot be had: {error.strerror}. Take that folder away, and begin again."
        ).caused_by(error) from None
