"""Repositories that lie elsewhere, as a person names them: by an address that says nothing secret."""

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

from warehouse.errors import ProductError

SCHEMES = ("https", "ssh", "file", "http")
_HAS_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}://")
_OVER_SSH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*@[A-Za-z0-9][A-Za-z0-9.-]*:(?!//)[^\s]+")
"""`git@host:path`, as git writes what is reached over ssh."""
_HOST = re.compile(r"[A-Za-z0-9:][A-Za-z0-9.:-]*")
_TOKEN = re.compile(r"gh[a-z]_.*|github_pat_.*|glpat-.*|.{33,}")
"""What is no name of a user, though it stands in its place."""
LONGEST = 2_000
LOG_IN = (
    "Leave it out: for https, git asks your credential helper (git config --global credential.helper), and"
    " over ssh, as in git@HOST:PATH, your key is used."
)


def is_address(said: str) -> bool:
    """Whether this is the address of a repository, and no path."""
    return bool(_HAS_SCHEME.match(said) or _OVER_SSH.fullmatch(said))


def check_address(said: str) -> str:
    """The address, with its scheme as git knows it. Raises ProductError for what is none that is fetched
    from, or says a password.
    """
    if len(said) > LONGEST or not said.isprintable() or " " in said:
        raise ProductError("An address is one line without blanks: --from https://HOST/PATH")
    if not _HAS_SCHEME.match(said):
        if _TOKEN.fullmatch(said.partition("@")[0]):
            raise _says_a_secret()
        return said
    try:
        parts = urlsplit(said)
        _check_parts(parts)
    except ValueError:
        raise ProductError("This is no address of a repository: --from https://HOST/PATH") from None
    scheme, separator, place = said.partition("://")
    return f"{scheme.lower()}{separator}{place}"


def name_of(address: str) -> str:
    """What the repository at an address is called: the last part of its path."""
    return re.split(r"[/:]", address.rstrip("/"))[-1].removesuffix(".git") or "repository"


def _check_parts(parts: SplitResult) -> None:
    if parts.scheme not in SCHEMES:
        raise ProductError(
            f"Nothing is fetched by {parts.scheme}: give an address with https or ssh, or a clone of your own."
        )
    user = parts.username or ""
    is_login = parts.password is not None or (user and parts.scheme != "ssh")
    if is_login or _TOKEN.fullmatch(user) or parts.query or parts.fragment:
        raise _says_a_secret()
    if parts.scheme != "file" and not _HOST.fullmatch(parts.hostname or ""):
        raise ProductError(f"The address names no host: {parts.scheme}://HOST/PATH")
    if parts.scheme == "http" and not _is_this_machine(parts.hostname or ""):
        raise ProductError(
            "What comes by http may have been changed by anyone on the way: give an address with https."
        )


def _says_a_secret() -> ProductError:
    return ProductError(
        "The address of the program holds a password or a token, or may: it would be kept with the run."
        f" {LOG_IN}"
    )


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
