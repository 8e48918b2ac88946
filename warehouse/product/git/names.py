"""Names of files as git tells them with `-z`: bytes that end with NUL, in whatever encoding."""

from collections.abc import Iterable


def names_in(raw: bytes) -> list[str]:
    """The names that git wrote."""
    return [name.decode(errors="surrogateescape") for name in raw.split(b"\0")[:-1]]


def for_git(names: Iterable[str]) -> bytes:
    """The names as git reads them."""
    return b"".join(name.encode(errors="surrogateescape") + b"\0" for name in names)
