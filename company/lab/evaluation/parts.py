"""Which files of a product are its program, and which are its tests."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from company.deliverables.languages import CODE, language_of
from warehouse.sandbox.stacks.cards import stacks

TEST_FOLDERS = frozenset({"test", "tests", "__tests__"})
LONGEST_FILE = 400_000
"""Characters; longer files are data, whatever their names say."""


@dataclass(frozen=True)
class Parts:
    """The code of a product, by path."""

    program: dict[str, str]
    tests: dict[str, str]
    """Files named as tests are, and what stands beside them to help them."""


def parts_of(texts: Mapping[str, str]) -> Parts:
    """Tell the code of a product apart."""
    named = {path for stack in stacks().values() for path in stack.test_files(texts)}
    parts = Parts({}, {})
    for path, text in texts.items():
        if language_of(path) in CODE and len(text) <= LONGEST_FILE:
            is_test = path in named or _stands_beside_tests(path)
            (parts.tests if is_test else parts.program)[path] = text
    return parts


def python_of(sources: Mapping[str, str]) -> dict[str, str]:
    """The Python files among sources."""
    return {path: text for path, text in sources.items() if language_of(path) == "python"}


def _stands_beside_tests(path: str) -> bool:
    place = PurePosixPath(path)
    helpers = {name for stack in stacks().values() for name in stack.test_helpers}
    return place.name in helpers or not TEST_FOLDERS.isdisjoint(place.parts[:-1])
