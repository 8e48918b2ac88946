"""Which files a web page loads: where the blocks of a reply belong that have no names."""

import re
from collections.abc import Iterable
from pathlib import PurePosixPath
from posixpath import normpath

from company.deliverables.languages import suits

_LOADS = re.compile(
    r"""<(?:script|link)\b[^<>]*?\b(?:src|href)\s*=\s*["']?([^"'\s<>?\#]+)""", re.IGNORECASE
)


def loaded(pages: Iterable[tuple[str, str]], language: str) -> list[str]:
    """The paths of files in `language` that pages (path, text) load from the product, in order."""
    found: dict[str, None] = {}
    for path, text in pages:
        folder = PurePosixPath(path).parent
        for address in _LOADS.findall(text):
            target = normpath(str(folder / address.lstrip("/")))
            if "//" not in address and suits(target, language) and not target.startswith(".."):
                found[target] = None
    return list(found)
