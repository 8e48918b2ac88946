"""What every sandbox has besides the product: our steward, pytest and pyflakes, which work offline.

Inside, all of it lies read-only under /opt/softhouse; `lib` is on PYTHONPATH and holds nothing
but these two and what they import.
"""

from __future__ import annotations

import hashlib
from importlib.machinery import PathFinder
from importlib.metadata import version
from pathlib import Path

from warehouse.child_process import own_path

BOX = "/box"
"""Where the product's files are."""
INSIDE = "/opt/softhouse"
LIBRARY = f"{INSIDE}/lib"
STEWARD = (
    *("-I", "-S", "-c"),
    f"import sys; sys.path.insert(0, '{INSIDE}'); from steward.serve import main; main()",
)
"""Arguments that make a Python inside the steward; its settings come after."""
DEPENDENCIES = f"{INSIDE}/dependencies"

_CHECKERS = (
    *("pytest", "_pytest", "pluggy", "iniconfig", "packaging", "pygments", "py"),
    "pyflakes",
)
_OURS = ("steward", "run_pip.py")


def toolbox() -> dict[str, Path]:
    """Where each thing belongs inside, and the file or folder on this machine it comes from."""
    here = Path(__file__).parent
    ours = {f"{INSIDE}/{name}": here / name for name in _OURS}
    sources = [_source(name) for name in _CHECKERS]
    return ours | {f"{LIBRARY}/{source.name}": source for source in sources}


def toolbox_version() -> str:
    """Changes whenever what is in the toolbox does."""
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for source in [here / "run_pip.py", *sorted((here / "steward").glob("*.py"))]:
        digest.update(source.name.encode() + source.read_bytes())
    for name in ("pytest", "pluggy", "iniconfig", "packaging", "pygments", "pyflakes"):
        digest.update(f"{name} {version(name)}\n".encode())
    return digest.hexdigest()


def _source(name: str) -> Path:
    """The folder of a package, or the file of a module, of our own installation."""
    spec = PathFinder.find_spec(name, own_path())
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{name} is missing; install softhouse again.", name=name)
    origin = Path(spec.origin)
    return origin.parent if origin.name == "__init__.py" else origin
