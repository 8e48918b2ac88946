"""Which files of a program a text names, and which tests belong to a file."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from pathlib import PurePosixPath

_PATH = re.compile(r"[\w./\\+-]+")
_MARKS_OF_A_TEST = re.compile(r"(?i)^tests?[_-]|[_.-]?(?:tests?|spec)$")
"""What a test's name has beside that of what it tests."""


def named_in(text: str, paths: Iterable[str]) -> list[str]:
    """The files that a text names by their paths, or by the ends of these where these fit no other;
    in the order in which they are named."""
    by_name = defaultdict[str, list[str]](list)
    for path in paths:
        by_name[PurePosixPath(path).name].append(path)
    found = dict[str, None]()
    for word in _PATH.findall(text):
        said = word.replace("\\", "/").removeprefix("/box/").removeprefix("./").rstrip("./-")
        fitting = [
            path
            for path in by_name.get(said.rsplit("/", 1)[-1], ())
            if path == said or path.endswith(f"/{said}")
        ]
        exact = [path for path in fitting if path == said]
        if len(fitting) == 1 or exact:
            found[(exact or fitting)[0]] = None
    return list(found)


def named_after(paths: Collection[str], tests: Iterable[str]) -> list[str]:
    """Those of the tests that are called like one of the files."""
    tested = {_stem(path) for path in paths}
    return [test for test in tests if test not in paths and _tested_by(test) in tested]


def _stem(path: str) -> str:
    return PurePosixPath(path).name.split(".", 1)[0].lower()


def _tested_by(test: str) -> str:
    """The stem of what a test tests, by its name; empty where it says nothing."""
    name = PurePosixPath(test).stem
    return _MARKS_OF_A_TEST.sub("", name).lower()
