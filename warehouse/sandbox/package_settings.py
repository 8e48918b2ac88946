"""The person's settings for package installers: which indexes, by which way, with which credentials.

They may hold passwords. What installs packages never sees them: requests are made for it, outside.
"""

from __future__ import annotations

import os
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from warehouse import child_process
from warehouse.errors import SandboxError
from warehouse.python_source import text_of

PUBLIC_INDEX = "https://pypi.org/simple"
PUBLIC_REGISTRY = "https://registry.npmjs.org"
PORTS = {"http": 80, "https": 443}
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
BUNDLE_VARIABLES = ("PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
SYSTEM_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)


class Origin(NamedTuple):
    """A server."""

    host: str
    port: int


def origin(url: str) -> Origin:
    """Where a request for a URL goes: nowhere, if it cannot be read. What is wrong with it is not
    said, since it may be a password."""
    try:
        parts = urlsplit(url)
        return Origin(parts.hostname or "", parts.port or PORTS[parts.scheme])
    except (KeyError, ValueError):
        return Origin("", 0)


def basic(user: str, password: str) -> str:
    """A login as it is sent."""
    return f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"


@dataclass(frozen=True)
class PackageSettings:
    """What a person set, of which nothing is shown."""

    indexes: tuple[str, ...] = field(repr=False)
    """Addresses of Python indexes; those in a folder are `file:` addresses."""
    links: tuple[str, ...] = field(repr=False)
    """Addresses of pages and folders with wheels."""
    registry: str = field(repr=False)
    """Where JavaScript packages come from."""
    authorization: Mapping[Origin, str] = field(repr=False)
    """What is sent along to an origin."""
    proxy: str | None = field(repr=False)
    """The way to all of them; None for what the environment says."""
    trusted: frozenset[str]
    """`host` or `host:port` whose certificates are not looked at."""
    bundle: Path | None
    """The authorities that vouch for the others."""

    def trusts(self, place: Origin) -> bool:
        """Whether a server need not prove who it is."""
        return not self.trusted.isdisjoint({place.host, f"{place.host}:{place.port}"})

    def names(self, place: Origin) -> bool:
        """Whether the person named a server, which may then be reached wherever it is."""
        addresses = (*self.indexes, *self.links, self.registry)
        return self.trusts(place) or place in {origin(address) for address in addresses}


def package_settings() -> PackageSettings:
    """The settings of pip and npm, from the environment and their files.

    Raises SandboxError where an address in them is none.
    """
    pip, npm = _pip_settings(), _npm_settings()
    without_index = pip.get("no-index", "").lower() in ("1", "true", "yes", "on")
    indexes = (pip.get("index-url", PUBLIC_INDEX), *pip.get("extra-index-url", "").split())
    indexes = () if without_index else tuple(map(_as_url, indexes))
    links = tuple(map(_as_url, pip.get("find-links", "").split()))
    registry = npm.get("registry", PUBLIC_REGISTRY)
    for address in (*indexes, *links, registry):
        if not address.startswith("file:") and not origin(address).host:
            raise SandboxError("An address in your settings for pip or npm cannot be read.")
    logins = (*_npm_logins(npm, registry), *_logins((registry, *links, *indexes)))
    return PackageSettings(
        indexes=indexes,
        links=links,
        registry=registry,
        authorization=dict(reversed(logins)),
        proxy=pip.get("proxy") or npm.get("https-proxy") or npm.get("proxy"),
        trusted=frozenset(pip.get("trusted-host", "").split()),
        bundle=_bundle(pip),
    )


def pip_environment() -> dict[str, str]:
    """What pip may know of our environment: its own settings, proxies and certificates."""
    names = {
        name
        for name in os.environ
        if name.startswith("PIP_") or name.upper() in PROXIES or name in BUNDLE_VARIABLES
    }
    return child_process.own_environment(names)


def _pip_config() -> str:
    """What pip itself says its files and environment come to; empty where there is no pip."""
    of_ours = child_process.python_module("pip", "config", "list")
    of_the_system = ["python3", "-I", "-m", "pip", "config", "list"]
    for command in (of_ours, of_the_system):
        ended = child_process.run(command, environment=pip_environment())
        if ended.exit_code == 0:
            return ended.output
    return ""


def _pip_settings() -> dict[str, str]:
    """Option → value; the environment wins over [install], and that over [global]."""
    ranks = ("global", "install", ":env:")
    options: dict[str, tuple[int, str]] = {}
    for line in _pip_config().splitlines():
        key, separator, value = line.partition("=")
        section, _, option = key.rpartition(".")
        if separator and section in ranks:
            rank = ranks.index(section)
            if rank >= options.get(option, (-1, ""))[0]:
                options[option] = (rank, text_of(value))
    return {option: value for option, (_, value) in options.items()}


def _npm_settings() -> dict[str, str]:
    """Option → value, as npm has them: the environment wins over the person's file."""
    variables = {
        name.lower().removeprefix("npm_config_").replace("_", "-"): value
        for name, value in os.environ.items()
        if name.lower().startswith("npm_config_")
    }
    file = Path(variables.get("userconfig", "~/.npmrc")).expanduser()
    text = file.read_text("utf-8", "replace") if file.is_file() else ""
    lines = re.findall(r"^\s*([^\s;#=][^=\n]*?)\s*=\s*(.*?)\s*$", text, re.MULTILINE)
    return {key: os.path.expandvars(value.strip("'\"")) for key, value in lines} | variables


def _npm_logins(npm: Mapping[str, str], registry: str) -> Iterator[tuple[Origin, str]]:
    """From keys such as `//host/path/:_authToken`."""
    for key, value in npm.items():
        address, _, kind = key.rpartition(":")
        if address.startswith("//") and kind in ("_authToken", "_auth"):
            scheme = "Bearer" if kind == "_authToken" else "Basic"
            yield origin(f"{urlsplit(registry).scheme}:{address}"), f"{scheme} {value}"


def _logins(urls: Iterable[str]) -> Iterator[tuple[Origin, str]]:
    for url in urls:
        parts = urlsplit(url)
        if parts.username is not None:
            yield origin(url), basic(unquote(parts.username), unquote(parts.password or ""))


def _as_url(place: str) -> str:
    return place if ":" in place else Path(place).expanduser().absolute().as_uri()


def _bundle(pip: dict[str, str]) -> Path | None:
    named = (pip.get("cert"), *(os.environ.get(name) for name in BUNDLE_VARIABLES))
    for place in (*named, *SYSTEM_BUNDLES):
        if place and Path(place).is_file():
            return Path(place).resolve()
    return None
