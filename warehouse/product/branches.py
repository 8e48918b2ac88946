"""What commits, branches and tags of a product are called, and who makes them."""

import re

from warehouse.errors import ProductError
from warehouse.product.git.commits import identity

BRANCH = "refs/heads/main"
"""Where the work on a new program goes on."""
OWN_BRANCHES = "refs/heads/softhouse/"
"""Where it does in a repository that a customer brought in; a run has one of them."""
BASE = "refs/softhouse/base"
"""The customer's commit that the work in their repository stands on."""
KEPT = "refs/softhouse/kept/"
"""Below it are, by their ids, commits that others made on the branch in the midst of a run."""
COMMITTER = identity("softhouse", "softhouse")

_SHA = re.compile(r"[0-9a-f]{40}")
_TAG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(?:[./][A-Za-z0-9_-]+)*")


def own_branch(run: str) -> str:
    """The full name of the branch that a run works in, in a customer's repository."""
    return OWN_BRANCHES + (re.sub(r"[^A-Za-z0-9_-]+", "-", run).strip("-")[:200] or "run")


def check_sha(sha: str | None) -> None:
    """Raises ProductError for what is no id of a commit."""
    if sha is not None and not _SHA.fullmatch(sha):
        raise ProductError(f"{sha!r} is no commit id")


def check_tag(tag: str | None) -> None:
    """Raises ProductError for what is no name of a tag here."""
    if tag is not None and (not _TAG.fullmatch(tag) or tag.endswith(".lock") or len(tag) > 200):
        raise ProductError(f"{tag!r} is no tag name; use letters, digits, '-', '_', '.' and '/'")
