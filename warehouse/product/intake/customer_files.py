"""Which files of a customer's folder are the program: what git tracks, else what `.gitignore` leaves.

What a product holds goes to a model's provider, so what git would not publish stays at home, and so
do files whose names say that they hold secrets, tracked or not.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from pathspec import GitIgnoreSpec

from warehouse.errors import ProductError
from warehouse.plain_file import read_plain_file
from warehouse.product.git.command import GitCommand
from warehouse.product.git.foreign import git_dir_of, make_git_dir, repository_around
from warehouse.product.intake.own_settings import IGNORE, own_settings

REBUILT_FOLDERS = frozenset(
    {"__pycache__", "node_modules", ".venv", "venv", ".tox", ".nox", ".mypy_cache"}
    | {".pytest_cache", ".ruff_cache", ".hypothesis", ".eggs", ".idea"}
)
REBUILT = "rebuilt by tools, or git's own"
"""Why a folder stays out that nobody wrote."""
SECRET_NAMES = GitIgnoreSpec.from_lines(
    [
        *(".env", ".envrc", ".env.*", "*.env", "!*.example", "!*.sample", "!*.template", "!*.dist"),
        *("*.pem", "*.key", "*.p12", "*.pfx", "*.jks", "*.keystore", "*.kdbx", "*.ppk", "*.asc"),
        *("id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*", "!id_*.pub", ".ssh/", ".gnupg/"),
        *(".netrc", "_netrc", ".pypirc", ".npmrc", ".yarnrc.yml", ".git-credentials", ".pgpass"),
        *(".htpasswd", ".dockercfg", ".docker/config.json", ".kube/", "kubeconfig", ".aws/"),
        *("credentials", "credentials.*", "!credentials.py", "secrets.*", "!secrets.py"),
        *("client_secret*.json", "service?account*.json", "application_default_credentials.json"),
        *("*.tfstate", "*.tfstate.*", "*.tfvars", ".vault-token", "*.ovpn"),
    ]
)
"""Names, in lower case, under which keys, passwords and tokens commonly lie."""
LARGEST_INDEX = 64 << 20
"""Bytes of a git index that are read; that of Linux has 10 MB."""
LARGEST_IGNORE_FILE = 1 << 20

Reason = Callable[[str, bool], str]
"""Why a path below the folder, which may be a folder itself, stays out; empty where it comes in."""


def reason_to_leave_out(root: Path, *, untracked: bool = False) -> Reason:
    """The rule for the files below `root`: git's where it tracks some of them, else, or where those that
    are `untracked` come in as well, its ignore files."""
    by_origin = (None if untracked else _untracked(root)) or ignored_below(root)

    def reason(path: str, is_folder: bool) -> str:
        name = PurePosixPath(path).name
        if is_folder and (name == ".git" or name in REBUILT_FOLDERS):
            return REBUILT
        if SECRET_NAMES.match_file(path.lower() + "/" * is_folder):
            return "by its name it holds secrets"
        return by_origin(path, is_folder)

    return reason


def are_tracked(root: Path, *paths: Path) -> bool:
    """Whether git tracks each of these files below `root`, or something in it where it is a folder."""
    tracked = _tracked(root)
    known = tracked | {str(folder) for path in tracked for folder in PurePosixPath(path).parents}
    return all(
        path.is_relative_to(root) and path.relative_to(root).as_posix() in known for path in paths
    )


def _untracked(root: Path) -> Reason | None:
    tracked = _tracked(root)
    if not tracked:
        return None
    folders = {str(folder) for path in tracked for folder in PurePosixPath(path).parents}

    def reason(path: str, is_folder: bool) -> str:
        return "" if path in (folders if is_folder else tracked) else "not tracked by git"

    return reason


def _tracked(root: Path) -> frozenset[str]:
    """What git's index names below `root`, relative to it; nothing where no index can be read."""
    top = repository_around(root)
    git_dir = top and git_dir_of(top)
    index = git_dir and read_plain_file(git_dir / "index", LARGEST_INDEX)
    if not top or not index:
        return frozenset()
    below = root.relative_to(top)
    # Their configuration can name programs that git would run, so ours reads a copy.
    with TemporaryDirectory(prefix="softhouse-index-") as folder:
        ours = make_git_dir(Path(folder) / ".git", "ref: refs/heads/none")
        (ours / "index").write_bytes(index)
        try:
            listed = GitCommand(ours, is_ours=True).run(
                "ls-files", "-z", "--cached", "--sparse", index=True
            )
        except ProductError:
            return frozenset()
    paths = (PurePosixPath(os.fsdecode(path)) for path in listed.split(b"\0") if path)
    return frozenset(str(path.relative_to(below)) for path in paths if path.is_relative_to(below))


def ignored_below(root: Path) -> Reason:
    """What the `.gitignore` files say of paths below `root`, whether something lies there or not; then
    what the user's own settings of git say."""
    top = repository_around(root) or root
    specs: dict[Path, GitIgnoreSpec | None] = {}
    own = _spec(b"\n".join(own_settings(IGNORE, top)))

    def spec_of(folder: Path) -> GitIgnoreSpec | None:
        if folder not in specs:
            specs[folder] = _spec(
                read_plain_file(folder / ".gitignore", LARGEST_IGNORE_FILE) or b""
            )
        return specs[folder]

    def reason(path: str, is_folder: bool) -> str:
        said = [(each, spec_of(each), ".gitignore") for each in _upwards(root / path, top)]
        for folder, spec, by in (*said, (top, own, "your settings of git")):
            named = (root / path).relative_to(folder).as_posix() + "/" * is_folder
            if spec and (ignored := spec.check_file(named).include) is not None:
                return f"ignored by {by}" if ignored else ""
        return ""

    return reason


def _spec(text: bytes) -> GitIgnoreSpec | None:
    lines = text.decode(errors="surrogateescape").splitlines()
    return GitIgnoreSpec.from_lines(lines) if any(lines) else None


def _upwards(place: Path, top: Path) -> Iterator[Path]:
    """The folders above `place`, as far as `top`: the nearest `.gitignore` that says something counts."""
    for folder in place.parents:
        yield folder
        if folder == top:
            return
