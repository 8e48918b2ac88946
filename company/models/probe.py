"""Asks a server which models it serves, without the weight of the model client."""

import json
from typing import Any
from urllib.parse import urlsplit

LONGEST_ANSWER = 1 << 20


def served_models(
    base_url: str, *, key: str | None = None, seconds: float = 0.5
) -> list[str] | None:
    """The names of the models served there, or None where no such server answers in time."""
    import http.client

    url = urlsplit(base_url)
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    if not url.hostname:
        return None
    connection = kind(url.hostname, url.port, timeout=seconds)
    try:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        connection.request("GET", f"{url.path.rstrip('/')}/models", headers=headers)
        answer = connection.getresponse()
        if answer.status != 200:
            return None
        return _names(json.loads(answer.read(LONGEST_ANSWER)))
    except (OSError, ValueError, http.client.HTTPException, RecursionError):
        return None
    finally:
        connection.close()


def _names(listing: Any) -> list[str] | None:
    models = listing.get("data") if isinstance(listing, dict) else None
    if not isinstance(models, list):
        return None
    return [m["id"] for m in models if isinstance(m, dict) and isinstance(m.get("id"), str)]
