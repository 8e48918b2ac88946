"""Diffs are made where they fit, or go back with the hunk that does not; none becomes a file."""

import pytest

from company.deliverables.kind import Unreadable
from company.deliverables.markdown_files import read_files
from phases.yields import FilesYield

TOOL = (
    "def sub(a, b):\n    return a - b\n\n\ndef add(a, b):\n    return a - b\n\n\nprint(add(1, 2))\n"
)
MENDED = TOOL.replace("def add(a, b):\n    return a - b", "def add(a, b):\n    return a + b")
CORE = " def add(a, b):\n-    return a - b\n+    return a + b\n"
HEAD = "--- a/tool.py\n+++ b/tool.py\n"


def changed(reply: str, current: dict[str, str] | None = None) -> dict[str, str]:
    return read_files(reply, current or {"tool.py": TOOL}, FilesYield()).changes


def complaint(reply: str, current: dict[str, str] | None = None) -> str:
    with pytest.raises(Unreadable) as unreadable:
        read_files(reply, current or {"tool.py": TOOL}, FilesYield())
    return unreadable.value.complaint


WAYS = {
    "a unified diff": f"```diff\n{HEAD}@@ -5,2 +5,2 @@\n{CORE}```\n",
    "with wrong line numbers": f"```diff\n{HEAD}@@ -90,7 +91,7 @@ def add\n{CORE}```\n",
    "without line numbers": f"```diff\n{HEAD}@@\n{CORE}```\n",
    "in a fence of another language": f"```python\n{HEAD}@@ -5,2 +5,2 @@\n{CORE}```\n",
    "in a bare fence": f"```\n{HEAD}@@ -5,2 +5,2 @@\n{CORE}```\n",
    "in a fence called patch": f"```patch\n{HEAD}@@ -5,2 +5,2 @@\n{CORE}```\n",
    "without a fence": f"I mend it.\n\n{HEAD}@@ -5,2 +5,2 @@\n{CORE}\nThat is all.\n",
    "as git writes it": f"```diff\ndiff --git a/tool.py b/tool.py\nindex 1a2b3c4..5d6e7f8 100644\n"
    f"{HEAD}@@ -5,2 +5,2 @@\n{CORE}```\n",
    "with times behind the paths": "```diff\n--- tool.py\t2026-01-01 10:00\n+++ tool.py\t2026-01-02"
    f" 10:00\n@@ -5,2 +5,2 @@\n{CORE}```\n",
    "without prefixes": f"```diff\n--- tool.py\n+++ tool.py\n@@ -5,2 +5,2 @@\n{CORE}```\n",
    "below the path, without a head": f"### tool.py\n```diff\n{CORE}```\n",
    "below the path, as Python": f"### tool.py\n```python\n{CORE}```\n",
    "below the path, unmarked lines bare": "### tool.py\n```python\ndef add(a, b):\n"
    "-    return a - b\n+    return a + b\n```\n",
    "below the path, bare fence": f"### tool.py\n```\n@@ -5,2 +5,2 @@\n{CORE}```\n",
    "as a patch of another program": "*** Begin Patch\n*** Update File: tool.py\n@@ def add\n"
    f"{CORE}*** End Patch\n",
    "without any path": f"```diff\n{CORE}```\n",
}


@pytest.mark.parametrize("reply", WAYS.values(), ids=WAYS)
def test_a_diff_that_fits_is_made(reply: str) -> None:
    assert changed(reply) == {"tool.py": MENDED}


def test_lines_that_occur_twice_are_told_apart_by_the_number_of_the_line() -> None:
    twice = "a\nx\nb\nx\n"
    reply = "```diff\n--- t.txt\n+++ t.txt\n@@ -{at} +{at} @@\n-x\n+y\n```\n"

    assert changed(reply.format(at=2), {"t.txt": twice}) == {"t.txt": "a\ny\nb\nx\n"}
    assert changed(reply.format(at=4), {"t.txt": twice}) == {"t.txt": "a\nx\nb\ny\n"}
    assert "occur 2 times" in complaint(reply.format(at=7), {"t.txt": twice})


def test_several_hunks_and_several_files_are_made_together() -> None:
    one = "--- a/a.txt\n+++ b/a.txt\n@@ -1 +1,2 @@\n-a\n+A\n+A2\n@@ -3 +4 @@\n-c\n+C\n"
    two = "--- a/b.txt\n+++ b/b.txt\n@@ -1 +1 @@\n-x\n+X\n"

    files = changed(f"```diff\n{one}{two}```\n", {"a.txt": "a\nb\nc\n", "b.txt": "x\n"})

    assert files == {"a.txt": "A\nA2\nb\nC\n", "b.txt": "X\n"}


def test_a_diff_may_make_a_file() -> None:
    reply = "```diff\n--- /dev/null\n+++ b/n.py\n@@ -0,0 +1,2 @@\n+a = 1\n+b = 2\n```\n"

    assert changed(reply) == {"n.py": "a = 1\nb = 2\n"}
    assert changed("### n.py\n```diff\n+a = 1\n+b = 2\n```\n") == {"n.py": "a = 1\nb = 2\n"}
    assert "is there already" in complaint(reply, {"n.py": "c = 3\n"})


def test_a_diff_says_whether_the_last_line_ends() -> None:
    bare = "```diff\n--- t\n+++ t\n@@ -1 +1 @@\n-a\n+b\n\\ No newline at end of file\n```\n"
    ended = "```diff\n--- t\n+++ t\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n```\n"

    assert changed(bare, {"t": "a\n"}) == {"t": "b"}
    assert changed(ended, {"t": "a"}) == {"t": "b\n"}


def test_a_folder_called_b_is_not_taken_for_the_prefix_of_git() -> None:
    assert changed("```diff\n--- b/t\n+++ b/t\n@@ -1 +1 @@\n-a\n+c\n```\n", {"b/t": "a\n"}) == {
        "b/t": "c\n"
    }


def test_a_hunk_that_does_not_fit_goes_back_with_the_lines_there_are() -> None:
    said = complaint(
        f"```diff\n{HEAD}@@ -1 +1 @@\n-print(add(1, 2))\n+print(3)\n@@ -5 +5 @@\n-    return a * b\n+    return 0\n```\n"
    )

    assert "tool.py: Hunk 2 of the diff does not fit" in said
    assert "|     return a * b" in said
    assert "Nothing was changed" in said


@pytest.mark.parametrize(
    "diff",
    [
        "--- a/tool.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n",
        "diff --git a/tool.py b/new.py\nsimilarity index 100%\nrename from tool.py\nrename to new.py\n",
        "*** Begin Patch\n*** Delete File: tool.py\n*** End Patch\n",
    ],
)
def test_a_diff_that_takes_a_file_away_or_moves_it_goes_back(diff: str) -> None:
    assert "A reply cannot" in complaint(f"```diff\n{diff}```\n")


def test_a_diff_of_a_file_that_does_not_exist_goes_back() -> None:
    assert "There is no such file" in complaint("### no.py\n```diff\n-a\n+b\n```\n")


@pytest.mark.parametrize(
    ("path", "language", "content"),
    [
        ("list.md", "markdown", "- one\n- two\n+ three\n"),
        ("data.yaml", "yaml", "- a\n- b\n"),
        ("sums.py", "python", "x = (1\n+ 2\n- 3)\n"),
        ("fix.patch", "diff", "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n"),
        ("notes.txt", "", "+ plus\n- minus\n"),
        ("sum.js", "js", "let x = a\n  + b\n  - c\n"),
    ],
)
def test_a_file_whose_lines_begin_with_plus_or_minus_is_a_file(
    path: str, language: str, content: str
) -> None:
    assert changed(f"### {path}\n```{language}\n{content}```\n") == {path: content}
