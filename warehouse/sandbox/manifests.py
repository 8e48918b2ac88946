"""Reads what a product says it needs, and takes from it plain package names with versions only.

Options, addresses and paths in a manifest could point the installer at another index or at code
to run, so they are refused with a message for whoever wrote the manifest.
"""

from __future__ import annotations

from warehouse.sandbox.stacks.code import ManifestRejected, Wanted
from warehouse.sandbox.stacks.stack import Stack

MOST_BYTES = 64 * 1024
MOST_PACKAGES = 200


def read_manifest(stack: Stack, manifest: bytes) -> Wanted:
    """The packages a manifest of this stack asks for; ManifestRejected if it asks for more."""
    if stack.dependencies is None:
        return Wanted((), b"")
    name = stack.dependencies.manifest
    if len(manifest) > MOST_BYTES:
        raise ManifestRejected(f"{name} is longer than {MOST_BYTES // 1024} kB.")
    try:
        text = manifest.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ManifestRejected(f"{name} is not UTF-8 text.") from None
    wanted = stack.code.packages(text)
    if len(wanted.names) > MOST_PACKAGES:
        raise ManifestRejected(f"{name} names more than {MOST_PACKAGES} packages.")
    return wanted
