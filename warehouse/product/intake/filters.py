"""Files that are not in git as they lie in the work tree: a program makes the one of the other.

It may strip what nobody else is to see, and it is never run here, so such files stay out.
"""

from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from warehouse.product.git.command import GitCommand
from warehouse.product.git.foreign import make_git_dir, repository_around
from warehouse.product.git.names import for_git, names_in
from warehouse.product.intake.own_settings import ATTRIBUTES, own_settings

FILTERED = "made by a filter of its own"
"""Why a file stays out that git has otherwise."""


def filtered(git: GitCommand, paths: Iterable[str]) -> frozenset[str]:
    """Those of the paths for which a filter is named, as git knows the attributes."""
    raw = git.run("check-attr", "-z", "--stdin", "filter", stdin=for_git(paths), index=True)
    fields = names_in(raw)
    return frozenset(
        path
        for path, value in zip(fields[::3], fields[2::3], strict=True)
        if value not in ("unspecified", "unset")
    )


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
        return frozenset(by_name[name] for name in filtered(git, by_name))
