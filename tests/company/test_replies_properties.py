"""No file is ever stored that is not what the reply plainly says.

Replies are built from known files, or are recorded or written ones with something done to them. What
is read out of them is the known file, or the role is asked again.
"""

import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from difflib import unified_diff
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from company.deliverables.kind import Unreadable
from company.deliverables.markdown_files import FilesDelivered, read_files
from phases.yields import FilesYield

DATA = Path(__file__).parents[1] / "data"
MUTATED = 300
DATA_SUFFIXES = (".md", ".txt", ".yaml")


@dataclass(frozen=True)
class Written:
    """A reply to a phase that may write files, and the files there were."""

    reply: str
    current: dict[str, str] = field(default_factory=dict)
    yields: FilesYield = field(default_factory=FilesYield)


def recorded() -> list[Written]:
    """The replies of the embedded model that were to write files."""
    found = [json.loads(path.read_text("utf-8")) for path in sorted(DATA.glob("replies/*.json"))]
    return [
        Written(each["reply"], each["current"], FilesYield(**each["yields"]["files"]))
        for each in found
        if "files" in each["yields"]
    ]


def of_many_kinds() -> dict[str, tuple[Written, dict[str, str]]]:
    """Replies by name, with the files that they plainly write."""
    found = {}
    for each in yaml.safe_load((DATA / "replies_of_many_kinds.yaml").read_text("utf-8")):
        reply = each["reply"]
        for path, text in each["files"].items():
            reply = reply.replace(f"«{path}»\n", text)
        found[each["name"]] = Written(reply, each.get("current", {})), each["files"]
    return found


def that_go_back() -> dict[str, tuple[Written, str]]:
    """Replies by name, with what is to be said of them."""
    found = yaml.safe_load((DATA / "replies_that_go_back.yaml").read_text("utf-8"))
    return {
        each["name"]: (Written(each["reply"], each.get("current", {})), each["says"])
        for each in found
    }


OF_MANY_KINDS = of_many_kinds()
THAT_GO_BACK = that_go_back()
REPLIES = [*recorded(), *(written for written, _ in OF_MANY_KINDS.values())]
Mutation = Callable[[str, random.Random], str]


def outcome(written: Written) -> FilesDelivered | None:
    """What is read, or None where the reply goes back."""
    try:
        delivered = read_files(written.reply, written.current, written.yields)
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
    mark, more = chance.choice([("~", 0), ("`", 1), ("~", 2)])
    return re.sub("`{3,}", lambda fence: mark * (len(fence[0]) + more), reply)


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


@pytest.mark.parametrize("name", OF_MANY_KINDS)
def test_a_reply_is_read_as_what_it_plainly_says(name: str) -> None:
    written, files = OF_MANY_KINDS[name]

    found = outcome(written)

    assert found is not None
    assert found.changes == files


@pytest.mark.parametrize("name", THAT_GO_BACK)
def test_a_reply_that_does_not_say_it_plainly_goes_back_with_the_reason(name: str) -> None:
    written, says = THAT_GO_BACK[name]
    try:
        told = "\n".join(read_files(written.reply, written.current, written.yields).aside)
    except Unreadable as unreadable:
        told = str(unreadable)
    assert says in told


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_mutated_reply_is_read_as_before_or_goes_back(name: str) -> None:
    chance = random.Random(name)
    for _ in range(MUTATED // len(MUTATIONS)):
        written = chance.choice(REPLIES)
        mutated = replace(written, reply=MUTATIONS[name](written.reply, chance))
        before, after = outcome(written), outcome(mutated)
        if name in HARMLESS:
            assert (before is None) == (after is None)
            assert before is None or alike(after) == alike(before)
        elif after is not None and before is not None:
            if name == "cut_end":
                assert after.changes.items() <= before.changes.items()
            else:
                assert_plain(after.changes, before.changes, mutated.reply)


@pytest.mark.parametrize("name", OF_MANY_KINDS)
def test_of_a_reply_that_is_cut_off_only_whole_files_are_read(name: str) -> None:
    written, files = OF_MANY_KINDS[name]
    for end in range(0, len(written.reply), 5):
        found = outcome(replace(written, reply=written.reply[:end]))
        assert found is None or found.changes.items() <= files.items()


def alike(found: FilesDelivered | None) -> dict[str, str]:
    """The files, with all fences in them written alike."""
    files = found.changes if found else {}
    return {path: re.sub(r"(?m)^(`{3,}|~{3,})", "```", text) for path, text in files.items()}


def assert_plain(changes: dict[str, str], before: dict[str, str], reply: str) -> None:
    """Each file is the one that was there before the mutation, or has all its lines and a fence more;
    in data any line may begin with the mark of a diff."""
    for path, text in changes.items():
        known, lines = before[path].split("\n"), text.split("\n")
        fences = [at for at, line in enumerate(lines) if line.startswith(("```", "~~~"))]
        plain = (lines, *([*lines[:at], *lines[at + 1 :]] for at in fences))
        assert known in plain or (path.endswith(DATA_SUFFIXES) and text in reply)


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


def as_block(path: str, text: str, label: str, fence: str, prose: str) -> str:
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
        as_block(path, text, label, fence, prose) for path, (text, label, prose) in files.items()
    )

    found = outcome(Written(reply.replace("\n", newline)))

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
        as_block(path, text, label, "```", prose) for path, (text, label, prose) in files.items()
    )

    found = outcome(Written(reply))

    assert found is None or found.changes == known


@settings(derandomize=True)
@given(st.lists(LINES, min_size=4, max_size=12), st.data())
def test_a_diff_of_known_files_is_made_or_goes_back(old: list[str], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(old) - 1))
    new = [*old[:at], data.draw(LINES), *old[at + data.draw(st.integers(0, 1)) :]]
    current = {"a.txt": "\n".join(old) + "\n", "b.txt": "x = 1\n"}
    diff = "\n".join(unified_diff(old, new, "a/a.txt", "b/a.txt", lineterm="", n=1))

    found = outcome(Written(f"````diff\n{diff}\n````\n", current))

    assert found is None or found.changes == {"a.txt": "\n".join(new) + "\n"}
