"""Fetches the weights from the model hub, going on where an earlier attempt stopped."""

import http.client
import os
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from company.models.local.weights import Progress, Weights

HUB = "https://huggingface.co"
HUB_ENV = "HF_ENDPOINT"
"""A mirror of the hub, as the hub's own tools read it."""
BLOCK = 1 << 20
TIMEOUT = 15.0
"""Seconds to wait for a connection, and for each block."""


class HubUnreachable(Exception):
    """The hub gave no file, or stopped in the middle; what has arrived is kept."""


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
        raise HubUnreachable(str(error) or type(error).__name__) from None
    if partial.stat().st_size != weights.size:
        raise HubUnreachable("the connection broke off")


def _receive(answer: Any, partial: Path, have: int, weights: Weights, progress: Progress) -> None:
    whole = answer.status != 206  # a server without ranges starts again
    done = 0 if whole else have
    length = answer.headers.get("Content-Length", "")
    if length.isdecimal() and done + int(length) != weights.size:
        raise HubUnreachable(f"the file there is not {weights.size} bytes long")
    with partial.open("wb" if whole else "ab") as file:
        while done < weights.size and (block := answer.read(min(BLOCK, weights.size - done))):
            file.write(block)
            done += len(block)
            progress(done, weights.size)
