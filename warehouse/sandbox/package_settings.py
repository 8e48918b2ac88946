"""The host's settings for package installers, for the one stage that has the network.

Behind a company's proxy, mirror or certificate authority, packages can be had only with them.
Settings may name files and folders of this machine (a certificate bundle, a folder of wheels):
these are shown inside, read-only, at the same path, except the bundle, which gets its own.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from warehouse import child_process
from warehouse.sandbox.toolbox import INSIDE

BUNDLE = f"{INSIDE}/certificates.pem"
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
BUNDLE_VARIABLES = ("PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
PIP_OPTIONS = ("index-url", "extra-index-url", "find-links", "trusted-host", "proxy", "timeout",
               "default-timeout", "retries", "no-index", "prefer-binary")  # fmt: skip
NPM_OPTIONS = ("npm_config_registry", "npm_config_proxy", "npm_config_https_proxy")
SYSTEM_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)


@dataclass(frozen=True)
class PackageSettings:
    """Environment for the installer, and what of this machine it must see."""

    environment: dict[str, str]
    shows: dict[Path, str]


def package_settings() -> PackageSettings:
    pip = _pip_settings()
    environment = {
        f"PIP_{name.replace('-', '_').upper()}": pip[name] for name in PIP_OPTIONS if name in pip
    }
    environment |= {
        name: value
        for name, value in os.environ.items()
        if name.upper() in PROXIES or name.lower() in NPM_OPTIONS
    }
    shows = {path: str(path) for value in environment.values() for path in _named_paths(value)}
    if bundle := _bundle(pip):
        shows[bundle] = BUNDLE
        environment |= dict.fromkeys(BUNDLE_VARIABLES, BUNDLE)
    environment |= {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}
    return PackageSettings(environment, shows)


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
                options[option] = (rank, value.strip("'\""))
    return {option: value for option, (_, value) in options.items()}


def _bundle(pip: dict[str, str]) -> Path | None:
    named = (pip.get("cert"), *(os.environ.get(name) for name in BUNDLE_VARIABLES))
    for place in (*named, *SYSTEM_BUNDLES):
        if place and Path(place).is_file():
            return Path(place).resolve()
    return None


def _named_paths(value: str) -> Iterator[Path]:
    """Files and folders a setting names; an index in a folder links to files beside itself."""
    for word in value.split():
        parts = urlsplit(word)
        path = Path(unquote(parts.path)) if parts.scheme in ("", "file") else None
        if path and path.is_absolute() and len(path.parts) > 1 and path.exists():
            yield path.parent if path.name == "simple" and len(path.parts) > 2 else path
