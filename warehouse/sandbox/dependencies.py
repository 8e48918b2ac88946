"""Packages a product needs: checked, installed in a stage of their own, then read-only.

This stage alone may have the network, and it alone sees the host's package settings. Only built
packages are taken (`--only-binary=:all:`, `--ignore-scripts`), so that no `setup.py` and no
install script ever runs: nothing that was downloaded is executed before the sandbox without a
network runs the product. Manifests name packages and versions only: options, addresses and paths could
point the installer at another index or at code to run, and are refused.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from warehouse.sandbox.package_settings import package_settings
from warehouse.sandbox.sandbox import CommandResult, Dependencies, Installation, SandboxBackend
from warehouse.sandbox.stacks.code import ManifestRejected, Requirements
from warehouse.sandbox.stacks.stack import Stack


@dataclass(frozen=True)
class InstallResult:
    """What came of it: `dependencies` when ok; `output` is meant for the role that asked."""

    ok: bool
    output: str
    dependencies: Dependencies | None = None
    cached: bool = False


async def install_dependencies(
    stack: Stack, files: Mapping[str, bytes], backend: SandboxBackend
) -> InstallResult:
    """Install what the product's manifest names. A manifest that cannot be used, or packages that
    cannot be had, are results, not errors: SandboxError only when no sandbox starts."""
    rule = stack.dependencies
    manifest = files.get(rule.manifest) if rule else None
    if rule is None or manifest is None:
        return InstallResult(ok=True, output="", cached=True)
    try:
        requirements = read_manifest(stack, manifest)
    except ManifestRejected as error:
        return InstallResult(ok=False, output=str(error))
    if not requirements.names:
        return InstallResult(ok=True, output="", cached=True)
    key = dependency_key(stack.name, requirements.content, await backend.fingerprint())
    if installed := await backend.find_installed(key):
        return InstallResult(ok=True, output="", dependencies=installed, cached=True)
    settings = package_settings()
    result = await backend.install(
        Installation(
            key=key,
            argv=rule.install,
            files={rule.manifest: requirements.content},
            environment=settings.environment,
            shows=settings.shows,
        )
    )
    return InstallResult(
        ok=result.ok,
        output=redact(_describe(result)),
        dependencies=await backend.find_installed(key) if result.ok else None,
    )


def dependency_key(stack: str, manifest: bytes, fingerprint: str) -> str:
    """Equal for installations that would leave the same packages."""
    parts = (stack.encode(), fingerprint.encode(), manifest)
    whole = b"".join(len(part).to_bytes(8) + part for part in parts)
    return hashlib.sha256(whole).hexdigest()[:32]


def redact(text: str) -> str:
    """Without the user and password that an index address may carry."""
    return re.sub(r"\b(\w+://)[^/\s@]+@", r"\1***@", text)


def _describe(result: CommandResult) -> str:
    ending = "\nThe installation took too long and was stopped." if result.timed_out else ""
    return (result.stdout + result.stderr + ending).strip()


MOST_BYTES = 64 * 1024
MOST_PACKAGES = 200


def read_manifest(stack: Stack, manifest: bytes) -> Requirements:
    """The packages a manifest of this stack asks for; ManifestRejected if it asks for more."""
    if stack.dependencies is None:
        return Requirements((), b"")
    name = stack.dependencies.manifest
    if len(manifest) > MOST_BYTES:
        raise ManifestRejected(f"{name} is longer than {MOST_BYTES // 1024} kB.")
    try:
        text = manifest.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ManifestRejected(f"{name} is not UTF-8 text.") from None
    requirements = stack.code.packages(text)
    if len(requirements.names) > MOST_PACKAGES:
        raise ManifestRejected(f"{name} names more than {MOST_PACKAGES} packages.")
    return requirements
