"""Repositories that lie elsewhere: a clone of each in the cache, brought up to date whenever a run begins.

It is a bare repository of ours with all branches and tags. A run has what it needs of it in its product.
"""

import hashlib
import re
import shutil
from pathlib import Path
from tempfile import mkdtemp
from urllib.parse import unquote

from warehouse.errors import ProductError
from warehouse.product.git.command import TooMuch
from warehouse.product.git.fetching import FetchingGit, Told, untold
from warehouse.product.git.foreign import check_readable, git_dir_of, is_bare, make_git_dir
from warehouse.product.git.packs import PACKS
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
    address = check_address(address)
    place = clone_of(address)
    with alone(place, told):
        try:
            if (place / "HEAD").exists():
                _update(place, address, told)
            else:
                _clone(place, address, told)
        except ProductError as error:
            if error.exit_code != ProductError.exit_code:
                raise
            raise ProductError(_cannot(address, place, error)) from None
    return place


def _clone(place: Path, address: str, told: Told) -> None:
    """Make the clone beside its place, which it takes when it is whole."""
    partial = Path(mkdtemp(prefix=f"{place.name}{PARTIAL}", dir=place.parent))
    try:
        git_dir = make_git_dir(partial / "clone", "ref: refs/heads/none")
        git_dir.chmod(0o700)
        (git_dir / PACKS).mkdir()  # git makes it for what comes as one pack alone
        _fetch(git_dir, address, told)
        if place.exists():
            shutil.rmtree(place)
        git_dir.rename(place)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _update(place: Path, address: str, told: Told) -> None:
    # What a git left that was ended would count, and its locks would bar this one.
    for left in [*(place / "objects").rglob("tmp_*"), *place.rglob("*.lock")]:
        left.unlink(missing_ok=True)
    try:
        _fetch(place, address, told)
    except TooMuch:
        _clone(place, address, told)  # without what the other side has no more


def _fetch(git_dir: Path, address: str, told: Told) -> None:
    scheme = address.partition("://")[0]
    if scheme == "file":
        _check_local(address)
    git = FetchingGit(git_dir, scheme, MOST_HISTORY)

    def tell(line: str) -> None:
        told(safe_text(line, keep_newlines=False))

    head = git.fetch("ls-remote", "--symref", "--", address, "HEAD", told=tell)
    found = _HEAD.match(head.decode(errors="surrogateescape"))
    if found is None:
        raise ProductError("it has no commit yet that is checked out")
    git.fetch(
        "fetch", "--progress", "--prune", "--no-tags", "--no-write-fetch-head", "--update-head-ok",
        "--no-recurse-submodules", "--", address, *_EVERYTHING,
        told=tell,
    )  # fmt: skip
    text = f"{SYMBOLIC}{found[1]}" if found[1] else found[2]
    (git_dir / "HEAD").write_text(f"{text}\n", errors="surrogateescape")


def _check_local(address: str) -> None:
    """Raises ProductError where git would read another repository than the one that lies at the address."""
    path = "/" + unquote(address.removeprefix("file://")).lstrip("/")
    for root in (Path(path), Path(f"{path}.git")):  # as git looks for it
        git_dir = git_dir_of(root)
        if git_dir is not None:
            return check_readable(root, git_dir)
        if is_bare(root) and not (root / ".git").exists():
            return check_readable(root, root)
        if (root / ".git").exists():
            break
    raise ProductError("there is no repository that can be read")


def _cannot(address: str, place: Path, error: ProductError) -> str:
    """What to say where a repository cannot be fetched, and what to do."""
    why = str(error)
    words = safe_text(why.rpartition("fatal: ")[2], keep_newlines=False)
    said = f"{address} could not be fetched: {words}."
    if any(word in why.lower() for word in _NOT_LET_IN):
        return f"{said} {LOG_IN}"
    if isinstance(error, TooMuch):
        return f"{said} Clone its newest commits, and give that clone: git clone --depth 100 {address} newest"
    if (place / "HEAD").exists():
        return f"{said} What was fetched before is in {place}: --from {place}"
    return f"{said} Look whether this machine is online and git ls-remote finds it; or clone it yourself, and give the folder."
