"""Runs the cells of notebooks in order, as their kernel would, and stops at the first that fails."""

from __future__ import annotations

import ast
import json
import linecache
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MAGIC = ("%", "!", "?")
"""Begin lines that are for the notebook and not for Python: they are passed over."""
CELL = ", cell "


class ForAnotherKernel(Exception):
    """A notebook of another language."""


def cells(path: str) -> Iterator[tuple[int, str]]:
    """The cells of code, with their numbers. Raises ValueError where it is no notebook of Python."""
    notebook = json.loads(Path(path).read_text(encoding="utf-8"))
    language = _language(notebook.get("metadata", {}))
    if language != "python":
        raise ForAnotherKernel(f"a kernel of {language} is not here")
    for number, cell in enumerate(notebook["cells"], 1):
        source = cell["source"]
        text = source if isinstance(source, str) else "".join(source)
        if cell["cell_type"] == "code" and not text.startswith("%%"):
            yield number, "\n".join(map(_plain, text.split("\n")))


def _language(metadata: dict[str, Any]) -> str:
    about = {**metadata.get("kernelspec", {}), **metadata.get("language_info", {})}
    told = str(about.get("language") or about.get("name") or "python").lower()
    return "python" if told.startswith(("python", "ipython", "conda")) else told


def _plain(line: str) -> str:
    bare = line.lstrip()
    return f"{line[: len(line) - len(bare)]}pass" if bare.startswith(MAGIC) else line


def run(path: str) -> None:
    """Run its cells in one namespace; what a cell ends with is printed."""
    names: dict[str, Any] = {"__name__": "__main__", "display": print}
    for number, text in cells(path):
        place = f"{path}{CELL}{number}"
        linecache.cache[place] = (len(text), None, text.splitlines(keepends=True), place)
        tree = ast.parse(text, place)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, place, "exec"), names)  # noqa: S102 — it is here to run it
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), place, "eval"), names)  # noqa: S307 — the same
            if value is not None:
                sys.stdout.write(f"{value!r}\n")


def check(path: str) -> None:
    """Read its cells. Raises SyntaxError."""
    try:
        for number, text in cells(path):
            ast.parse(text, f"{path}{CELL}{number}")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SyntaxError(f"no notebook: {error!r}", (path, 1, None, None)) from None


def main() -> None:
    """The arguments are notebooks; after `--check` they are only read."""
    only_read = sys.argv[1] == "--check"
    sys.path[0] = ""
    try:
        for path in sys.argv[1 + only_read :]:
            (check if only_read else run)(path)
    except ForAnotherKernel as other:
        sys.exit(str(other))
    except SyntaxError as error:
        sys.exit(f"{error.filename}:{error.lineno}: {error.msg}")
    except Exception as error:
        frames = error.__traceback__
        while frames and CELL not in frames.tb_frame.f_code.co_filename:
            frames = frames.tb_next
        traceback.print_exception(error.with_traceback(frames))
        sys.exit(1)


if __name__ == "__main__":
    main()
