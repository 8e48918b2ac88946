"""What of a customer's repository is kept from roles, though git tracks it.

It stays in every commit as it was: a role neither reads nor replaces it, and no sandbox is given it.
"""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import PurePosixPath

from warehouse.errors import PathRejected
from warehouse.paths import MAX_FILE_BYTES, check_path
from warehouse.product.git.modes import LINK, SUBMODULE, is_file
from warehouse.product.intake.customer_files import REBUILT_FOLDERS, SECRET_NAMES

OF_SECRETS = "by its name it holds secrets"
REBUILT = "rebuilt by tools"
_OF_MODE = {LINK: "a link", SUBMODULE: "a submodule"}
_REMEMBERED = 1 << 16


def reason_to_hide(mode: str, path: str, size: int) -> str:
    """Why roles do not have this; empty where they do."""
    if not is_file(mode):
        return _OF_MODE.get(mode, "no plain file")
    if size > MAX_FILE_BYTES:
        return f"larger than {MAX_FILE_BYTES:,} bytes"
    return _reason_of_path(path)


@lru_cache(_REMEMBERED)
def _reason_of_path(path: str) -> str:
    if SECRET_NAMES.match_file(path.lower()):
        return OF_SECRETS
    if not REBUILT_FOLDERS.isdisjoint(PurePosixPath(path).parts[:-1]):
        return REBUILT
    try:
        return "" if check_path(path) == path else "its name is spelled in a way of its own"
    except PathRejected as error:
        return str(error)


def in_other_encodings(files: Mapping[str, bytes]) -> list[str]:
    """The files that are text, but not in UTF-8."""
    return sorted(path for path, content in files.items() if _is_in_another(content))


def _is_in_another(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return b"\0" not in content
    return False
