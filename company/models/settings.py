"""Looks at the settings of a person before the first call, and says which to change and how."""

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from company.errors import ConfigurationError

LOOPBACK = ("127.0.0.1", "localhost", "::1")
PROXIES = ("http_proxy", "https_proxy", "all_proxy")
_PLACEHOLDER = re.compile(
    r"<.+>|\$\{?\w+\}?|(sk-)?(your|insert|enter|paste|replace)[-_ ]\S*|(sk-)?\.{3,}|sk-x{3,}"
    r"|change[-_]?me|(your)?api[-_]?key(here)?",
    re.IGNORECASE,
)


def check_key(key: str, variable: str, *, may_be_any: bool) -> None:
    """`may_be_any` is for servers of the user's own, which take any word as a key.

    Raises ConfigurationError, naming the variable, where no server can take such a key.
    """
    if key[:7].lower() == "bearer ":
        problem = "begins with `Bearer`, which is no part of a key: leave it out"
    elif key.startswith((f"{variable}=", "export ")):
        problem = "holds its own name: write the key alone"
    elif key[0] in "'\"`" or key[-1] in "'\"`":
        problem = "has quotes around the key: leave them out"
    elif odd := next((c for c in key if not "!" <= c <= "~"), None):
        name = unicodedata.name(odd, "").lower() or f"U+{ord(odd):04X}"
        problem = f"holds a character that no key has ({name}): copy the key anew"
    elif not may_be_any and _PLACEHOLDER.fullmatch(key):
        problem = "holds a placeholder: put your key there"
    else:
        return
    raise ConfigurationError(f"{variable} {problem}. Nothing was sent.")


def checked_address(url: str, variable: str | None) -> str:
    """The base URL, without what is added to it for each call.

    Raises ConfigurationError, naming the variable it comes from, where it is no address.
    """
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname)
        _ = parts.port
    except ValueError:
        is_address = False
    if not is_address:
        raise ConfigurationError(
            f"{variable or 'The address'} holds '{url}', which is no address: write it like "
            "`https://host/v1` or `http://host:port/v1`."
        )
    return url.rstrip("/").removesuffix("/chat/completions").rstrip("/")


def check_network(url: str, env: Mapping[str, str]) -> None:
    """Raises ConfigurationError, naming the variable, where calls to the address could not be begun
    for what the environment says of proxies and certificates."""
    parts = urlsplit(url)
    if parts.hostname in LOOPBACK:
        return
    for name in (*PROXIES, *map(str.upper, PROXIES)):
        if proxy := env.get(name, "").strip():
            _check_proxy(name, proxy)
    if parts.scheme == "https":
        _check_certificates("SSL_CERT_FILE", env, is_file=True)
        _check_certificates("SSL_CERT_DIR", env, is_file=False)


def _check_proxy(variable: str, proxy: str) -> None:
    try:
        parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        is_proxy = parts.scheme in ("http", "https") and bool(parts.hostname)
        host = f"{parts.hostname or 'host'}:{parts.port or 'port'}"
    except ValueError:
        is_proxy, host = False, "host:port"
    if not is_proxy:
        raise ConfigurationError(
            f"{variable} names a proxy that softhouse cannot speak to: write "
            f"`{variable}=http://{host}` if it takes HTTP too, as most do, or unset {variable}."
        )


def _check_certificates(variable: str, env: Mapping[str, str], *, is_file: bool) -> None:
    named = env.get(variable, "")
    if not named:
        return
    path = Path(named)
    if not (path.is_file() if is_file else path.is_dir()):
        problem = f"which is no {'file' if is_file else 'folder'} here"
    elif is_file and not _holds_certificates(path):
        problem = "from which no certificate can be read"
    else:
        return
    raise ConfigurationError(
        f"{variable} names {named}, {problem}: unset {variable}, or name the certificates that "
        "your network wants."
    )


def _holds_certificates(path: Path) -> bool:
    import ssl

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except OSError:
        return False
    return True
