"""Looking at a machine: each finding says how things are, whether a run needs it, and the fix."""

import os
import platform
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from company.errors import ConfigurationError
from warehouse import child_process
from warehouse.machine import this_machine

if TYPE_CHECKING:
    from company.models.available import ProviderRow

OLDEST_GIT = (2, 25)
ENOUGH_DISK = 500 * 1024 * 1024
"""Bytes; a run needs a few, the packages of a product more."""


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    name: str
    ok: bool
    detail: str
    fix: str = ""
    needed: bool = False
    """Whether no run is possible without it."""


async def checkup(products: Path) -> list[Finding]:
    """Every finding, the most basic first. Never raises for what it finds."""
    return [
        python(),
        git(),
        *await sandboxes(),
        *models(),
        products_writable(products),
        disk(products),
    ]


def python() -> Finding:
    """The interpreter that runs us, which no older one could."""
    detail = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    return Finding("python", True, detail, needed=True)


def git() -> Finding:
    """The git program; products are git repositories."""
    fix = "Install git from your system's packages or git-scm.com; it must be on PATH."
    try:
        ended = child_process.run(["git", "--version"], seconds=10)
    except (OSError, TimeoutError):
        ended = None
    if ended is None or ended.exit_code != 0:
        return Finding("git", False, "was not found", fix, needed=True)
    version = ended.output.strip().removeprefix("git version ")
    numbers = re.match(r"(\d+)\.(\d+)", version)
    is_new = numbers is None or (int(numbers[1]), int(numbers[2])) >= OLDEST_GIT
    return Finding("git", is_new, version, "" if is_new else fix, needed=True)


async def sandboxes() -> list[Finding]:
    """Each sandbox. A run is possible without one, but then nothing is executed or verified."""
    from warehouse.sandbox.registry import survey

    findings = []
    for name, reason in (await survey()).items():
        detail = "cannot be used" if reason else await _what_holds(name)
        findings.append(Finding(f"sandbox {name}", not reason, detail, reason or ""))
    if not any(finding.ok for finding in findings):
        detail = "none works: programs are written and not run"
        findings.append(Finding("sandbox", False, detail, "Mend one of those above."))
    return findings


async def _what_holds(name: str) -> str:
    from warehouse.sandbox.registry import soft_limits_of

    soft_limits = await soft_limits_of(name)
    return f"works; {soft_limits}" if soft_limits else "works, and the kernel holds its limits"


def models() -> list[Finding]:
    """Which models can be reached, and the one a run would use."""
    from company.models.available import default_model, list_models, not_believed
    from company.models.model_id import is_embedded

    rows = list_models()
    keys = [row.key_env for row in rows if row.key_env and row.key_set]
    servers = [row.provider for row in rows if row.reachable and row.provider != "local"]
    (embedded,) = (row for row in rows if row.provider == "local")
    here = bool(embedded.reachable)
    findings = [
        Finding("model keys", bool(keys), f"set: {', '.join(keys)}" if keys else "none is set"),
        Finding(
            "model servers",
            bool(servers),
            ", ".join(servers) or "none answers on this machine",
            ". ".join(not_believed()),
        ),
        Finding(
            "embedded model",
            here,
            f"{embedded.default_model} {'is here' if here else 'is not here'}; {_fitting(embedded)}",
            embedded.note,
        ),
    ]
    try:
        model = default_model()
    except ConfigurationError as error:
        return [*findings, Finding("model", False, "there is none", str(error), needed=True)]
    if is_embedded(model) and not here:
        detail = f"{model}, once it is fetched"
        return [*findings, Finding("model", False, detail, "softhouse model pull", needed=True)]
    return [*findings, Finding("model", True, model, needed=True)]


def _fitting(embedded: "ProviderRow") -> str:
    """Which of the models that can be fetched this machine would do for."""
    names = [fit.weights.name for fit in embedded.fits if not fit.lacks]
    return f"with {this_machine()} would do: {', '.join(names) or 'none comfortably'}"


def products_writable(products: Path) -> Finding:
    """Whether runs can be kept."""
    folder = _nearest_existing(products)
    fix = "Name another folder with --products or $SOFTHOUSE_PRODUCTS."
    if not folder.is_dir():
        return Finding("products folder", False, f"{folder} is no folder", fix, needed=True)
    try:
        with tempfile.TemporaryDirectory(prefix=".softhouse-", dir=folder):
            detail = str(products.absolute())
    except OSError as error:
        detail = f"{folder} cannot be written: {error.strerror}"
        return Finding("products folder", False, detail, fix, needed=True)
    return Finding("products folder", True, detail, needed=True)


def disk(products: Path) -> Finding:
    """Free space where runs are kept."""
    try:
        free = shutil.disk_usage(_nearest_existing(products)).free
    except OSError as error:
        return Finding("disk", False, f"cannot be measured: {error.strerror}")
    detail = f"{free / 1e9:.1f} GB free"
    if free < ENOUGH_DISK:
        return Finding("disk", False, detail, "Make room, or name another folder with --products.")
    return Finding("disk", True, detail)


def _nearest_existing(path: Path) -> Path:
    path = path.absolute()
    while not os.path.lexists(path) and path != path.parent:
        path = path.parent
    return path
