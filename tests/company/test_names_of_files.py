"""The names that replies give their files, in any spelling and language."""

import pytest

from company.deliverables.kind import Unreadable
from company.deliverables.markdown_files import read_files
from phases.yields import FilesYield

X = "x = 1\n"


def changed(reply: str, current: dict[str, str] | None = None) -> dict[str, str]:
    return read_files(reply, current or {}, FilesYield()).changes


def complaint(reply: str, current: dict[str, str] | None = None) -> str:
    with pytest.raises(Unreadable) as unreadable:
        read_files(reply, current or {}, FilesYield())
    return unreadable.value.complaint


PATHS = {
    "brackets": "app/blog/[slug]/page.tsx",
    "brackets first": "[id].tsx",
    "rest of a route": "app/[...all]/page.tsx",
    "parentheses": "app/(shop)/cart/page.tsx",
    "parentheses first": "(shop)/page.tsx",
    "a plus first": "src/routes/+page.svelte",
    "a dollar": "src/$lib/a.ts",
    "an at sign": "packages/@me/index.js",
    "a tilde inside": "a~b.py",
    "an ampersand": "a&b.py",
    "a hash": "c#/a.cs",
    "several dots": "a.test.d.ts",
    "a long extension": "app.webmanifest",
    "a very long extension": "my.code-workspace",
    "an extension in capitals": "README.MD",
    "only an extension": ".dockerignore",
    "a name that begins with a dot": ".env.example",
    "no extension, known": "src/Jenkinsfile",
    "no extension, of a command": "bin/deploy",
    "letters of another script": "工具/主.py",
    "accents": "café/naïve.py",
    "an underscore first": "_x.py",
    "a number first": "01-start.py",
}
LABELS = [
    "### {}", "## `{}`", "**{}**", "`{}`", "{}:", "- `{}`", "1. **{}**", "File: {}",
    "**File:** `{}`", "文件：{}", "**文件名：`{}`**", "文件名: {}", "### 文件 `{}`", "ファイル名：{}",
    "Datei: {}", "Fichier : `{}`", "Archivo: {}", "파일: {}", "Файл: {}", "### 1. {} (updated)",
    "### 第一步：`{}`", "《{}》", "“{}”", "### {} （新建）", "<b>{}</b>", "===== {} =====",
    "[{0}]({0})", "### ./{}",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
@pytest.mark.parametrize("label", LABELS)
def test_a_path_is_read_out_of_any_label(label: str, path: str) -> None:
    assert changed(f"Here it is.\n\n{label.format(path)}\n\n```\n{X}```\n") == {path: X}


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
@pytest.mark.parametrize("info", ["python {}", "python:{}", 'python title="{}"', "{{.py file={}}}"])
def test_a_path_is_read_beside_the_language(info: str, path: str) -> None:
    assert changed(f"```{info.format(path)}\n{X}```\n") == {path: X}


@pytest.mark.parametrize("path", [path for path in PATHS.values() if path != "c#/a.cs"])
@pytest.mark.parametrize("comment", ["# {}", "// {}", "# 文件：{}", "# File: {}", "/* {} */"])
def test_a_path_is_read_out_of_the_first_comment(comment: str, path: str) -> None:
    assert changed(f"```\n{comment.format(path)}\n{X}```\n") == {path: X}


@pytest.mark.parametrize(
    ("label", "path"),
    [
        ("### `my dir/my file.py`", "my dir/my file.py"),
        ("`my file.py`:", "my file.py"),
        ("File: my file.py", "my file.py"),
        ('### "my file.py"', "my file.py"),
        ("文件：我的 工具.py", "我的 工具.py"),
        ("### docs/user guide.md", "docs/user guide.md"),
        ("Here is the new `my dir/my file.py`:", "my dir/my file.py"),
        ("### src\\my\\file.py", "src/my/file.py"),
        ("File: run", "run"),
        ("文件名：`运行`", "运行"),
    ],
)
def test_spaces_and_missing_extensions_are_names_where_something_says_so(
    label: str, path: str
) -> None:
    assert changed(f"{label}\n```\n{X}```\n") == {path: X}


def test_a_name_with_spaces_that_is_there_is_meant() -> None:
    reply = f"### my tool.py\n```python\n{X}```\n"

    assert changed(reply, {"my tool.py": "x = 0\n"}) == {"my tool.py": X}
    assert changed(reply, {"tool.py": "x = 0\n"}) == {"tool.py": X}


@pytest.mark.parametrize(("label", "names"), [
    ("### my tool.py", ("'tool.py'", "'my tool.py'")),
    ("主程序main.py：", ("'主程序main.py'", "'main.py'")),
])  # fmt: skip
def test_a_label_that_may_mean_two_names_is_asked_about(label: str, names: tuple[str, str]) -> None:
    said = complaint(f"{label}\n```python\n{X}```\n")

    assert f"may be {names[0]} or {names[1]}" in said
    assert "between backticks" in said


@pytest.mark.parametrize(
    "label",
    ["### Updated main.py", "### The complete main.py", "Save it as main.py:", "## Step 2: main.py",
     "修改 main.py 如下：", "### 2. Changes in main.py"],
)  # fmt: skip
def test_words_before_a_name_are_no_part_of_it(label: str) -> None:
    assert changed(f"{label}\n```python\n{X}```\n") == {"main.py": X}


@pytest.mark.parametrize(
    "label",
    ["### Input/Output", "Run with `python main.py`:", "See https://example.org/a/b.py", "### Notes",
     "**Usage:**", "### Module Overview", "Version 2.0:"],
)  # fmt: skip
def test_what_is_no_name_makes_no_file(label: str) -> None:
    assert changed(f"### app.py\n```python\n{X}```\n\n{label}\n```\nhello there\n```\n") == {
        "app.py": X
    }


PAGE = '<!doctype html>\n<link rel="stylesheet" href="css/style.css">\n<script src="./script.js"></script>\n'
PARTS = {"html": PAGE, "css": "b { top: 0 }\n", "js": "run()\n"}


@pytest.mark.parametrize("order", [("html", "css", "js"), ("js", "css", "html")])
def test_the_blocks_of_a_page_without_names_are_what_it_loads(order: tuple[str, ...]) -> None:
    reply = "".join(f"```{language}\n{PARTS[language]}```\n\n" for language in order)

    assert changed(reply) == {
        "index.html": PAGE, "css/style.css": PARTS["css"], "script.js": PARTS["js"],
    }  # fmt: skip


def test_a_page_that_is_there_says_where_its_parts_belong() -> None:
    assert changed(f"```css\n{PARTS['css']}```\n", {"web/a.html": PAGE}) == {
        "web/css/style.css": PARTS["css"]
    }
    assert changed(f"```js\n{PARTS['js']}```\n", {"a.html": PAGE, "script.js": "old()\n"}) == {
        "script.js": PARTS["js"]
    }


@pytest.mark.parametrize(
    "page",
    [
        "<script src=a.js></script><script src=b.js></script>",
        "<script src=https://x.org/a.js></script>",
    ],
)
def test_a_part_that_a_page_does_not_place_goes_back(page: str) -> None:
    delivered = read_files(f"```html\n{page}\n```\n\n```css\nb {{}}\n```\n", {}, FilesYield())

    assert list(delivered.changes) == ["index.html"]
    assert "line 5: a block without a file name" in delivered.aside[0]
