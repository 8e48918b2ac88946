"""What a customer did with a product after it was delivered: commits of theirs, and edits without one.

Nothing of theirs is lost or run: a product that is in the midst of something, or whose history no longer
holds what was recorded, is left as it is, with a word on what to do.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from warehouse.errors import PathRejected, ProductError
from warehouse.events import ChangedFile
from warehouse.plain_file import read_plain_file
from warehouse.product.git.borrowed import borrowed
from warehouse.product.git.command import GitCommand
from warehouse.product.git.line_changes import line_changes
from warehouse.product.intake.customer_files import REBUILT_FOLDERS
from warehouse.product.intake.uncommitted import uncommitted
from warehouse.product.product import Product
from warehouse.terminal_text import safe_text

CUSTOMER = "Customer"
UNCOMMITTED = "Keep what was not committed"
"""The subject of the commit that is made in the customer's name."""
_UNDER_WAY = {
    "MERGE_HEAD": "a merge",
    "CHERRY_PICK_HEAD": "a cherry-pick",
    "REVERT_HEAD": "a revert",
    "rebase-merge": "a rebase",
    "rebase-apply": "a rebase or `git am`",
    "BISECT_LOG": "a bisection",
}
"""What lies in a git directory while something is under way, and what that is."""
_LONGEST_HEAD = 4_096


@dataclass(frozen=True)
class CustomerWork:
    """What a customer did since a commit that was recorded."""

    head: str | None
    """The last commit of the product's branch; None where nothing was ever committed."""
    edits: Mapping[str, bytes | None]
    """Files that lie there otherwise than committed; None for one that is gone."""
    modes: Mapping[str, str]
    """How git keeps those that are there."""
    left_out: tuple[str, ...]
    """What is not theirs to be read, and why, a line each."""


@dataclass(frozen=True)
class TakenOver:
    """A product as its customer has it, committed."""

    sha: str | None
    files: tuple[ChangedFile, ...]
    """What is different since the recorded commit."""
    left_out: tuple[str, ...]
    kept: str | None
    """The commit that keeps what they had staged, and in no file."""


def look_at(product: Product, since: str | None) -> CustomerWork:
    """What the customer did since the commit `since`, with nothing changed.

    Raises ProductError, saying what to do, where the product cannot be gone on with as it is.
    """
    head = _head_after(product, since)
    if head is None:
        # Of what lies there, nothing is a change of anything.
        return CustomerWork(None, {}, {}, ())
    with borrowed(product.path) as theirs:
        found = uncommitted(theirs, product.path, product.path / ".git", untracked=False)
    try:
        product.check(found.changes, head, found.modes)
    except PathRejected as error:
        raise ProductError(
            f"{product.path} holds what a program of softhouse cannot: {error}. Take it out and commit that, or"
            " begin a run of its own, in which such files stay with you: softhouse run TASK --from"
            f" {product.path}"
        ) from None
    left_out = (safe_text(line, keep_newlines=False) for line in found.left if _is_written(line))
    return CustomerWork(head, found.changes, found.modes, tuple(left_out))


def take_over(product: Product, since: str | None, *, at: str) -> TakenOver:
    """Commit, in the customer's name, what they have not committed. Raises as `look_at` does."""
    work = look_at(product, since)
    commit = product.commit(
        work.edits,
        author=CUSTOMER,
        role="customer",
        message=UNCOMMITTED,
        trailers={"Softhouse-Kept": "what was not committed"},
        at=at,
        parent=work.head,
        modes=work.modes,
    )
    sha = commit.sha if commit else work.head
    before = product.files(since) if since else {}
    files = tuple(_changes(before, product.files(sha)))
    return TakenOver(sha, files, work.left_out, commit.kept if commit else None)


def _is_written(left_out: str) -> bool:
    """Whether somebody wrote the file of such a line, and no tool made it anew."""
    path = left_out.partition(": ")[0]
    return REBUILT_FOLDERS.isdisjoint(path.split("/"))


def _changes(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Iterator[ChangedFile]:
    for path in sorted(before.keys() | after.keys()):
        if before.get(path) != after.get(path):
            known = "changed" if path in after else "deleted"
            status = known if path in before else "added"
            lines = line_changes(before.get(path, b""), after.get(path, b""))
            yield ChangedFile(path, status, *lines)


def _head_after(product: Product, since: str | None) -> str | None:
    """The commit the customer's branch is at, which must have come after the recorded one; None where there is
    neither."""
    root, git_dir = product.path, product.path / ".git"
    for name, what in _UNDER_WAY.items():
        if (git_dir / name).exists():
            raise ProductError(
                f"In {root}, {what} is under way. Finish it or give it up with git, then say the same again."
            )
    at = (read_plain_file(git_dir / "HEAD", _LONGEST_HEAD) or b"").decode(errors="replace").strip()
    branch = product.branch.removeprefix("refs/heads/")
    if at != f"ref: {product.branch}":
        there = at.removeprefix("ref: refs/heads/") or "nothing"
        raise ProductError(
            f"In {root}, {safe_text(there)} is checked out, and the work goes on in the branch {branch}. Merge"
            f" what belongs to it, then: git checkout {branch}"
        )
    git = GitCommand(git_dir)
    git.is_cut_off = product.is_theirs
    if git.run("ls-files", "--unmerged", "-z", index=True):
        raise ProductError(
            f"In {root}, files have conflicts that are not resolved. Resolve them and `git add` them, or"
            " give the merge up, then say the same again."
        )
    head = product.head()
    if head is None and since is None:
        return None
    if head is None or not _leads_to(git, since, head):
        raise ProductError(
            f"The history of {root} no longer holds the commit {(since or 'nothing')[:10]}, which was"
            f" delivered: it was rewritten. `git reflog` may still know it; bring it back, with what you"
            f" want of yours on top, in the branch {branch}. What lies there now can be gone on with"
            f" as a program of your own: softhouse run TASK --from {root}"
        )
    return head


def _leads_to(git: GitCommand, older: str | None, newer: str) -> bool:
    """Whether the history of a commit holds another, or nothing is asked of it."""
    if older is None:
        return True
    try:
        return not git.run("rev-list", "--max-count=1", older, f"^{newer}").strip()
    except ProductError:
        return False
