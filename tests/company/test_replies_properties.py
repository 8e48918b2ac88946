"""No file is ever stored that is not what the reply plainly says.

Replies are built from known files, or are recorded ones with something done to them. What is read
out of them is the known file, or the role is asked again.
"""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from company.deliverables.kind import Unreadable
from company.deliverables.markdown_files import FilesDelivered, read_files
from phases.yields import FilesYield

FOLDER = Path(__file__).parents[1] / "data" / "replies"
RECORDED = [
    recorded
    for path in sorted(FOLDER.glob("*.json"))
    if "files" in (recorded := json.loads(path.read_text(encoding="utf-8")))["yields"]
]
MUTATED = 300
Mutation = Callable[[str, random.Random], str]


def outcome(reply: str, current: dict[str, str], yields: FilesYield) -> FilesDelivered | None:
    """What is read, or None where the reply goes back."""
    try:
        delivered = read_files(reply, current, yields)
    except Unreadable:
        return None
    return None if delivered.aside else delivered


def fence_inside(reply: str, chance: random.Random) -> str:
    lines = reply.split("\n")
    lines.insert(chance.randrange(len(lines)), chance.choice(["```", "```python", "~~~", "````"]))
    return "\n".join(lines)


def cut_end(reply: str, chance: random.Random) -> str:
    return reply[: chance.randrange(len(reply))]


def windows(reply: str, _: random.Random) -> str:
    return reply.replace("\n", "\r\n")


def byte_order_mark(reply: str, _: random.Random) -> str:
    return f"\ufeff{reply}"


def swapped_fences(reply: str, chance: random.Random) -> str:
    return reply.replace("```", chance.choice(["~~~", "````", "~~~~~"]))


def diff_marks(reply: str, chance: random.Random) -> str:
    inside, lines = False, []
    for line in reply.split("\n"):
        if line.startswith("```"):
            inside = not inside
        elif inside:
            line = chance.choice("+- ") + line
        lines.append(line)
    return "\n".join(lines)


MUTATIONS: dict[str, Mutation] = {
    each.__name__: each
    for each in (fence_inside, cut_end, windows, byte_order_mark, swapped_fences, diff_marks)
}
HARMLESS = {"windows", "byte_order_mark", "swapped_fences"}


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_mutated_reply_is_read_as_before_or_goes_back(name: str) -> None:
    chance = random.Random(name)
    for _ in range(MUTATED // len(MUTATIONS)):
        recorded = chance.choice(RECORDED)
        yields = FilesYield.model_validate(recorded["yields"]["files"])
        reply, current = recorded["reply"], recorded["current"]
        before = outcome(reply, current, yields)
        after = outcome(MUTATIONS[name](reply, chance), current, yields)
        if name in HARMLESS:
            assert (after and after.changes) == (before and before.changes)
        elif after is not None and name == "cut_end":
            assert before is None or after.changes.items() <= before.changes.items()
        elif after is not None:
            assert_plain(after.changes, before, name)


def assert_plain(changes: dict[str, str], before: FilesDelivered | None, name: str) -> None:
    """Each file is the one that was there before the mutation, or has all its lines and one more."""
    assert before is not None
    for path, text in changes.items():
        known = before.changes[path].split("\n")
        lines = text.split("\n")
        inserted = [line for line in lines if line.startswith(("```", "~~~"))]
        assert [line for line in lines if line not in inserted] == known, name


LINES = st.sampled_from([
    "x = 1", "", "    y = 2", "\tz", "trailing  ", "# a comment", "=======", "<<<<<<< HEAD",
    ">>>>>>> other", "- item", "+ item", "@@ -1 +1 @@", "--- a/x.py", "+++ b/x.py", "### heading",
    "**bold**", "`code`", "text:", "…", "文件：", "<pre>", "</pre>", '"""', "'''", "/*", "*/", "`",
])  # fmt: skip
MARKS = st.sampled_from(["```", "```python", "```js", "~~~", "    ```", "* ```", "- ```"])
PATHS = st.sampled_from([
    "main.py", "src/a.js", "app/[id]/page.tsx", "notes.txt", "README.md", "style.css", "a.html",
    "data.yaml", "Makefile", "my dir/b c.rs", "工具/主.go", ".env",
])  # fmt: skip
LABELS = st.sampled_from(
    ["### `{}`", "**`{}`**", "File: `{}`", "文件名：`{}`", "`{}`:", "1. `{}`", "Here is `{}`:"]
)
PROSE = st.sampled_from(["", "Here it is.", "It does this:\n\n- one\n- two", "好的。", "> quoted"])
NEWLINES = st.sampled_from(["\n", "\r\n"])


def written(path: str, text: str, label: str, fence: str, prose: str) -> str:
    return f"{prose}\n\n{label.format(path)}\n\n{fence}\n{text}\n{fence}\n"


@settings(max_examples=300, derandomize=True)
@given(
    st.dictionaries(
        PATHS, st.tuples(st.lists(LINES | MARKS, min_size=1, max_size=8).map("\n".join), LABELS, PROSE),
        min_size=1, max_size=3,
    ),
    st.sampled_from(["````", "`````", "~~~~"]),
    NEWLINES,
)  # fmt: skip
def test_files_in_fences_that_they_do_not_hold_are_read_as_they_are(
    files: dict[str, tuple[str, str, str]], fence: str, newline: str
) -> None:
    known = {path: f"{text}\n" for path, (text, _, _) in files.items()}
    reply = "".join(
        written(path, text, label, fence, prose) for path, (text, label, prose) in files.items()
    )

    found = outcome(reply.replace("\n", newline), {}, FilesYield())

    assert found is None or found.changes == known


@settings(max_examples=300, derandomize=True)
@given(
    st.dictionaries(
        PATHS.filter(lambda path: not path.endswith(".py")),
        st.tuples(st.lists(LINES | MARKS, min_size=1, max_size=8).map("\n".join), LABELS, PROSE),
        min_size=1,
        max_size=3,
    )
)
def test_files_in_fences_that_they_may_hold_are_read_as_they_are_or_go_back(
    files: dict[str, tuple[str, str, str]],
) -> None:
    known = {path: f"{text}\n" for path, (text, _, _) in files.items()}
    reply = "".join(
        written(path, text, label, "```", prose) for path, (text, label, prose) in files.items()
    )

    found = outcome(reply, {}, FilesYield())

    assert found is None or found.changes == known


@settings(derandomize=True)
@given(st.lists(LINES, min_size=4, max_size=12), st.data())
def test_a_diff_of_known_files_is_made_or_goes_back(old: list[str], data: st.DataObject) -> None:
    from difflib import unified_diff

    at = data.draw(st.integers(0, len(old) - 1))
    new = [*old[:at], data.draw(LINES), *old[at + data.draw(st.integers(0, 1)) :]]
    current: dict[str, Any] = {"a.txt": "\n".join(old) + "\n", "b.txt": "x = 1\n"}
    diff = "\n".join(unified_diff(old, new, "a/a.txt", "b/a.txt", lineterm="", n=1))

    found = outcome(f"````diff\n{diff}\n````\n", current, FilesYield())

    assert found is None or found.changes == {"a.txt": "\n".join(new) + "\n"}
