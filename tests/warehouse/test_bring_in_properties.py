"""Whatever a customer's repository holds: a role that changes a line changes that line, and nothing else."""

import os
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from warehouse.product.intake.bring_in import bring_in
from warehouse.product.intake.repository import Wanted
from warehouse.product.product import Product

pytestmark = pytest.mark.slow

AT = "2026-03-01T12:00:00Z"
NAMES = st.sampled_from(
    [b"a.py", b"A.txt", b"b c.txt", b"-rf", b"n\xe4me", "größe.txt".encode(), b"con.txt", b"q\"uote", b"x'y"]
)  # fmt: skip
PATHS = st.lists(NAMES, min_size=1, max_size=3).map(b"/".join)
LINES = st.sampled_from(
    [b"one\n", b"two\r\n", b"\xef\xbb\xbfmark\n", b"caf\xe9\n", b"no end", b"\x00\x01\n", b"", b"t\tab \n", b"#!/bin/sh\n"]
)  # fmt: skip
FILES = st.tuples(st.lists(LINES, max_size=4).map(b"".join), st.sampled_from([0o644, 0o755]))
LINKS = st.sampled_from([b"a.py", b"../away", b"/etc/passwd", b"nowhere"])
TREES = st.dictionaries(PATHS, FILES | LINKS, max_size=8).map(
    lambda tree: {b"main.py": (b"1\n", 0o644), **tree}
)


def git(folder: Path, *arguments: str) -> bytes:
    config = ["-c", "user.name=Ada", "-c", "user.email=a@example.org", "-c", "core.autocrlf=false"]
    ran = subprocess.run(["git", *config, *arguments], cwd=folder, check=True, capture_output=True)
    return ran.stdout


def write(folder: Path, tree: dict[bytes, tuple[bytes, int] | bytes]) -> None:
    for path, entry in tree.items():
        place = folder / os.fsdecode(path)
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(entry, bytes):
                place.symlink_to(os.fsdecode(entry))
            else:
                with place.open("xb") as file:
                    file.write(entry[0])
                place.chmod(entry[1])
        except (FileExistsError, NotADirectoryError, IsADirectoryError):
            continue  # one path goes through another


def entries(folder: Path) -> dict[bytes, bytes]:
    """Path → mode and id of every entry of the head."""
    listed = git(folder, "ls-tree", "-r", "-z", "HEAD").split(b"\0")
    return {path: about for about, _, path in (each.partition(b"\t") for each in listed if each)}


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(TREES, st.data())
def test_a_change_of_one_file_leaves_every_other_entry_as_it_was(
    tree: dict[bytes, tuple[bytes, int] | bytes], data: st.DataObject
) -> None:
    with TemporaryDirectory() as name:
        theirs = Path(name) / "theirs"
        theirs.mkdir()
        git(theirs, "init", "-q")
        write(theirs, tree)
        git(theirs, "add", "-A")
        git(theirs, "commit", "-q", "--allow-empty", "-m", "All of it")
        before = entries(theirs)

        product = Product.create(Path(name) / "product")
        bring_in(product, str(theirs), Wanted("theirs", "run-1", AT))
        files = product.files()
        path = data.draw(st.sampled_from(sorted(files)))
        changed = files[path] + b"a line more\n"
        product.commit(
            {path: changed}, author="Programmer", role="programmer", message="Add a line",
            trailers={}, at=AT, parent=product.head(),
        )  # fmt: skip

        after = entries(product.path)
        assert {p for p in before.keys() | after.keys() if before.get(p) != after.get(p)} == {
            path.encode()
        }
        assert after[path.encode()].split()[0] == before[path.encode()].split()[0]
        assert git(product.path, "cat-file", "blob", f"HEAD:{path}") == changed
        assert git(product.path, "status", "--porcelain") == b""
        assert entries(theirs) == before
