"""The files of a product as the rows of a tree."""

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field

from tui.run_state.work import FileState
from warehouse.paths import MAX_DEPTH


@dataclass(frozen=True, slots=True)
class Row:
    """A folder or a file; `file` is None for a folder."""

    depth: int
    name: str
    path: str
    file: FileState | None = None
    folded: bool = False


@dataclass
class _Folder:
    folders: dict[str, "_Folder"] = field(default_factory=dict)
    files: list[tuple[str, FileState]] = field(default_factory=list)


def rows_of(files: Iterable[FileState], folded: Set[str]) -> list[Row]:
    """The rows that can be seen: folders before files, each in the order of the alphabet.

    `folded` are the paths of folders whose content is not shown.
    """
    root = _Folder()
    for file in files:
        *folders, name = file.path.split("/", MAX_DEPTH)  # a journal may name deeper ones
        place = root
        for folder in folders:
            place = place.folders.setdefault(folder, _Folder())
        place.files.append((name, file))
    return list(_rows(root, "", 0, folded))


def _rows(folder: _Folder, above: str, depth: int, folded: Set[str]) -> Iterator[Row]:
    for name, inner in sorted(folder.folders.items()):
        path = f"{above}{name}"
        is_folded = path in folded
        yield Row(depth, name, path, folded=is_folded)
        if not is_folded:
            yield from _rows(inner, f"{path}/", depth + 1, folded)
    for name, file in sorted(folder.files, key=lambda each: each[0]):
        yield Row(depth, name, file.path, file)
