"""Repositories that lie elsewhere: a clone of each in the cache, brought up to date whenever a run begins.

It is a bare repository of ours with all branches and tags. A run has what it needs of it in its product.
"""

import hashlib
import re
from pathlib import Path
from tempfile import mkdtemp

from warehouse.errors import ProductError
from warehouse.product.git.fetching import FetchingGit, Told, untold
from warehouse.product.git.foreign import make_git_dir
from warehouse.product.git.refs import SYMBOLIC
from warehouse.product.intake.address import LOG_IN, check_address, is_address, name_of
from warehouse.product.intake.copies import PARTIAL, alone
from warehouse.product.intake.repository import MOST_HISTORY
from warehouse.terminal_text import safe_text
from warehouse.user_folders import cache_folder

_EVERYTHING = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")
_NOT_LET_IN = ("authentication", "could not read username", "denied", "403", "401")
_HEAD = re.compile(r"(?:ref: (refs/heads/[^\t\n]+)|([0-9a-f]{40}))\tHEAD")


def clone_of(address: str) -> Path:
    """Where the clone of a repository is or will be."""
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", name_of(address))[:40].strip("-")
    digest = hashlib.sha256(address.encode(errors="surrogateescape")).hexdigest()
    return cache_folder().absolute() / "clones" / f"{name or 'repository'}-{digest[:24]}"


def place_of(source: str) -> Path:
    """Where a program lies on this machine that a person named by its path, or by an address.

    Raises ProductError where it has to be fetched, and cannot be.
    """
    if not is_address(source):
        return Path(source).absolute()
    place = clone_of(source)
    if not (place / "HEAD").exists():
        fetch_clone(source)
    return place


def fetch_clone(address: str, told: Told = untold) -> Path:
    """Clone the repository at an address, or bring its clone up to date; where that is.

    Blocks. Raises ProductError, saying what to do.
    """
    place = clone_of(check_address(address))
    with alone(place):
        try:
            if (place / "HEAD").exists():
                _fetch(place, address, told)
            else:
                partial = Path(mkdtemp(prefix=f"{place.name}{PARTIAL}", dir=place.parent))
                git_dir = make_git_dir(partial / "clone", "ref: refs/heads/none")
                git_dir.chmod(0o700)
                _fetch(git_dir, address, told)
                git_dir.rename(place)
                partial.rmdir()
        except ProductError as error:
            if error.exit_code != ProductError.exit_code:
                raise
            raise ProductError(_cannot(address, place, str(error))) from None
    return place


def _fetch(git_dir: Path, address: str, told: Told) -> None:
    git = FetchingGit(git_dir, address.partition("://")[0])

    def still_fits(line: str) -> None:
        drafts = (git_dir / "objects" / "pack").glob("tmp_pack_*")
        if sum(each.stat().st_size for each in drafts if each.exists()) > MOST_HISTORY:
            raise ProductError(f"its history has more than {MOST_HISTORY >> 20:,} MB")
        told(safe_text(line, keep_newlines=False))

    head = git.fetch("ls-remote", "--symref", "--", address, "HEAD", told=told)
    found = _HEAD.match(head.decode(errors="surrogateescape"))
    if found is None:
        raise ProductError("it has no commit yet that is checked out")
    git.fetch(
        "fetch", "--progress", "--prune", "--no-tags", "--no-write-fetch-head", "--update-head-ok",
        "--no-recurse-submodules", "--", address, *_EVERYTHING,
        told=still_fits,
    )  # fmt: skip
    text = f"{SYMBOLIC}{found[1]}" if found[1] else found[2]
    (git_dir / "HEAD").write_text(f"{text}\n", errors="surrogateescape")


def _cannot(address: str, place: Path, why: str) -> str:
    """What to say where a repository cannot be fetched, and what to do."""
    words = safe_text(why.rpartition("fatal: ")[2], keep_newlines=False)
    said = f"{address} could not be fetched: {words}."
    if any(word in why.lower() for word in _NOT_LET_IN):
        return f"{said} {LOG_IN}"
    if "history has more" in why:
        return f"{said} Clone its newest commits, and give that clone: git clone --depth 100 {address} newest"
    if (place / "HEAD").exists():
        return f"{said} What was fetched before is in {place}: --from {place}"
    return f"{said} Look whether this machine is online and git ls-remote finds it; or clone it yourself, and give the folder."
