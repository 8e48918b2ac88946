"""What ruff finds in the Python files of a product. It reads them and runs nothing."""

import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from warehouse import child_process

RULES = "E4,E7,E9,F"
"""Imports in their place, statements, syntax, and all of pyflakes: what ruff looked for by default until
it began to look for much more. Named here so that a newer ruff finds the same."""
PYTHON = "py311"
SECONDS = 30.0


def findings(sources: Mapping[str, str]) -> int | None:
    """How many; None where there is nothing to read, ruff is not installed or does not end."""
    if not sources:
        return None
    try:
        from ruff import find_ruff_bin

        ruff = find_ruff_bin()
    except (ImportError, FileNotFoundError):
        return None
    with tempfile.TemporaryDirectory(prefix="softhouse-lint-") as folder:
        for number, (path, source) in enumerate(sorted(sources.items())):
            # Names of ours: a product's own may be anything. Of `__init__.py` less is asked.
            own = PurePosixPath(path).name == "__init__.py"
            place = Path(folder, str(number), "__init__.py" if own else "module.py")
            place.parent.mkdir()
            place.write_text(source, "utf-8", errors="replace", newline="")
        return _count(ruff, folder)


def _count(ruff: str, folder: str) -> int | None:
    options = ["--isolated", "--no-cache", "--exit-zero", "--output-format", "json-lines"]
    try:
        ended = child_process.run(
            [ruff, "check", *options, "--select", RULES, "--target-version", PYTHON, folder],
            environment={"RAYON_NUM_THREADS": "1"},
            seconds=SECONDS,
        )
    except (OSError, TimeoutError):
        return None
    return ended.output.count("\n") if ended.exit_code == 0 else None
