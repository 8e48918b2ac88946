"""A server of tools in the sandbox: its program put there, and the packages that it needs."""

from pathlib import Path

from company.mcp.card import OwnServer, ServerCard
from warehouse.errors import PathRejected, SandboxError
from warehouse.paths import check_sizes, check_tree
from warehouse.sandbox.dependencies import install_dependencies
from warehouse.sandbox.sandbox import Limits, SandboxBackend
from warehouse.sandbox.served import ServedProgram
from warehouse.sandbox.stacks.cards import stacks

LIFE = Limits(seconds=3_600.0, memory_mb=1_024, processes=128)
"""Of one server: a talk that takes longer starts it anew."""


async def start_in(backend: SandboxBackend, card: ServerCard) -> ServedProgram:
    """The server at work. Raises SandboxError where it cannot be started."""
    folder = card.folder if isinstance(card, OwnServer) else None
    files = _files_of(folder) if folder is not None else {}
    if not card.packages:
        return await backend.serve(card.command, files, limits=LIFE)
    python = stacks()["python"]
    named = {"requirements.txt": "\n".join(card.packages).encode() + b"\n"}
    installed = await install_dependencies(python, named, backend)
    if not installed.ok:
        raise SandboxError(f"its packages cannot be had: {installed.output}")
    return await backend.serve(
        card.command, files, stack=python, dependencies=installed.dependencies, limits=LIFE
    )


def _files_of(folder: Path) -> dict[str, bytes]:
    """The user's own folder, by the rules for products. Raises SandboxError where it cannot be shown."""
    try:
        paths = {
            file.relative_to(folder).as_posix(): file
            for file in sorted(folder.rglob("*"))
            if file.is_file() and not file.is_symlink() and "__pycache__" not in file.parts
        }
        check_tree(paths)
        check_sizes({path: file.stat().st_size for path, file in paths.items()})
        return {path: file.read_bytes() for path, file in paths.items()}
    except OSError as error:
        raise SandboxError(f"{folder} cannot be read: {error.strerror}.") from None
    except PathRejected as error:
        raise SandboxError(f"{folder} cannot be shown to it: {error}.") from None
