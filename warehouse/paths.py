"""Which paths may enter a product, and how much of it there may be.

A path comes from a model, a journal or a customer's folder, so it is hostile until `check_path`
has returned it. What is accepted here is safe on every file system a customer may check the
product out on: Linux, macOS (which folds case and drops invisible characters) and Windows (which
has device names, short names and drive letters).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from warehouse.errors import PathRejected
from warehouse.look_alikes import deception_in
from warehouse.terminal_text import safe_text

MAX_PATH_BYTES = 240
MAX_NAME_BYTES = 128
MAX_DEPTH = 16
MAX_FILES = 2_000
MAX_FILE_BYTES = 2_000_000
MAX_PICTURE_BYTES = 20 * 1024**2
"""Of a picture that belongs to a task: what the largest providers take."""
MAX_TOTAL_BYTES = 32_000_000


class Bounds(NamedTuple):
    """How much of a product there may be."""

    files: int
    total_bytes: int


OF_A_PRODUCT = Bounds(MAX_FILES, MAX_TOTAL_BYTES)
OF_A_REPOSITORY = Bounds(20_000, 128_000_000)
"""Of a program that was there before: of its files that roles may have."""

_UNSAFE_CHARACTERS = re.compile(r'[<>:"|?*]')
_DEVICE_NAME = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|clock\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?", re.IGNORECASE
)
_GIT_SHORT_NAME = re.compile(r"git~[0-9]+", re.IGNORECASE)


def check_path(path: str) -> str:
    """Return `path` in the one form the product keeps it in, or raise `PathRejected`.

    Backslashes become slashes, `.` and doubled slashes go, and Unicode is composed (NFC), so that
    two spellings of one file are one file. Letter case is kept. The rules look at the result.
    """
    shown = _shown(path)
    if len(path) > 4 * MAX_PATH_BYTES:
        raise PathRejected(f"the path {shown} is longer than {MAX_PATH_BYTES} bytes")
    normal = path.replace("\\", "/")
    if not _is_utf8(normal):
        raise PathRejected(f"the path {shown} is not valid UTF-8 text")
    normal = unicodedata.normalize("NFC", normal)
    if not normal.strip():
        raise PathRejected("the path is empty; give a path relative to the product's root")
    if normal.startswith(("/", "~")) or re.match(r"[A-Za-z]:", normal):
        raise PathRejected(f"the path {shown} is absolute; give it relative to the product's root")
    if normal.endswith(("/", "/.")):
        raise PathRejected(f"the path {shown} names a folder, not a file")
    names = [name for name in normal.split("/") if name not in {"", "."}]
    if not names:
        raise PathRejected(f"the path {shown} names a folder, not a file")
    if len(names) > MAX_DEPTH:
        raise PathRejected(f"the path {shown} is more than {MAX_DEPTH} folders deep")
    for name in names:
        if complaint := _name_complaint(name):
            raise PathRejected(f"the path {shown} {complaint}")
    normal = "/".join(names)
    if len(normal.encode()) > MAX_PATH_BYTES:
        raise PathRejected(f"the path {shown} is longer than {MAX_PATH_BYTES} bytes")
    return normal


def check_tree(paths: Iterable[str], beside: Iterable[str] = ()) -> None:
    """Raise `PathRejected` where an accepted path cannot stand beside another.

    It cannot when they differ only in letter case (one file on macOS and Windows), or when one
    is a file where the other needs a folder. Paths that are there already, `beside` these, are not
    held against each other.
    """
    taken = _Taken()
    for path in beside:
        taken.add(path)
    for path in paths:
        taken.claim(path)


def check_sizes(sizes: Mapping[str, int], bounds: Bounds = OF_A_PRODUCT) -> None:
    """Raise `PathRejected` where there are too many files, or too many bytes in one or in all.

    `sizes` gives each file's bytes by path.
    """
    if len(sizes) > bounds.files:
        raise PathRejected(
            f"there are {len(sizes):,} files; a product may have {bounds.files:,}; leave out what is"
            " generated or downloaded"
        )
    for path, size in sizes.items():
        if size > MAX_FILE_BYTES:
            raise PathRejected(
                f"the file '{path}' has {size:,} bytes; a file may have {MAX_FILE_BYTES:,}"
            )
    total = sum(sizes.values())
    if total > bounds.total_bytes:
        raise PathRejected(
            f"the files have {total:,} bytes together; a product may have {bounds.total_bytes:,}"
        )


class _Taken:
    """The names that files and folders have so far, by how file systems compare them."""

    def __init__(self) -> None:
        self._files: dict[str, str] = {}
        self._folders: dict[str, str] = {}

    def add(self, path: str) -> None:
        """Take a path, whatever stands beside it."""
        self._files.setdefault(_folded(path), path)
        for folder in _folders_of(path):
            if self._folders.setdefault(_folded(folder), folder) is not folder:
                return  # and with it the folders that it lies in

    def claim(self, path: str) -> None:
        """Take a path. Raises `PathRejected` where it cannot stand beside those taken."""
        key = _folded(path)
        if key in self._folders:
            raise _is_both(path, self._folders[key])
        _claim(self._files, path, path)
        for folder in _folders_of(path):
            if (inside := _folded(folder)) in self._files:
                raise _is_both(self._files[inside], folder)
            _claim(self._folders, folder, path)


def _folders_of(path: str) -> Iterator[str]:
    """The folders that lead to a path, the nearest first."""
    while path := path.rpartition("/")[0]:
        yield path


def _is_both(file: str, folder: str) -> PathRejected:
    return PathRejected(
        f"the path '{file}' would be both a file and a folder, because of '{folder}/'; rename one of"
        " them"
    )


def _claim(taken: dict[str, str], path: str, owner: str) -> None:
    first = taken.setdefault(_folded(path), path)
    if first != path:
        raise PathRejected(
            f"the paths '{first}' and '{path}' differ only in letter case, which is one file on"
            f" macOS and Windows; use one spelling (wanted by '{owner}')"
        )


def _name_complaint(name: str) -> str | None:
    if name == "..":
        return "leads upward; give it relative to the product's root, without '..'"
    if _is_git(name):
        return "belongs to git's own folder, which is not part of the product"
    if unsafe := _UNSAFE_CHARACTERS.search(name):
        return f"contains '{unsafe[0]}', which not every file system allows"
    if name != name.strip() or name.endswith("."):
        return "has a name that begins or ends with a space, or ends with a dot"
    if name.startswith("-"):
        return "has a name that begins with '-', which programs read as an option"
    if _DEVICE_NAME.fullmatch(name):
        return f"uses '{name}', a reserved device name on Windows"
    if len(name.encode()) > MAX_NAME_BYTES:
        return f"has a name longer than {MAX_NAME_BYTES} bytes"
    return deception_in(name)


def _is_git(name: str) -> bool:
    plain = unicodedata.normalize("NFKC", name).casefold().rstrip(". ")
    return plain.split(":")[0].rstrip(". ") == ".git" or bool(_GIT_SHORT_NAME.fullmatch(plain))


def _folded(path: str) -> str:
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", path).casefold())


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _shown(path: str) -> str:
    return f"'{safe_text(path if len(path) <= 80 else path[:77] + '...', keep_newlines=False)}'"
