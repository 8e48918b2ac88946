"""A whole file that is only a part of what it was goes back with what would be lost."""

import pytest

from company.deliverables.kind import Unreadable
from company.deliverables.markdown_files import read_files
from phases.yields import FilesYield

TOOL = "".join(
    f"def {name}(a, b):\n    return {name!r}, a, b\n\n\n" for name in ["add", "sub", "mul", "div"]
)
MAIN = """import sys


def area(width, height):
    return width * height


def main():
    if len(sys.argv) != 3:
        print("usage: main.py WIDTH HEIGHT")
        return 2
    print(area(float(sys.argv[1]), float(sys.argv[2])))
    return 0


if __name__ == "__main__":
    sys.exit(main())
"""
CSS = "".join(f".c{n} {{\n  top: {n}px;\n}}\n" for n in range(9))
HTML = '<html>\n<body>\n<p id="board">a</p>\n<p id="score">b</p>\n</body>\n</html>\n'
JS = "export function one() {\n  return 1\n}\n\nexport const two = () => 2\n\nexport class Three {}\n"


def changed(
    files: dict[str, str], current: dict[str, str], **more: tuple[str, ...]
) -> dict[str, str]:
    reply = "\n".join(f"### {path}\n````\n{text}````\n" for path, text in files.items())
    return read_files(reply, current, FilesYield(), **more).changes


def complaint(files: dict[str, str], current: dict[str, str], **more: tuple[str, ...]) -> str:
    with pytest.raises(Unreadable) as unreadable:
        changed(files, current, **more)
    return unreadable.value.complaint


PARTS = {
    "one function of four": ("tool.py", TOOL, "def add(a, b):\n    return a + b\n", "div, mul, sub"),
    "one function of a program": (
        "main.py", MAIN, "def area(width, height):\n    return width + height\n", "its start",
    ),
    "all but the start": ("main.py", MAIN, MAIN.split("if __name__")[0], "its start"),
    "all but an import": ("main.py", MAIN, MAIN.replace("import sys\n", ""), "sys (still used"),
    "all but a function it calls": (
        "main.py", MAIN, MAIN.replace("def area", "def other"), "area (still used",
    ),
    "one rule of a style": ("style.css", CSS, ".c1 {\n  top: 1px;\n}\n", "27 lines, and 3"),
    "one element of a page": ("a.html", HTML, '<p id="board">c</p>\n', "score"),
    "one function of a module": ("a.js", JS, "export function one() {\n  return 0\n}\n", "Three, two"),
    "the end of a document": ("A.md", "".join(f"line {n}\n" for n in range(40)), "new\n", "40 lines"),
}  # fmt: skip


@pytest.mark.parametrize(("path", "before", "after", "lost"), PARTS.values(), ids=PARTS)
def test_a_part_of_a_file_does_not_replace_it(
    path: str, before: str, after: str, lost: str
) -> None:
    said = complaint({path: after}, {path: before})

    assert said.startswith(f"{path} has")
    assert lost in said
    assert "Nothing was changed" in said


@pytest.mark.parametrize(
    ("path", "before", "after", "user", "text", "name"),
    [
        ("tool.py", TOOL, TOOL.replace("def add", "def plus"), "test_tool.py",
         "from tool import add\n", "add (used in test_tool.py)"),
        ("tool.py", TOOL, TOOL.replace("def add", "def plus"), "main.py",
         "import tool\nprint(tool.add(1, 2))\n", "add (used in main.py)"),
        ("a.js", JS, JS.replace("function one", "function uno"), "main.js",
         "import { one } from './a.js'\none()\n", "one (used in main.js)"),
        ("a.html", HTML, HTML.replace("board", "field"), "a.js",
         "document.getElementById('board') // of a.html\n", "board (used in a.js)"),
    ],
)  # fmt: skip
def test_a_name_that_others_use_is_not_lost(
    path: str, before: str, after: str, user: str, text: str, name: str
) -> None:
    assert name in complaint({path: after}, {path: before, user: text})
    assert changed({path: after}, {path: before})


def test_what_moves_to_another_file_is_not_lost() -> None:
    first, rest = "def add(a, b):\n    return a + b\n", TOOL.split("\n\n\n", 1)[1]

    assert changed({"tool.py": first, "more.py": rest}, {"tool.py": TOOL})


def test_a_program_that_begins_elsewhere_from_now_on_has_not_lost_its_start() -> None:
    library = "def area(width, height):\n    return width * height\n"
    files = {"main.py": MAIN.replace("def area", "def side"), "area.py": library}

    assert "area.py" in changed(
        files, {"area.py": f"{library}\n\nif __name__ == '__main__':\n    area(1, 2)\n"}
    )


WHOLE = {
    "a name used nowhere else is renamed": ("tool.py", TOOL, TOOL.replace("add", "plus")),
    "a short function goes": ("tool.py", TOOL, TOOL.split("def div")[0]),
    "a program is written anew": (
        "main.py", MAIN, "import sys\n\n\ndef main():\n    return 0\n\n\nif __name__ == '__main__':\n    sys.exit(main())\n",
    ),
    "an unused import goes": ("a.py", "import os\nimport sys\nprint(sys.argv)\n", "import sys\nprint(sys.argv)\n"),
    "an import becomes a local one": (
        "a.py", "import sys\n\n\ndef f():\n    return sys\n", "def f():\n    import sys\n\n    return sys\n",
    ),
    "a list of packages gets shorter": ("requirements.txt", "a\nb\nc\nd\ne\nf\ng\nh\ni\n", "a\nb\n"),
    "a document is revised": ("A.md", "old\n" * 12, "new\n" * 8),
    "a file that was empty": ("a.py", "", "x = 1\n"),
}  # fmt: skip


@pytest.mark.parametrize(("path", "before", "after"), WHOLE.values(), ids=WHOLE)
def test_a_whole_file_replaces_another(path: str, before: str, after: str) -> None:
    assert changed({path: after}, {path: before}) == {path: after}


def test_a_later_part_of_a_file_in_the_same_reply_does_not_replace_it() -> None:
    reply = f"### tool.py\n```\n{TOOL}```\n\nIn `tool.py`:\n```python\ndef add(a, b):\n    return 0\n```\n"

    with pytest.raises(Unreadable, match="div, mul, sub"):
        read_files(reply, {}, FilesYield())


def test_edits_may_take_away_what_they_name() -> None:
    edit = "tool.py\n<<<<<<< SEARCH\n" + TOOL.split("def sub")[1] + "=======\n>>>>>>> REPLACE\n"

    assert read_files(edit, {"tool.py": TOOL}, FilesYield()).changes


def test_a_file_that_was_not_shown_whole_is_changed_by_edits_alone() -> None:
    edit = "tool.py\n<<<<<<< SEARCH\n    return 'add', a, b\n=======\n    return a + b\n>>>>>>> REPLACE\n"
    current = {"tool.py": TOOL}

    assert "you were not shown all of it" in complaint(
        {"tool.py": TOOL}, current, unseen=("tool.py",)
    )
    assert "a + b" in read_files(edit, current, FilesYield(), ("tool.py",)).changes["tool.py"]
    assert changed({"new.py": "x = 1\n"}, current, unseen=("tool.py",))


@pytest.mark.parametrize(
    "reply",
    ["### old.py\n```\nx = 1\n```\n", "old.py\n<<<<<<< SEARCH\nx\n=======\ny\n>>>>>>> REPLACE\n"],
)
def test_a_file_that_is_no_text_is_not_changed_at_all(reply: str) -> None:
    with pytest.raises(Unreadable, match="no text in UTF-8: nobody here can read or change it"):
        read_files(reply, {"tool.py": TOOL}, FilesYield(), ("old.py",))


@pytest.mark.parametrize(
    "line",
    ["... rest unchanged", "[... unchanged ...]", "<rest of the file>", "# TODO: same as before",
     "{/* ... existing code ... */}", "// ... keep the rest of the code", "# ... 其余代码不变",
     "// 其他函数保持不变", "# 此处省略", "# ... reste du code", "# … Rest des Codes unverändert",
     "# The rest of the file is unchanged", "// your existing code here", "-- unchanged",
     "# ... sin cambios", "# all other functions remain unchanged"],
)  # fmt: skip
def test_a_line_that_stands_for_others_is_sent_back(line: str) -> None:
    said = complaint({"tool.py": f"{TOOL}{line}\n"}, {"tool.py": TOOL})
    edit = f"tool.py\n<<<<<<< SEARCH\ndef add(a, b):\n=======\ndef add(a, b):\n{line}\n>>>>>>> REPLACE\n"

    assert f"leaves parts out ('{line}')" in said
    with pytest.raises(Unreadable, match="leaves parts out"):
        read_files(edit, {"tool.py": TOOL}, FilesYield())


def test_a_line_that_the_file_has_already_stands_for_itself() -> None:
    text = f"{TOOL}# rest of the code\n"

    assert changed({"tool.py": text}, {"tool.py": text.replace("'add'", "'plus'")}) == {
        "tool.py": text
    }


@pytest.mark.parametrize(
    "line", ["...", "# 其他函数", "print('...')", "# the rest", "x(...)", "f(...rest)"]
)
def test_a_line_that_only_looks_so_is_kept(line: str) -> None:
    assert changed({"a.txt": f"{line}\n"}, {}) == {"a.txt": f"{line}\n"}


def test_a_whole_program_that_does_not_parse_is_left_to_verification() -> None:
    broken = MAIN.replace("return 2", "return return 2")

    assert changed({"main.py": broken}, {"main.py": MAIN}) == {"main.py": broken}
