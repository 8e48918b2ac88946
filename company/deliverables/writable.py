"""Which files a phase may write, by globs over product paths; and where a block without a name belongs."""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from company.deliverables.languages import DEFAULT_FILES, suits
from phases.yields import FilesYield


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


def sole_target(language: str, current: Mapping[str, str], yields: FilesYield) -> str | None:
    """The one file a block in `language` can be meant for, or None.

    It is the only file the phase may write, else the product's only file of that language, else,
    where the product has none, the usual name: `main.py`, `main.js`, `index.html`.
    """
    if only := names_one_file(yields.only):
        return only if not language or suits(only, language) else None
    if language not in DEFAULT_FILES:
        return None
    there = [path for path in current if suits(path, language) and allowed(path, yields.only)]
    if there:
        return there[0] if len(there) == 1 else None
    usual = (path for path in DEFAULT_FILES[language] if allowed(path, yields.only))
    return next(usual, None)
