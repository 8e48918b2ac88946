"""Files that are not in git as they lie in the work tree: a program makes the one of the other.

It may strip what nobody else is to see, and it is never run here, so such files stay out.
"""

from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from warehouse.errors import ProductError
from warehouse.plain_file import read_plain_file
from warehouse.product.git.command import NEUTRAL, GitCommand
from warehouse.product.git.foreign import (
    common_dir_of,
    git_dir_of,
    make_git_dir,
    repository_around,
)
from warehouse.product.git.names import for_git, names_in
from warehouse.product.intake.own_settings import ATTRIBUTES, LARGEST, own_settings

FILTERED = "made by a filter of its own"
"""Why a file stays out that git has otherwise."""
_PROGRAMS = (".clean", ".smudge", ".process")
_LFS = "lfs"


def filtered(git: GitCommand, paths: Iterable[str], root: Path) -> frozenset[str]:
    """Those of the paths in the work tree `root` that a filter is for, as git knows the attributes."""
    raw = git.run("check-attr", "-z", "--stdin", "filter", stdin=for_git(paths), index=True)
    fields = names_in(raw)
    named = {
        path: value
        for path, value in zip(fields[::3], fields[2::3], strict=True)
        if value not in ("unspecified", "unset")
    }
    configured = _configured(root) if named else None
    return frozenset(
        path for path, value in named.items() if configured is None or value in configured
    )


def _configured(root: Path) -> frozenset[str] | None:
    """The filters that git would run: of others it has the name alone. None where only git can tell."""
    names = _settings(b"", "includeif.")
    if (git_dir := git_dir_of(root)) is not None:
        for file in (common_dir_of(git_dir) / "config", git_dir / "config.worktree"):
            if names is not None and file.exists():
                text = read_plain_file(file, LARGEST)
                more = None if text is None else _settings(text, "include", "--file", "-")
                names = None if more is None else names + more
    if names is None:
        return None
    ours = [name.removeprefix("filter.") for name in names if name.endswith(_PROGRAMS)]
    return frozenset({_LFS, *(name.rpartition(".")[0] for name in ours)})


def _settings(text: bytes, unsure: str, *where: str) -> list[str] | None:
    """The names of settings; None where there is one that leads to a file which may count or not."""
    git = GitCommand(NEUTRAL).as_the_user()
    try:
        names = names_in(git.run("config", *where, "--null", "--name-only", "--list", stdin=text))
    except ProductError:
        return None
    return None if any(name.startswith(unsure) for name in names) else names


def know_attributes(git_dir: Path, root: Path) -> dict[str, str]:
    """Have a git directory of ours know what is said of attributes beside the files of the work tree `root`.

    What is returned are settings that git is to have.
    """
    of_the_user, of_the_clone = own_settings(ATTRIBUTES, root)
    (git_dir / "info").mkdir(exist_ok=True)
    (git_dir / "info" / ATTRIBUTES).write_bytes(of_the_clone)
    (git_dir / "attributes.theirs").write_bytes(of_the_user)
    return {"core.attributesFile": str(git_dir / "attributes.theirs")}


def filtered_below(root: Path, paths: Iterable[str]) -> frozenset[str]:
    """Those of the paths below `root` for which the repository around it names a filter."""
    top = repository_around(root)
    if top is None:
        return frozenset()
    below = PurePosixPath(root.relative_to(top).as_posix())
    by_name = {str(below / path): path for path in paths}
    with TemporaryDirectory(prefix="softhouse-attributes-") as folder:
        ours = make_git_dir(Path(folder) / ".git", "ref: refs/heads/none")
        git = GitCommand(ours, is_ours=True).beside(top, know_attributes(ours, top))
        return frozenset(by_name[name] for name in filtered(git, by_name, top))
