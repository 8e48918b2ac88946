"""Packages a product needs: checked, installed in a stage of their own, then read-only.

Nothing that was downloaded is executed in that stage: no build, no install script. It has no network,
only a gateway to what the person's indexes list (`packages/gateway.py`), and no way out at all when it
unpacks. Manifests name packages and versions only: options, addresses and paths could point the
installer at another index or at code to run, and are refused.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from warehouse.sandbox.sandbox import (
    INSTALL_LIMITS,
    CommandResult,
    Dependencies,
    Installation,
    SandboxBackend,
)
from warehouse.sandbox.stacks.code import ManifestRejected, Requirements
from warehouse.sandbox.stacks.stack import Stack


@dataclass(frozen=True)
class InstallResult:
    """What came of it: `dependencies` when ok; `output` is meant for the role that asked."""

    ok: bool
    output: str
    dependencies: Dependencies | None = None
    cached: bool = False
    lacks: str = ""
    """What it could not be tried without; empty where it was tried."""


async def install_dependencies(
    stack: Stack, files: Mapping[str, bytes], backend: SandboxBackend
) -> InstallResult:
    """Install what the product's manifest names. A manifest that cannot be used, or packages that
    cannot be had, are results, not errors: SandboxError only when no sandbox starts."""
    rule = stack.dependencies
    try:
        requirements = read_manifests(stack, files)
    except ManifestRejected as error:
        return InstallResult(ok=False, output=str(error))
    if rule is None or not requirements.names:
        return InstallResult(ok=True, output="", cached=True)
    surroundings = " ".join((await backend.fingerprint(), *rule.fetch))
    key = dependency_key(stack.name, requirements.content, surroundings)
    if installed := await backend.find_installed(key):
        return InstallResult(ok=True, output="", dependencies=installed, cached=True)
    result = await backend.install(
        Installation(
            key=key,
            fetch=rule.fetch,
            unpack=rule.unpack,
            files={rule.manifest: requirements.content},
            limits=INSTALL_LIMITS,
            environment=rule.environment,
        )
    )
    return InstallResult(
        ok=result.ok,
        output=_describe(result),
        lacks="" if result.ok else _lacking(rule.fetch[0], result),
        dependencies=await backend.find_installed(key) if result.ok else None,
    )


def dependency_key(stack: str, manifest: bytes, surroundings: str) -> str:
    """Equal for installations that would leave the same packages."""
    parts = (stack.encode(), surroundings.encode(), manifest)
    whole = b"".join(len(part).to_bytes(8) + part for part in parts)
    return hashlib.sha256(whole).hexdigest()[:32]


def _lacking(installer: str, result: CommandResult) -> str:
    if re.search(
        rf"^{re.escape(installer)}: No such file or directory$", result.stderr, re.MULTILINE
    ):
        return f"{installer} is not in this sandbox"
    # As the gateway says it, behind all that an installer prints.
    return "the index of packages gave no answer" if " gave no answer (" in result.stderr else ""


def _describe(result: CommandResult) -> str:
    ending = "\nThe installation took too long and was stopped." if result.timed_out else ""
    return (result.stdout + result.stderr + ending).strip()


MOST_BYTES = 64 * 1024
MOST_PACKAGES = 200


def read_manifests(stack: Stack, files: Mapping[str, bytes]) -> Requirements:
    """The packages that the manifests of a product ask for; ManifestRejected if one asks for more."""
    texts = {name: _text(name, files[name]) for name in stack.manifests if name in files}
    requirements = stack.code.packages(texts) if stack.manifests else Requirements((), b"")
    if len(requirements.names) > MOST_PACKAGES:
        raise ManifestRejected(f"{', '.join(texts)} names more than {MOST_PACKAGES} packages.")
    return requirements


def _text(name: str, manifest: bytes) -> str:
    if len(manifest) > MOST_BYTES:
        raise ManifestRejected(f"{name} is longer than {MOST_BYTES // 1024} kB.")
    # What PowerShell writes is UTF-16, and begins with a mark that says so.
    is_utf_16 = manifest.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return manifest.decode("utf-16" if is_utf_16 else "utf-8-sig")
    except UnicodeDecodeError:
        # Names and versions are ASCII in whatever else it is: only what a comment says is read wrongly.
        if all(line.partition(b"#")[0].isascii() for line in manifest.splitlines()):
            return manifest.decode("latin-1")
        raise ManifestRejected(f"{name} is no text in UTF-8 or UTF-16.") from None
