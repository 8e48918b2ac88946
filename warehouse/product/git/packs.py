"""Packs of objects: taken in with each of them checked, or had in common with another git directory, by links."""

import os
import shutil
from pathlib import Path
from typing import BinaryIO

from warehouse.errors import ProductError
from warehouse.plain_file import read_plain_file
from warehouse.product.git.command import SHALLOW, GitCommand

_OLD_FAULTS = (
    *(
        "badDate",
        "badDateOverflow",
        "badEmail",
        "badTimezone",
        "missingEmail",
        "missingSpaceBeforeDate",
    ),
    *("missingSpaceBeforeEmail", "missingNameBeforeEmail", "zeroPaddedDate", "zeroPaddedFilemode"),
)
_AS_IT_IS_WRITTEN = "--strict=" + ",".join(f"{fault}=ignore" for fault in _OLD_FAULTS)
"""How strictly objects are checked: old histories hold what git writes no more, and cannot be mended."""


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


def take_pack(git: GitCommand, pack: bytes | BinaryIO, *options: str) -> None:
    """Add the objects of a pack, each of them checked. Raises ProductError where one is broken."""
    git.run("index-pack", "--stdin", *options, _AS_IT_IS_WRITTEN, stdin=pack)
