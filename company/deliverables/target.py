"""Where a block without a name belongs, if there is just one place."""

from collections.abc import Mapping

from company.deliverables.allowed import allowed, names_one_file
from company.deliverables.languages import DEFAULT_FILES, suits
from phases.yields import FilesYield


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
