"""Processes as an installed softhouse has them: with its modules compiled, whatever this shell wants."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def installed() -> Iterator[dict[str, str]]:
    """The environment in which compiled modules are kept and found; pip compiles what it installs."""
    with tempfile.TemporaryDirectory(prefix="softhouse-compiled-") as folder:
        here = {key: text for key, text in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        yield {**here, "PYTHONPYCACHEPREFIX": folder}
