"""Which files a phase may write: globs over product paths."""

import re
from collections.abc import Sequence
from functools import cache


def allowed(path: str, only: Sequence[str] | None) -> bool:
    """Whether `path` matches one of the globs; everything does where there are none.

    `*` and `?` stay inside one folder, `**` crosses folders, and a glob without a slash matches
    file names in any folder, as in `.gitignore`. Letter case counts.
    """
    return only is None or any(_pattern(glob).fullmatch(path) for glob in only)


def names_one_file(only: Sequence[str] | None) -> str | None:
    """The path where the globs leave just one, else None."""
    if only is not None and len(only) == 1 and not re.search(r"[*?\[]", only[0]):
        return only[0]
    return None


@cache
def _pattern(glob: str) -> re.Pattern[str]:
    anchored = glob if "/" in glob else f"**/{glob}"
    pieces = re.findall(r"\*\*/|\*\*|\*|\?|\[[^\]/]+\]|.", anchored.lstrip("/"), re.DOTALL)
    return re.compile("".join(map(_piece, pieces)), re.DOTALL)


def _piece(piece: str) -> str:
    fixed = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    if piece in fixed:
        return fixed[piece]
    if len(piece) > 1:
        inner = piece[1:-1].replace("\\", "\\\\").replace("[", "\\[").replace("&", "\\&")
        return f"(?!/)[{'^' + inner[1:] if inner[0] == '!' else inner}]"
    return re.escape(piece)
