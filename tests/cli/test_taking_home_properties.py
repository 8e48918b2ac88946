"""Whatever a program and a change of it hold: git am and softhouse apply make of it what the product is."""

import subprocess
from collections.abc import Mapping
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from company.cli.apply import apply_to
from company.cli.export.patch import as_patch
from company.cli.opened import OpenedRun
from company.errors import ConfigurationError
from tests.support.histories import plain_git
from tests.support.journals import Step, committed, events, started
from warehouse.errors import PathRejected
from warehouse.paths import check_tree
from warehouse.product.git.command import GitCommand
from warehouse.product.product import Product

File = tuple[str, bytes]
"""A mode and a content."""
Tree = dict[str, File]

names = st.text("abü. '#%(日", min_size=1, max_size=4).filter(
    lambda name: name == name.strip() and not name.endswith(".")
)
paths = st.lists(names, min_size=1, max_size=3).map("/".join)
lines = st.sampled_from([b"a", b"b", b"  x", b"", b"\xc3\xbc", b"\xe9", b"-- ", b"From x", b"\t"])
texts = st.builds(
    lambda parts, end, is_whole: end.join(parts) + (end if is_whole and parts else b""),
    st.lists(lines, max_size=12),
    st.sampled_from([b"\n", b"\r\n"]),
    st.booleans(),
)
contents = texts | st.binary(max_size=20)
files = st.tuples(st.sampled_from(["100644", "100755"]), contents)
trees = st.dictionaries(paths, files, min_size=1, max_size=6)


def can_stand(tree: Mapping[str, object]) -> bool:
    try:
        check_tree(tree)
    except PathRejected:
        return False
    return True


@st.composite
def works(draw: st.DrawFn) -> tuple[Tree, Tree]:
    """A tree, and another one that came of it: kept, changed, renamed, removed and added files."""
    before = draw(trees.filter(can_stand))
    after: Tree = {}
    for path, file in before.items():
        match draw(st.sampled_from(["keep", "edit", "mode", "rename", "remove"])):
            case "keep":
                after[path] = file
            case "edit":
                after[path] = file[0], file[1] + draw(contents)
            case "mode":
                after[path] = draw(files)[0], file[1]
            case "rename":
                after[draw(paths)] = file
    after |= draw(st.dictionaries(paths, files, max_size=2))
    return before, after


@pytest.mark.slow  # ten processes an example; to make a failing one smaller would take minutes
@settings(max_examples=15, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(works())
def test_the_work_comes_home_as_it_is_or_not_at_all(work: tuple[Tree, Tree]) -> None:
    before, after = work
    if before == after or not after or not can_stand(after):
        return
    with TemporaryDirectory() as place:
        opened, clone = worked(Path(place), before, after)
        trees_of = plain_git(opened.folder / "product", "log", "--format=%T").split()
        (clone.parent / "mail").write_bytes(as_patch(opened))

        apply_to(opened, clone)
        plain_git(clone, "add", "--all", "--force")
        assert plain_git(clone, "write-tree").strip() == trees_of[0]

        plain_git(clone, "reset", "--quiet", "--hard")
        plain_git(clone, "am", "--quiet", "../mail")
        assert plain_git(clone, "log", "-1", "--format=%T").strip() == trees_of[0]

        path = next((path for path in before if differs(before[path], after.get(path))), "")
        if path:
            plain_git(clone, "reset", "--quiet", "--hard", "HEAD~")
            (clone / path).write_bytes(b"quite\nanother\n")
            plain_git(clone, "commit", "--quiet", "--all", "-m", "Meanwhile")
            meanwhile = plain_git(clone, "log", "-1", "--format=%T")
            with pytest.raises(ConfigurationError, match="changed since"):
                apply_to(opened, clone)
            with pytest.raises(subprocess.CalledProcessError):
                plain_git(clone, "am", "--quiet", "../mail")
            plain_git(clone, "am", "--abort")
            assert plain_git(clone, "log", "-1", "--format=%T") == meanwhile
            assert plain_git(clone, "status", "--porcelain") == ""


def differs(was: File, now: File | None) -> bool:
    """Whether a file stays in its place with another content; a renamed one git takes as it finds it."""
    return now is not None and was[1] not in (b"", now[1])


def worked(place: Path, before: Tree, after: Tree) -> tuple[OpenedRun, Path]:
    """A run that made `after` of `before`, and a clone of what it began with."""
    run = place / "20260102-030405-tips-abcd"
    product = Product.create(run / "product").path
    GitCommand(product / ".git", is_ours=True).run(
        "fast-import", "--quiet", stdin=commit("base", before) + commit("main", after, "base")
    )
    spec = started(task={"text": "Change it", "images": [], "source": str(place)})
    shas = [plain_git(product, "rev-parse", branch).strip() for branch in ("base", "main")]
    commits = [commit_of("source", shas[0]), commit_of("coding", shas[1])]
    plain_git(place, "clone", "--quiet", "--branch", "base", str(product), "clone")
    return OpenedRun(run, events([spec, *chain.from_iterable(commits)])), place / "clone"


def commit_of(where: str, sha: str) -> list[Step]:
    """What a journal says of a commit of this name."""
    begun, (kind, _, data) = committed(where, ("a", "changed", 1, 0))
    return [begun, (kind, where, {**data, "result": {**data["result"], "sha": sha}})]


def commit(branch: str, tree: Tree, parent: str = "") -> bytes:
    """A commit as `git fast-import` takes it."""
    head = (
        f"commit refs/heads/{branch}\ncommitter Jane <jane@example.org> 1700000000 +0000\ndata 0\n"
    )
    files = [f"from refs/heads/{parent}\ndeleteall\n".encode()] if parent else []
    for path, (mode, content) in tree.items():
        files.append(f'M {mode} inline "{path}"\ndata {len(content)}\n'.encode() + content + b"\n")
    return head.encode() + b"".join(files) + b"\n"
