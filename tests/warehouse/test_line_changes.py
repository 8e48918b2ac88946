"""Lines added and removed: as git counts them when it is asked to look for the fewest."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse.product.git import line_changes as counting
from warehouse.product.git.line_changes import line_changes

LINES = st.lists(st.sampled_from([b"a\n", b"b\n", b"c\n", b"\n", b"a\r\n", b"{\n"]), max_size=40)
END = st.sampled_from([b"", b"a", b"the end"])


@settings(max_examples=60, deadline=None)
@given(old=LINES, new=LINES, old_end=END, new_end=END)
def test_they_are_the_fewest_that_git_finds(
    tmp_path_factory: pytest.TempPathFactory,
    old: list[bytes],
    new: list[bytes],
    old_end: bytes,
    new_end: bytes,
) -> None:
    before, after = b"".join([*old, old_end]), b"".join([*new, new_end])
    folder = tmp_path_factory.mktemp("two")
    assert line_changes(before, after) == git_counts(folder, before, after)


def git_counts(folder: Path, old: bytes, new: bytes) -> tuple[int, int]:
    (folder / "old").write_bytes(old)
    (folder / "new").write_bytes(new)
    command = ["git", "diff", "--no-index", "--numstat", "--minimal", "old", "new"]
    listed = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    added, removed = listed.stdout.split()[:2] if listed.stdout else ("0", "0")
    return int(added), int(removed)


def test_a_binary_file_has_no_lines() -> None:
    assert line_changes(b"\0\n\n", b"a\n") == (0, 0)
    assert line_changes(b"a\n", b"\0\n\n") == (0, 0)


def test_a_change_in_a_long_file_is_still_one_line() -> None:
    lines = [b"%d\n" % number for number in range(100_000)]
    before = b"".join(lines)
    lines[50_000] = b"changed\n"
    assert line_changes(before, b"".join(lines)) == (1, 1)


def test_of_more_than_anyone_reads_every_line_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MOST_LINES", 3)
    assert line_changes(b"a\nb\nc\nd\n", b"x\nb\nc\ny\n") == (4, 4)
