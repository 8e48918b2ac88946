"""Replies as models write them, and the files they mean."""

from collections.abc import Mapping
from textwrap import dedent

import pytest

from company.deliverables.kind import Unreadable
from company.deliverables.markdown_files import FilesDelivered, read_files
from phases.yields import FilesYield

ANY = FilesYield()
ONE = "print(1)\n"
TWO = "print(2)\n"


def read(
    reply: str, current: Mapping[str, str] | None = None, yields: FilesYield = ANY
) -> FilesDelivered:
    return read_files(dedent(reply), current or {}, yields)


def complaint(
    reply: str, current: Mapping[str, str] | None = None, yields: FilesYield = ANY
) -> str:
    with pytest.raises(Unreadable) as unreadable:
        read(reply, current, yields)
    return unreadable.value.complaint


@pytest.mark.parametrize(
    "label",
    [
        "### src/main.py",
        "#### 1. `src/main.py`",
        "## File: src/main.py",
        "### Step 2: src/main.py",
        "### 📁 `src/main.py`",
        "### src/main.py (updated)",
        "**src/main.py**",
        "**`src/main.py`**:",
        "**File:** `src/main.py`",
        "`src/main.py`",
        "`src/main.py`:",
        "src/main.py",
        "src/main.py:",
        "./src/main.py",
        "File: src/main.py",
        "Filename: `src/main.py`",
        "file path: src/main.py",
        "1. **src/main.py**",
        "- src/main.py:",
        "=== src/main.py ===",
        "--- src/main.py ---",
        "[src/main.py]",
        "Here is the updated `src/main.py`:",
        "Save this as src/main.py:",
        "src\\main.py",
    ],
)
def test_a_file_is_named_on_the_line_above_its_block(label: str) -> None:
    assert read(f"{label}\n\n```python\nprint(1)\n```\n").changes == {"src/main.py": ONE}


@pytest.mark.parametrize(
    "info",
    [
        "python src/main.py",
        "python:src/main.py",
        'python title="src/main.py"',
        "python filename=src/main.py",
        "{.python file='src/main.py'}",
        "python # src/main.py",
        "python (src/main.py)",
        "src/main.py",
    ],
)
def test_a_file_is_named_beside_its_language(info: str) -> None:
    assert read(f"```{info}\nprint(1)\n```\n").changes == {"src/main.py": ONE}


@pytest.mark.parametrize(
    ("path", "language", "comment"),
    [
        ("main.py", "python", "# main.py"),
        ("src/Main.py", "python", "#src/Main.py"),
        ("main.py", "python", "# File: main.py"),
        ("main.py", "python", '"""main.py"""'),
        ("app.js", "javascript", "// app.js"),
        ("app.js", "js", "/* app.js */"),
        ("index.html", "html", "<!-- index.html -->"),
        ("style.css", "css", "/* style.css */"),
        ("schema.sql", "sql", "-- schema.sql"),
    ],
)
def test_a_comment_that_is_only_the_name_names_the_file_and_goes(
    path: str, language: str, comment: str
) -> None:
    reply = f"Here:\n```{language}\n{comment}\n\nbody(1)\n```\n"

    assert read(reply).changes == {path: "body(1)\n"}


def test_a_comment_that_says_more_than_the_name_is_kept() -> None:
    reply = """
    ```python
    # main.py - where it all begins
    print(1)
    ```
    """

    assert read(reply).changes == {"main.py": "# main.py - where it all begins\nprint(1)\n"}


def test_a_name_below_the_first_line_of_a_script_is_found() -> None:
    reply = "```python\n#!/usr/bin/env python3\n# tool.py\nprint(1)\n```\n"

    assert read(reply).changes == {"tool.py": "#!/usr/bin/env python3\nprint(1)\n"}


def test_a_sure_name_outside_the_block_wins_over_a_comment_inside() -> None:
    reply = "### tests/test_main.py\n```python\n# main.py\nprint(1)\n```\n"

    assert read(reply).changes == {"tests/test_main.py": "# main.py\nprint(1)\n"}


def test_the_longer_of_two_spellings_of_one_name_is_used() -> None:
    above = "### src/game/main.py\n```python\n# main.py\nprint(1)\n```\n"
    inside = "### main.py\n```python\n# src/game/main.py\nprint(1)\n```\n"

    assert read(above).changes == {"src/game/main.py": ONE}
    assert read(inside).changes == {"src/game/main.py": ONE}


def test_several_files_with_prose_before_between_and_after() -> None:
    reply = """
    Sure! Here is the program.

    ### main.py
    This file starts it. It uses the board.

    ```python
    print(1)
    ```

    And now the board, in **game/Board.py**:

    ```python
    print(2)
    ```

    I hope this helps!
    """

    assert read(reply).changes == {"main.py": ONE, "game/Board.py": TWO}


def test_two_files_in_one_block_are_parted_at_their_name_comments() -> None:
    reply = """
    ```python
    # main.py
    import board
    # start of the game
    board.show()

    # board.py
    def show():
        print(1)
    ```
    """

    assert read(reply).changes == {
        "main.py": "import board\n# start of the game\nboard.show()\n",
        "board.py": "def show():\n    print(1)\n",
    }


def test_a_comment_that_mentions_a_file_does_not_part_a_block() -> None:
    body = 'import json\n\n# config.json\nCONFIG = json.load(open("config.json"))\n'

    assert read(f"```python\n# main.py\n{body}```\n").changes == {"main.py": body}


@pytest.mark.parametrize("fence", ["```markdown", "```md", "```"])
def test_a_fence_around_the_whole_reply_is_taken_off(fence: str) -> None:
    reply = (
        f"{fence}\n# main.py\n```python\nprint(1)\n```\n\n"
        "# test_main.py\n```python\nprint(2)\n```\n```\n"
    )

    assert read(reply).changes == {"main.py": ONE, "test_main.py": TWO}


def test_a_program_inside_a_markdown_fence_is_that_program() -> None:
    reply = "```markdown\n# main.py\nimport sys\n\nprint(sys.argv)\n```\n"

    assert read(reply).changes == {"main.py": "import sys\n\nprint(sys.argv)\n"}


def test_several_programs_inside_a_markdown_fence_are_parted() -> None:
    reply = "```markdown\n# main.py\nprint(1)\n\n# test_main.py\nprint(2)\n```\n"

    assert read(reply).changes == {"main.py": ONE, "test_main.py": TWO}


def test_a_document_keeps_the_code_blocks_inside_it() -> None:
    document = """\
# Tip calculator

Install it:

```bash
pip install .
```

Then run it:

```
python main.py
```

It prints:

```text
Tip: 3.00
```
"""
    reply = f"README.md\n```markdown\n{document}```\n\nmain.py\n```python\nprint(1)\n```\n"

    assert read(reply).changes == {"README.md": document, "main.py": ONE}


def test_a_document_in_a_longer_fence_keeps_its_code_blocks() -> None:
    reply = "README.md\n````markdown\n# T\n```python\nprint(1)\n```\n````\n"

    assert read(reply).changes == {"README.md": "# T\n```python\nprint(1)\n```\n"}


def test_a_document_named_by_its_first_line_loses_that_line() -> None:
    reply = "```markdown\n# README.md\n\n# Tips\n```bash\nls\n```\nend\n```\n"

    assert read(reply).changes == {"README.md": "# Tips\n```bash\nls\n```\nend\n"}


def test_windows_newlines_are_read_as_newlines() -> None:
    reply = "### main.py\r\n```python\r\nif True:\r\n    print(1)\r\n```\r\n"

    assert read(reply).changes == {"main.py": "if True:\n    print(1)\n"}


def test_tilde_fences_are_fences() -> None:
    assert read("main.py\n~~~python\nprint('```')\n~~~\n").changes == {"main.py": "print('```')\n"}


def test_a_fence_indented_below_a_list_item_loses_that_indentation() -> None:
    reply = (
        "1. **main.py**\n\n   ```python\n   if True:\n       print(1)\n   ```\n"
        "2. **b.py**\n\n   ```python\n   print(2)\n   ```\n"
    )

    assert read(reply).changes == {"main.py": "if True:\n    print(1)\n", "b.py": TWO}


def test_a_fence_indented_below_a_list_item_may_hold_lines_that_are_not() -> None:
    reply = "1. main.py\n   ```python\nif True:\n    print(1)\n   ```\n2. Done.\n"

    assert read(reply).changes == {"main.py": "if True:\n    print(1)\n"}


def test_a_code_sample_in_a_docstring_does_not_end_the_file() -> None:
    program = 'def f():\n    """\n    ```python\n    f()\n    ```\n    """\n    return 1\n'

    assert read(f"main.py\n```python\n{program}```\n").changes == {"main.py": program}


def test_a_block_that_was_not_closed_before_the_next_ends_there() -> None:
    reply = "```python\n# a.py\nprint(1)\n```python\n# b.py\nprint(2)\n```\n"

    assert read(reply).changes == {"a.py": ONE, "b.py": TWO}


def test_a_closing_fence_glued_to_the_last_line_is_a_closing_fence() -> None:
    assert read("main.py\n```python\nprint(1)```\n").changes == {"main.py": ONE}


def test_letter_case_and_folders_are_kept() -> None:
    assert list(read("### Src/GameBoard.PY\n```python\nprint(1)\n```").changes) == [
        "Src/GameBoard.PY"
    ]


def test_the_same_file_twice_gives_the_last_one_and_says_so() -> None:
    delivered = read("a.py\n```python\nprint(1)\n```\na.py\n```python\nprint(2)\n```\n")

    assert delivered.changes == {"a.py": TWO}
    assert delivered.notes == ["a.py was written twice: the last one counts."]


@pytest.mark.parametrize("name", ["__init__.py", "game/__init__.py", "py.data"])
def test_files_that_are_rightly_empty_may_be(name: str) -> None:
    assert read(f"### {name}\n```python\n```\nx.py\n```\nprint(1)\n```\n").changes[name] == ""


@pytest.mark.parametrize("name", ["Makefile", "Dockerfile", ".gitignore", "src/__main__.py"])
def test_names_without_an_ordinary_extension_are_names(name: str) -> None:
    assert read(f"### {name}\n```\nx = 1\n```\n").changes == {name: "x = 1\n"}


@pytest.mark.parametrize(
    "reply",
    [
        "```python\nprint(1)\n```",
        "```\nprint(1)\n```",
        "```markdown\nprint(1)\n```",
        "Here it is:\n```py\nprint(1)\n```\nRun it with:\n```bash\npython main.py\n```\n",
        "print(1)",
    ],
)
def test_one_program_without_a_name_becomes_the_main_file(reply: str) -> None:
    delivered = read(reply)

    assert delivered.changes == {"main.py": ONE}
    assert any("no name: read as main.py" in note for note in delivered.notes)


@pytest.mark.parametrize(
    ("language", "current", "yields", "target"),
    [
        ("python", {"tool.py": "x"}, ANY, "tool.py"),
        ("python", {"a.py": "x"}, FilesYield(only=["test_*.py"]), "test_main.py"),
        ("python", {"a.py": "x"}, FilesYield(only=["tests/**"]), "tests/test_main.py"),
        ("python", {"a.py": "", "test_a.py": ""}, FilesYield(only=["test_*.py"]), "test_a.py"),
        ("python", {"a.py": "", "b.py": ""}, FilesYield(only=["b.py"]), "b.py"),
        ("js", {"a.py": "x"}, ANY, "main.js"),
        ("html", {}, ANY, "index.html"),
        ("markdown", {}, FilesYield(only=["MANUAL.md"]), "MANUAL.md"),
        ("", {}, FilesYield(only=["requirements.txt"]), "requirements.txt"),
    ],
)
def test_a_block_without_a_name_goes_where_only_it_can_go(
    language: str, current: dict[str, str], yields: FilesYield, target: str
) -> None:
    assert read(f"```{language}\nflask\n```", current, yields).changes == {target: "flask\n"}


def test_a_block_that_could_be_one_of_two_files_goes_nowhere() -> None:
    said = complaint("```python\nprint(1)\n```", {"a.py": "x", "b.py": "x"})

    assert "with its path alone on the line above" in said
    assert "line 1: a block without a file name" in said


@pytest.mark.parametrize(
    ("block", "why"),
    [
        ("```bash\npip install flask\npython main.py\n```", "shell commands"),
        ("```console\n$ python main.py\n```", "shell commands"),
        ("Run `main.py` so:\n```sh\npython main.py\n```", "shell commands"),
        ("### main.py\n```bash\n$ python main.py\n```", "shell commands"),
        ("The output of `app.py`:\n```\nHello, world\n```", "sample output"),
        ("```text\nHello\n```", "sample output"),
        ("```\nHello, world\n```", "sample output"),
        ("```\nproject/\n├── main.py\n└── b.py\n```", "sample output"),
        ("```python\n```", "empty"),
    ],
)
def test_what_is_no_file_is_left_aside_and_told(block: str, why: str) -> None:
    delivered = read(f"app.py\n```python\nprint(1)\n```\n\nThen:\n\n{block}\n")

    assert delivered.changes == {"app.py": ONE}
    assert any("Left aside, line" in note and why in note for note in delivered.notes)


def test_a_shell_script_that_has_a_name_is_a_file() -> None:
    assert read("### run.sh\n```bash\necho hi\n```").changes == {"run.sh": "echo hi\n"}


def test_files_the_phase_may_not_write_are_left_aside() -> None:
    delivered = read(
        "main.py\n```python\nprint(1)\n```\ntests/test_main.py\n```python\nprint(2)\n```\n",
        yields=FilesYield(only=["tests/**"]),
    )

    assert delivered.changes == {"tests/test_main.py": TWO}
    assert delivered.notes == ["Left aside, line 2: main.py may not be written here."]


def test_a_reply_with_only_files_it_may_not_write_says_which_it_may() -> None:
    said = complaint("main.py\n```python\nprint(1)\n```", yields=FilesYield(only=["test_*.py"]))

    assert "You may write only: test_*.py." in said
    assert "main.py may not be written here" in said


@pytest.mark.parametrize("path", ["../main.py", "/etc/cron.py", ".git/hooks/x.py", "con.py"])
def test_an_unsafe_path_is_refused_and_told(path: str) -> None:
    unsafe = f"### {path}\n```python\nprint(1)\n```\n"

    assert "refused: the path" in complaint(unsafe)
    delivered = read(f"{unsafe}ok.py\n```python\nprint(2)\n```\n")
    assert delivered.changes == {"ok.py": TWO}
    assert "refused: the path" in delivered.notes[0]


def test_a_file_that_differs_from_another_only_in_case_is_refused() -> None:
    assert "letter case" in complaint("Main.py\n```python\nprint(1)\n```", {"main.py": "x"})


def test_a_reply_cut_off_inside_a_file_names_the_file() -> None:
    said = complaint("a.py\n```python\nprint(1)\n```\nb.py\n```python\ndef f():\n    ret")

    assert "stops in the middle of b.py" in said
    assert "Nothing was changed" in said


def test_a_wrapper_that_is_not_closed_harms_nothing_inside_it() -> None:
    reply = "```markdown\n# main.py\n```python\nprint(1)\n```\n"

    assert read(reply).changes == {"main.py": ONE}


def test_an_empty_file_is_a_fault() -> None:
    assert "main.py at line 2 is empty" in complaint("main.py\n```python\n\n```")


@pytest.mark.parametrize(
    "comment",
    [
        "# ... rest of the code ...",
        "# ... (rest of the code remains the same)",
        "# rest of the code remains unchanged",
        "# ... existing code ...",
        "// ... existing code here",
        "# Existing code here",
        "# (unchanged)",
        "/* ... rest of the functions ... */",
        "<!-- ... rest of the content ... -->",
        "    # Same as before",
        "# … remaining methods …",
        "# Rest of the code goes here",
        "# The rest of your code",
        "# ... other functions remain the same",
    ],
)
def test_a_file_with_parts_left_out_is_sent_back(comment: str) -> None:
    said = complaint(f"main.py\n```python\nimport a\n{comment}\n```", {"main.py": "import a\n"})

    assert "main.py leaves parts out" in said
    assert comment.strip() in said


@pytest.mark.parametrize(
    "comment",
    [
        "# Print the rest of the code table",
        "# Compare with the existing code in the database",
        "# ...",
        "# Loading...",
        "# Keep the order unchanged while sorting",
        "# The same as before, but rounded to cents",
        "x = [...]  # rest",
        "# Skip the rest of the file once the header was read",
    ],
)
def test_ordinary_comments_are_not_taken_for_gaps(comment: str) -> None:
    assert read(f"main.py\n```python\nimport a\n{comment}\n```").changes


def test_more_files_than_asked_for_are_sent_back() -> None:
    said = complaint(
        "a.py\n```python\nprint(1)\n```\nb.py\n```python\nprint(2)\n```",
        yields=FilesYield(at_most=1),
    )

    assert "You wrote 2 files (a.py, b.py), but at most 1 may change" in said


@pytest.mark.parametrize("reply", ["", "   \n", "I cannot do that.", "Hello", "```\n```", "```"])
def test_a_reply_without_a_file_says_how_to_write_one(reply: str) -> None:
    assert "Write each file whole in a fenced block of its own" in complaint(reply)


def test_thoughts_before_the_answer_are_not_the_answer() -> None:
    delivered = read(
        "<think>\nmain.py\n```python\nprint(0)\n```\n</think>\nmain.py\n```python\nprint(1)\n```"
    )

    assert delivered.changes == {"main.py": ONE}
    assert delivered.notes == ["Left aside, line 1: written while thinking."]


def test_a_python_file_that_does_not_parse_is_left_to_verification() -> None:
    assert read("main.py\n```python\ndef f(:\n```").changes == {"main.py": "def f(:\n"}


def test_file_names_in_a_list_do_not_name_the_block_that_follows() -> None:
    reply = "The files are:\n- main.py\n- utils.py\n```python\n# main.py\nprint(1)\n```\n"

    assert read(reply).changes == {"main.py": ONE}
