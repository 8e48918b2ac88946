"""What git is told of files beside the repository itself: what to ignore, and which programs make them.

It stands in the settings of the user and of this one clone, and is read as text: git, with a directory of
ours, then knows it too, and nothing that it names is run.
"""

import os
from contextlib import suppress
from pathlib import Path

from warehouse.errors import ProductError
from warehouse.plain_file import read_plain_file
from warehouse.product.git.command import NEUTRAL, GitCommand
from warehouse.product.git.foreign import common_dir_of, git_dir_of

LARGEST = 1 << 20
IGNORE, ATTRIBUTES = "ignore", "attributes"
_SETTING = {IGNORE: "core.excludesFile", ATTRIBUTES: "core.attributesFile"}
_OF_THE_CLONE = {IGNORE: "info/exclude", ATTRIBUTES: "info/attributes"}


def own_settings(what: str, root: Path) -> tuple[bytes, bytes]:
    """The lines about files below the work tree `root`: the user's, and those of its repository, if it has one."""
    git_dir = git_dir_of(root)
    common = git_dir and common_dir_of(git_dir)
    of_the_user = None
    with suppress(OSError, RuntimeError, ValueError):  # a link to itself, or no name at all
        # A file of the user's is often a link into a collection of theirs.
        of_the_user = read_plain_file(_of_the_user(what, root, common).resolve(), LARGEST)
    of_the_clone = read_plain_file(common / _OF_THE_CLONE[what], LARGEST) if common else None
    return of_the_user or b"", of_the_clone or b""


def _of_the_user(what: str, root: Path, common: Path | None) -> Path:
    """The file that the configuration of the repository names, or that of the user, or the usual one."""
    git = GitCommand(NEUTRAL).as_the_user()
    asked = ("--type=path", "--get", _SETTING[what])
    config = read_plain_file(common / "config", LARGEST) if common else None
    ways = [(("--file", "-", "--no-includes"), config)] if config else []
    for way, text in (*ways, ((), b"")):
        with suppress(ProductError):  # where it says nothing of it
            named = git.run("config", *way, *asked, stdin=text)
            return root / os.fsdecode(named.removesuffix(b"\n"))
    home = os.environ.get("XDG_CONFIG_HOME") or Path("~/.config").expanduser()
    return Path(home) / "git" / what
