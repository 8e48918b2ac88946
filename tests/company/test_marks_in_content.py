"""Files that hold the marks of the reply's own format arrive whole, or their end is asked about."""

import pytest

from company.deliverables.kind import Unreadable
from company.deliverables.markdown_files import read_files
from phases.yields import FilesYield

NEXT = "\n### b.py\n```python\nprint(2)\n```\n"


def changed(reply: str, current: dict[str, str] | None = None) -> dict[str, str]:
    return read_files(reply, current or {}, FilesYield()).changes


def complaint(reply: str, current: dict[str, str] | None = None) -> str:
    with pytest.raises(Unreadable) as unreadable:
        read_files(reply, current or {}, FilesYield())
    return unreadable.value.complaint


HELD = {
    "a sample with a language": ("main.py", 'T = """\n```python\nx\n```\n"""\nprint(T)\n'),
    "a bare sample": ("main.py", 'T = """\n```\nx\n```\n"""\nprint(T)\n'),
    "one fence alone": ("main.py", 'T = """\n```\n"""\nprint(T)\n'),
    "three samples": ("main.py", "T = '''\n" + "```\nx\n```\n" * 3 + "'''\nprint(T)\n"),
    "a fence and a heading with a path": (
        "main.py", 'T = """\n### b.py\n```python\nx\n```\n"""\nprint(T)\n',
    ),
    "a sample in a template string": ("app.js", "const t = `\n```\nx\n```\n`;\nrun(t)\n"),
    "a sample in a comment with stars": (
        "app.js", "/**\n * Use:\n * ```js\n * run()\n * ```\n */\nrun()\n",
    ),
    "a sample in a comment without stars": ("style.css", "/*\n```\nb {}\n```\n*/\nb { top: 0 }\n"),
    "a sample in an element": ("page.html", "<pre>\n```\nx\n```\n</pre>\n<p>end</p>\n"),
    "a sample in a text block": ("A.java", 'class A { String s = """\n```\nx\n```\n"""; }\n'),
    "a sample in a heredoc": ("run.sh", "cat <<END\n```\nx\n```\nEND\necho done\n"),
    "a fence in a value": ("data.json", '{\n"a": "```",\n"b": 1\n}\n'),
    "marks of a conflict": (
        "main.py", 'T = """\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other\n"""\n',
    ),
    "marks of an edit": (
        "main.py", 'T = """\n<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE\n"""\n',
    ),
    "a diff": ("main.py", 'T = """\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n"""\n'),
}  # fmt: skip
LANGUAGES = {"py": "python", "js": "js", "css": "css", "html": "html", "java": "java", "sh": "bash"}


@pytest.mark.parametrize(("path", "content"), HELD.values(), ids=HELD)
@pytest.mark.parametrize("below", ["", NEXT, "\nRun it:\n\n```bash\npython main.py\n```\n"])
def test_a_file_that_holds_marks_arrives_whole(path: str, content: str, below: str) -> None:
    language = LANGUAGES.get(path.rsplit(".", 1)[-1], "json")

    files = changed(f"### {path}\n```{language}\n{content}```\n{below}")

    assert files[path] == content
    assert set(files) == {path} | ({"b.py"} if below == NEXT else set())


@pytest.mark.parametrize("fence", ["````", "`````", "~~~", "~~~~"])
@pytest.mark.parametrize("path", ["notes.txt", "README.md", "app.js", "main.py"])
def test_a_longer_or_another_fence_ends_at_its_own_kind_alone(fence: str, path: str) -> None:
    content = "a\n```\nb\n```python\nc\n```\nd\n```\n"

    assert changed(f"### {path}\n{fence}\n{content}{fence}\n")[path] == content


@pytest.mark.parametrize(
    ("path", "held"),
    [
        ("notes.txt", "a\n```\nb\n```\nc"),
        ("notes.txt", "a\n```\nb"),
        ("main.rs", "a()\n```\nb()"),
    ],
)
def test_a_file_that_may_end_in_two_places_is_asked_for_in_a_longer_fence(
    path: str, held: str
) -> None:
    said = complaint(f"### {path}\n```\n{held}\n```\n")

    assert f"Where {path} ends is not plain" in said
    assert "````" in said


def test_a_block_that_was_not_closed_does_not_take_the_next_ones_heading() -> None:
    reply = "### a.js\n```js\nrun()\n\n### b.js\n```js\nstop()\n```\n"

    assert changed(reply) == {"a.js": "run()\n", "b.js": "stop()\n"}


def test_an_edit_may_hold_fences() -> None:
    reply = (
        "### A.md\n```\n<<<<<<< SEARCH\n```bash\nold\n```\n=======\n```bash\nnew\n```\n"
        ">>>>>>> REPLACE\n```\n"
    )

    assert changed(reply, {"A.md": "# A\n```bash\nold\n```\n"}) == {
        "A.md": "# A\n```bash\nnew\n```\n"
    }


TITLED = "Old\n=======\n\nText\n"


def test_an_edit_whose_lines_look_like_its_divider_is_read_as_the_file_says() -> None:
    edit = "<<<<<<< SEARCH\nOld\n=======\n\nText\n=======\nNew\n>>>>>>> REPLACE\n"

    assert "in 2 ways" in complaint(f"A.rst\n{edit}", {"A.rst": TITLED})
    assert changed(f"A.rst\n{edit}", {"A.rst": f"{TITLED}\nOld\n"}) == {"A.rst": "New\n\nOld\n"}


def test_marks_that_are_longer_cannot_be_taken_for_those_inside() -> None:
    edit = (
        "<<<<<<<<< SEARCH\nOld\n=======\n=========\nNew\n=======\n>>>>>>> REPLACE\n"
        ">>>>>>>>> REPLACE\n"
    )

    assert changed(f"A.rst\n{edit}", {"A.rst": TITLED}) == {
        "A.rst": "New\n=======\n>>>>>>> REPLACE\n\nText\n"
    }


WHITESPACE = {
    "blank lines around": "\n\nx = 1\n\n\n",
    "trailing spaces": "x = 1  \ny = 2\t\n",
    "tabs": "if x:\n\ty = 1\n\t\tz\n",
    "a mark before the first character": "\ufeffx = 1\n",
    "another space": "x = '\u00a0'\u3000\n",
    "the line ends of Windows": "x = 1\r\ny = 2\r\n",
    "line ends of several kinds": "x = 1\r\ny = 2\nz\rw\n",
    "a form feed": "x = 1\n\f\ny = 2\n",
}


@pytest.mark.parametrize("content", WHITESPACE.values(), ids=WHITESPACE)
def test_whitespace_is_kept_as_the_reply_has_it(content: str) -> None:
    assert changed(f"### a.txt\n```\n{content}```\n") == {"a.txt": content}


@pytest.mark.parametrize(
    "old", ["\ufeffa = 1\r\nb = 2\r\n", "a = 1\r\nb = 2\r\n", "\ufeffa = 1\nb = 2\n"]
)
@pytest.mark.parametrize(
    "reply",
    [
        "### a.py\n```python\na = 1\nb = 3\n```\n",
        "### a.py\n<<<<<<< SEARCH\nb = 2\n=======\nb = 3\n>>>>>>> REPLACE\n",
        "### a.py\n```diff\n a = 1\n-b = 2\n+b = 3\n```\n",
        "### a.py\r\n```python\r\na = 1\r\nb = 3\r\n```\r\n",
    ],
)
def test_a_file_keeps_its_line_ends_and_its_first_mark(old: str, reply: str) -> None:
    assert changed(reply, {"a.py": old}) == {"a.py": old.replace("b = 2", "b = 3")}


def test_an_edit_leaves_the_lines_as_they_are_that_it_does_not_change() -> None:
    edit = "<<<<<<< SEARCH\na\nb\nc\n=======\na\nB\nc\n>>>>>>> REPLACE\n"

    assert changed(f"a.txt\n{edit}", {"a.txt": "a  \nb\t\nc "}) == {"a.txt": "a  \nB\nc "}
