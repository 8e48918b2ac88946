"""The addresses of model servers and the files of weights that this person has named, and which gets the key.

A key belongs to an origin: scheme, host and port. Providers have theirs in `providers.yaml`; any
other address is known once a person has typed it, which gives it the key for such addresses, or has
agreed to one that stood in a file, which gives it none. Of a file of weights the model id is kept, of a database
what lends it a password, with its URL.
"""

import json
import os
from collections.abc import Mapping
from ipaddress import IPv6Address
from pathlib import Path
from urllib.parse import urlsplit

from company.errors import ConfigurationError
from company.models.provider import providers
from warehouse.plain_file import read_plain_file
from warehouse.user_folders import state_folder

FILE_NAME = "origins.json"
LARGEST = 1 << 20
DEFAULT_PORTS = {"http": 80, "https": 443}
Origins = Mapping[str, bool]
"""Origin → whether the key for addresses goes there."""


def origin_of(url: str) -> str:
    """Scheme, host and port of an address, always spelled in the same way."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    name = f"[{IPv6Address(host)}]" if ":" in host else host
    return f"{parts.scheme}://{name}:{parts.port or DEFAULT_PORTS.get(parts.scheme, 0)}"


def named_origins() -> dict[str, bool]:
    """Those that this person has named; none where the file cannot be read."""
    try:
        named = json.loads(read_plain_file(_file(), LARGEST) or b"{}")
    except (ValueError, RecursionError):
        return {}
    return {name: keyed is True for name, keyed in named.items()} if type(named) is dict else {}


def providers_origins() -> set[str]:
    """Those of the providers, the user's own included."""
    return {origin_of(each.base_url) for each in providers().values() if each.base_url}


def remember(origin: str, *, with_key: bool) -> None:
    """Know an origin from now on. What was typed once keeps its key.

    Raises ConfigurationError where nothing can be remembered.
    """
    named = named_origins()
    if named.get(origin) in (True, with_key):
        return
    folder = state_folder()
    draft = folder / f".{FILE_NAME}-{os.getpid()}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft.write_text(json.dumps({**named, origin: with_key}, indent=1))
        draft.replace(_file())
    except OSError as error:
        raise ConfigurationError(
            f"What you allow cannot be kept in {folder}: {error.strerror}. Set SOFTHOUSE_STATE to a "
            "folder of yours that can be written."
        ).caused_by(error) from None


def _file() -> Path:
    return state_folder() / FILE_NAME
