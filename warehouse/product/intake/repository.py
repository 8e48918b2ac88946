"""A customer's repository, brought in with the history that leads to one of its commits."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

from warehouse.errors import PathRejected, ProductError
from warehouse.paths import OF_A_REPOSITORY, check_sizes
from warehouse.product.branches import own_branch
from warehouse.product.git.borrowed import BorrowedGit
from warehouse.product.git.command import SHALLOW, TooMuch
from warehouse.product.git.foreign import common_dir_of
from warehouse.product.git.objects import GitObjects
from warehouse.product.git.snapshot import Snapshot
from warehouse.product.hidden import reason_to_hide
from warehouse.product.intake.copies import is_shared
from warehouse.product.intake.import_tree import Imported
from warehouse.product.intake.uncommitted import Uncommitted, uncommitted
from warehouse.product.product import Product
from warehouse.terminal_text import safe_text

MOST_HISTORY = 1 << 30
"""Bytes of a history, packed."""
MOST_ENTRIES = OF_A_REPOSITORY.files
"""Of everything in a commit, what roles do not have included."""


@dataclass(frozen=True)
class Wanted:
    """What of a repository is to come in."""

    name: str
    """What the repository is called when it is told of."""
    run: str
    at: str
    """The time of a commit that is made of what was not committed."""
    revision: str = ""
    """The commit to begin at, as a person calls it; by default what lies in the work tree."""
    untracked: bool = False
    """Whether files come in that git neither tracks nor ignores."""


@dataclass(frozen=True)
class Place:
    """Where a repository lies on this machine, as far as it does."""

    git_dir: Path
    work_tree: Path | None = None


def bring_in_repository(
    product: Product, theirs: BorrowedGit, wanted: Wanted, place: Place | None = None
) -> Imported:
    """Take the history into the product and go on in a branch of its own, at the base.

    That is the commit which was asked for or is checked out; what was changed in the work tree since
    becomes a commit of the Customer's on top. Raises ProductError.
    """
    sha = _begun_at(theirs, wanted)
    if place is not None:
        _check_history(place.git_dir, wanted.name)
    snapshot = _looked_at(theirs, sha, wanted.name)
    since = Uncommitted()
    if place is not None and place.work_tree is not None and not wanted.revision:
        since = uncommitted(theirs, place.work_tree, place.git_dir, untracked=wanted.untracked)
    skipped = [f"{path}: {each.reason}" for path, each in sorted(snapshot.hidden.items())]
    skipped += [each for each in since.left if each not in skipped]
    if place is not None and is_shared(place.git_dir):
        product.go_on_from(place.git_dir, sha, own_branch(wanted.run))
    else:
        _take_history(product, theirs, sha, wanted)
    product.restore(sha)
    base = sha
    if since.changes:
        made = product.commit(
            since.changes,
            author="Customer",
            role="customer",
            message=f"What was not committed in {wanted.name}",
            trailers={"Softhouse-Source": wanted.name},
            at=wanted.at,
            parent=sha,
            modes=since.modes,
        )
        base = made.sha if made else sha
        product.set_base(base)
    # Names are the customer's, and what is said of them is one line each.
    return Imported(product.whole(base), [safe_text(each, keep_newlines=False) for each in skipped])


def _begun_at(theirs: BorrowedGit, wanted: Wanted) -> str:
    if not wanted.revision:
        return theirs.head
    sha = theirs.commit_called(wanted.revision)
    if sha is None:
        raise ProductError(
            f"{wanted.name} has no commit that {wanted.revision!r} could mean: give a branch, a tag or an id."
        )
    return sha


def _check_history(git_dir: Path, name: str) -> None:
    """Raises ProductError where there is so much of it that packing it would take minutes."""
    packs = (common_dir_of(git_dir) / "objects" / "pack").glob("*.pack")
    if sum(pack.stat().st_size for pack in packs) > 2 * MOST_HISTORY:
        raise _too_long(name)


def _too_long(name: str) -> ProductError:
    return ProductError(
        f"The history of {name} has more than {MOST_HISTORY >> 20:,} MB. Clone its newest commits, and give"
        f" that clone: git clone --depth 100 file:///PATH/OF/{name} newest"
    )


def _looked_at(theirs: BorrowedGit, sha: str, name: str) -> Snapshot:
    """What the commit holds. Raises ProductError where it is too much, before it is looked at closely."""
    objects = GitObjects(theirs.git)
    remedy = f"give a folder of {name} that holds what is to be changed: its files come in without their history"
    number = objects.number_of_entries(sha)
    if number > MOST_ENTRIES:
        raise ProductError(
            f"{name} has {number:,} files; softhouse works on at most {MOST_ENTRIES:,}: {remedy}."
        )
    snapshot = objects.snapshot(sha, reason_to_hide)
    try:
        check_sizes({path: blob.size for path, blob in snapshot.files.items()}, OF_A_REPOSITORY)
    except PathRejected as error:
        raise ProductError(f"In {name}, {error}; or {remedy}.") from None
    if not snapshot.files:
        raise ProductError(
            f"{name} holds no file that roles could be shown: there is nothing to change"
        )
    return snapshot


def _take_history(product: Product, theirs: BorrowedGit, sha: str, wanted: Wanted) -> None:
    with TemporaryFile() as pack:
        try:
            theirs.git.stream(
                "pack-objects", "--quiet", "--revs", "--delta-base-offset", "--stdout",
                stdin=f"{sha}\n".encode(), into=pack, most=MOST_HISTORY,
            )  # fmt: skip
        except TooMuch:
            raise _too_long(wanted.name) from None
        except ProductError as error:
            if error.exit_code != ProductError.exit_code:
                raise
            raise ProductError(
                f"The history of {wanted.name} is not whole ({error}). Mend it with git fsck, or where it is a"
                " partial clone, clone it anew without a filter."
            ) from None
        pack.seek(0)
        shallow = theirs.git.git_dir / SHALLOW
        product.go_on_from(
            pack, sha, own_branch(wanted.run), shallow.read_text() if shallow.is_file() else ""
        )
