"""What every sandbox has besides the product: our steward, what runs tests, pytest and pyflakes,
which work offline, and uv, which installs packages.

Inside, all of it lies read-only under /opt/softhouse; `lib` is on PYTHONPATH and holds nothing
but pytest, pyflakes and what they import. They are those of our own installation: the folders that a
caller's Python is told to import from are not looked into.
"""

from __future__ import annotations

import functools
import hashlib
import json
import sys
from collections.abc import Mapping
from importlib.metadata import Distribution
from pathlib import Path

from warehouse import child_process

BOX = "/box"
"""Where the product's files are."""
INSIDE = "/opt/softhouse"
LIBRARY = f"{INSIDE}/lib"
STEWARD = (
    *("-I", "-S", "-c"),
    f"import sys; sys.path.insert(0, '{INSIDE}'); from steward.serve import main; main()",
)
"""Arguments that make a Python inside the steward; its settings come after."""
WITNESS_LIBRARY = f"{INSIDE}/witness_lib"
"""What witnesses import; a product does not find it."""
DEPENDENCIES = f"{INSIDE}/dependencies"
GATEWAY = f"{INSIDE}/gateway"
THROUGH_GATEWAY = ("python3", "-I", f"{INSIDE}/through_gateway.py")
"""Before a command: what makes the gateway's socket a port for it."""

TESTERS = Path(__file__).parent / "testers"
"""What runs tests and reports on them."""

_LIBRARIES = {
    "pytest": ("pytest", "_pytest", "py.py"),
    "pluggy": ("pluggy",),
    "iniconfig": ("iniconfig",),
    "packaging": ("packaging",),
    "pygments": ("pygments",),
    "pyflakes": ("pyflakes",),
}
"""Distribution → what of it is on PYTHONPATH."""
_FOR_WITNESSES = {
    "python-xlib": ("Xlib",),
    "six": ("six.py",),
    "pyte": ("pyte",),
    "wcwidth": ("wcwidth",),
}
"""Distribution → what of it witnesses import."""
_OURS = {
    "steward": "steward",
    "testers": "testers",
    "witness": "witness/inside",
    "through_gateway.py": "through_gateway.py",
}
"""What it is called inside → where it lies beside this file."""


def witness_command(name: str) -> tuple[str, ...]:
    """Before a command: the module of `witness/inside` that starts it and looks."""
    places = f"sys.path += ['{INSIDE}', '{WITNESS_LIBRARY}']"
    code = f"import sys; {places}; from witness.{name} import main; main()"
    return ("python3", "-I", "-S", "-c", code)


@functools.cache
def toolbox() -> Mapping[str, Path]:
    """Where each thing belongs inside, and the file or folder on this machine it comes from."""
    here = Path(__file__).parent
    ours = {f"{INSIDE}/{name}": here / place for name, place in _OURS.items()}
    libraries = {
        f"{folder}/{name}": _located(_distribution(distribution), name)
        for folder, wanted in ((LIBRARY, _LIBRARIES), (WITNESS_LIBRARY, _FOR_WITNESSES))
        for distribution, names in wanted.items()
        for name in names
    }
    return ours | libraries | {f"{INSIDE}/bin/uv": _installer()}


@functools.cache
def toolbox_version() -> str:
    """Changes whenever what is in the toolbox does."""
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for source in (file for place in _OURS.values() for file in _files_of(here / place)):
        digest.update(source.name.encode() + source.read_bytes())
    for name in (*_LIBRARIES, *_FOR_WITNESSES, "uv"):
        digest.update(f"{name} {_distribution(name).version}\n".encode())
    return digest.hexdigest()


def _files_of(place: Path) -> list[Path]:
    if place.is_file():
        return [place]
    return sorted(path for path in place.iterdir() if path.is_file())


def _distribution(name: str) -> Distribution:
    """One of our own installation. Raises ModuleNotFoundError."""
    for found in Distribution.discover(name=name, path=_own_places()):
        return found
    raise ModuleNotFoundError(f"{name} is missing; install softhouse again.", name=name)


@functools.cache
def _own_places() -> list[str]:
    """Where our Python imports from when nobody tells it where: not by the caller's `sys.path`."""
    code = "import json, sys; print(json.dumps(sys.path))"
    ended = child_process.run([sys.executable, "-E", "-P", "-c", code])
    return list(json.loads(ended.output))


def _located(distribution: Distribution, name: str) -> Path:
    place = Path(str(distribution.locate_file(name)))
    if place.exists():
        return place
    raise ModuleNotFoundError(f"{place} is missing; install softhouse again.", name=name)


def _installer() -> Path:
    uv = _distribution("uv")
    for file in uv.files or ():
        if file.name == "uv":
            return Path(str(uv.locate_file(file))).resolve()
    raise ModuleNotFoundError("uv is missing; install softhouse again.", name="uv")
