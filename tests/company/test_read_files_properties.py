"""What holds for every reply, however malformed."""

import re

from hypothesis import given
from hypothesis import strategies as st

from company.deliverables.document import read_document
from company.deliverables.fences import fences
from company.deliverables.kind import Unreadable
from company.deliverables.markdown_files import FilesDelivered, read_files
from company.deliverables.named_fields import read_fields
from company.engine.context.inspection import unimplemented
from phases.yields import FilesYield
from warehouse.paths import check_path

PIECES = st.sampled_from([
    "```", "````", "~~~", "   ```", "```python", "```markdown", "```bash", "```text", "```diff",
    "```js src/app.js", "# main.py", "### b/c.py", "**d.md**", "// app.js", "print(1)", "x = 1",
    "# ... rest of the code ...", "<<<<<<< SEARCH", "=======", ">>>>>>> REPLACE", "", "    ",
    "1. a.py", "- b.py:", "Some prose here.", "../evil.py", ".git/config", "def f():", "    pass",
    "<think>", "</think>", '{"approved": true', "}", "[", "\x00", "\ud800", "\u202e.py:", "```x.py",
])  # fmt: skip
REPLIES = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=25).map("\n".join))
CURRENT = st.sampled_from([{}, {"main.py": "x = 1\n"}, {"main.py": "print(1)\n", "b.py": "x\n"}])
YIELDS = st.sampled_from(
    [
        FilesYield(),
        FilesYield(edits=False),
        FilesYield(only=["main.py"]),
        FilesYield(only=["tests/**", "*.md"], at_most=1),
    ]
)


def outcome(reply: str, current: dict[str, str], yields: FilesYield) -> FilesDelivered | str:
    try:
        return read_files(reply, current, yields)
    except Unreadable as unreadable:
        return unreadable.complaint


@given(REPLIES, CURRENT, YIELDS)
def test_every_reply_gives_files_or_a_complaint(
    reply: str, current: dict[str, str], yields: FilesYield
) -> None:
    found = outcome(reply, current, yields)

    if isinstance(found, str):
        assert found.strip()
    else:
        assert found.changes
        for path, content in found.changes.items():
            assert check_path(path) == path
            assert content == "" or content.endswith("\n")
            assert content.encode().decode() == content


@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["### a{n}.py", "a{n}.py:", "", "Run:", "### ../a{n}", "Of `a{n}.py`:"]
            ),
            st.sampled_from(["python", "bash", "text", "", "json", "diff", "js"]),
            st.sampled_from(["print('token{n}')", "$ token{n}", "token{n} = 1", "# token{n}.py"]),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_every_block_is_a_change_or_is_named_in_what_is_said(
    written: list[tuple[str, str, str]],
) -> None:
    lines: list[str] = []
    places: dict[int, str] = {}
    for number, (label, language, body) in enumerate(written):
        lines += [label.format(n=number), f"```{language}"]
        places[len(lines)] = f"token{number}"
        lines += [body.format(n=number), "```"]

    found = outcome("\n".join(lines), {}, FilesYield())

    changes = "" if isinstance(found, str) else "".join([*found.changes, *found.changes.values()])
    said = found if isinstance(found, str) else "\n".join(found.notes)
    for line, token in places.items():
        named = token in said or token.replace("token", "a") in said
        told = re.search(rf"\b{line}\b", said) or named
        assert token in changes or told, (line, token, said)


@given(
    st.dictionaries(
        st.from_regex(r"(src/|tests/a/)?[A-Za-z_]{1,8}\.(py|js|css|html)", fullmatch=True),
        st.lists(
            st.text(st.characters(exclude_characters="`~<>=", exclude_categories=["C", "Z"])),
            min_size=1,
            max_size=6,
        ).map("\n".join),
        min_size=1,
        max_size=4,
    )
)
def test_files_written_as_asked_are_read_back_as_they_are(files: dict[str, str]) -> None:
    files = {path: f"x{content}y\n" for path, content in files.items()}
    files = {path: files[path] for path in {path.casefold(): path for path in files}.values()}
    reply = "\n".join(f"{path}\n```\n{content}```\n" for path, content in files.items())

    assert read_files(reply, {}, FilesYield()).changes == files


@given(REPLIES)
def test_fences_never_overlap_and_never_leave_the_reply(reply: str) -> None:
    last = 0
    for fence in fences(reply):
        assert last < fence.line <= fence.last_line <= reply.count("\n") + 1
        last = fence.last_line


@given(REPLIES)
def test_fields_are_of_their_types_or_there_is_a_complaint(reply: str) -> None:
    kinds = {"approved": "bool", "comments": ["str"], "pick": {"one_of": ["a", "b"]}, "n": "int"}
    try:
        found = read_fields(reply, kinds)
    except Unreadable as unreadable:
        assert "approved, comments, pick, n" in unreadable.complaint
        return

    assert list(found) == list(kinds)
    assert isinstance(found["approved"], bool)
    assert all(isinstance(comment, str) for comment in found["comments"])
    assert found["pick"] in {"a", "b"}


@given(REPLIES)
def test_a_document_is_text_or_there_is_a_complaint(reply: str) -> None:
    try:
        document = read_document(reply, "MANUAL.md")
    except Unreadable as unreadable:
        assert "MANUAL.md" in unreadable.complaint
        return

    assert document.strip()
    assert document.endswith("\n")


@given(st.sampled_from(["a.py", "a.js"]), REPLIES)
def test_unfinished_parts_lie_inside_the_file(path: str, source: str) -> None:
    for part in unimplemented({path: source}):
        assert 1 <= part.line <= source.count("\n") + 2
        assert part.name
        assert part.why
