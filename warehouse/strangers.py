"""Whose is what is merely found on this machine: it counts only where it is ours, or root's.

Any user can put a file into a folder of temporary ones, or listen where a server usually does, before
the server of whoever looks there. What somebody names is theirs to judge.
"""

import os
import pwd
from collections.abc import Iterable, Iterator
from pathlib import Path

_SOCKET_TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
_LISTENING = "0A"


def owner_of(path: Path) -> str | None:
    """The other user, if it is one, to whom a file or the link that leads to it belongs.

    Raises OSError where there is none.
    """
    return stranger_among((path.lstat().st_uid, path.stat().st_uid))


def listener_on(port: int) -> str | None:
    """The other user, if it is one, who listens on a port of this machine.

    None too where nobody does, or the system does not tell, as others than Linux do not.
    """
    return stranger_among(_listeners(port))


def _listeners(port: int) -> Iterator[int]:
    for table in _SOCKET_TABLES:
        try:
            rows = table.read_text("ascii").splitlines()[1:]
        except OSError:
            continue
        for row in rows:
            _, address, _, state, _, _, _, uid, *_ = row.split()
            if state == _LISTENING and int(address.rpartition(":")[2], 16) == port:
                yield int(uid)


def stranger_among(uids: Iterable[int]) -> str | None:
    """The first of these users who is neither root nor whoever asks."""
    return next((_name(uid) for uid in uids if uid not in (0, os.geteuid())), None)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"number {uid}"
