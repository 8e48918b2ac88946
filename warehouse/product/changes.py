"""What a commit's files become by changes, and which changes there may be."""

from collections.abc import Mapping

from warehouse.errors import PathRejected
from warehouse.paths import check_path
from warehouse.product.git.loose_objects import Blob, blob_id
from warehouse.product.git.modes import mode_of
from warehouse.product.git.snapshot import Snapshot
from warehouse.product.room import Room

Changes = Mapping[str, bytes | None]
"""Path → new content; None deletes a file."""


def checked(changes: Changes) -> dict[str, bytes | None]:
    """The changes by paths as the product keeps them. Raises PathRejected."""
    normal: dict[str, bytes | None] = {}
    for given, content in changes.items():
        path = check_path(given)
        if path in normal:
            raise PathRejected(f"the path '{path}' is given twice, in two spellings")
        normal[path] = content
    return normal


def after(
    before: Snapshot,
    changes: Changes,
    earlier: Mapping[str, bytes],
    modes: Mapping[str, str],
    room: Room,
) -> Snapshot:
    """What a commit holds after changes; `earlier` are the contents, by id, of what is replaced.

    A file keeps its mode, unless `modes` say another or it begins or ceases to begin with `#!`. Raises
    PathRejected.
    """
    files = {path: blob for path, blob in before.files.items() if path not in changes}
    contents = {path: data for path, data in changes.items() if data is not None}
    for path, data in contents.items():
        mode, was = mode_of(data), before.files.get(path)
        if was is not None and mode_of(earlier[was.id]) == mode:
            mode = was.mode
        files[path] = Blob(modes.get(path, mode), blob_id(data), len(data))
    room.check({path: blob.size for path, blob in files.items()}, before.files)
    return Snapshot(files, before.hidden)
