"""What `softhouse sandbox test` runs inside a sandbox: each probe tries to get where none may.

This file stands alone, because it is put into the sandbox and run there: `probes.py walls` prints, as
JSON, the walls it tried and whether each let it through; `probes.py LIMIT` prints `through` if it could
have what the limit should have denied.
"""

import ctypes
import json
import mmap
import os
import platform
import socket
import sys
import threading
import time
from collections.abc import Callable

LIBC = ctypes.CDLL(None, use_errno=True)
MEGABYTE = 1 << 20
TOO_MUCH = 300
"""Megabytes, processes: several times what the test allows."""


def answers(x86_64: int, aarch64: int, *arguments: int | bytes | None) -> bool:
    """Whether the kernel does what a system call asks, by its number on either machine."""
    number = x86_64 if platform.machine() == "x86_64" else aarch64
    wide = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    return bool(LIBC.syscall(ctypes.c_long(number), *wide) >= 0)


def opens(path: str, flags: int = os.O_WRONLY) -> bool:
    """Whether a file can be opened, made where it is not."""
    try:
        os.close(os.open(path, flags | os.O_CREAT * path.startswith("/usr")))
    except OSError:
        return False
    return True


def reaches(family: int, address: object) -> bool:
    """Whether a socket of that family finds a way to somewhere else."""
    try:
        with socket.socket(family) as one:
            one.settimeout(0.5)
            one.connect(address)  # type: ignore[arg-type]
    except TimeoutError:
        return True
    except OSError:
        return False
    return True


WALLS: dict[str, Callable[[], bool]] = {
    "network": lambda: reaches(socket.AF_INET, ("192.0.2.1", 80)),
    "vsock": lambda: answers(41, 198, 40, 1, 0),
    "keyring": lambda: answers(250, 219, 0, -3, 1) or answers(249, 218, b"user", b"x", None, -3),
    "io_uring": lambda: answers(425, 425, 8, bytes(120)),
    "userfaultfd": lambda: answers(323, 282, 1),
    "secret memory": lambda: answers(447, 447, 0),
    "terminal": lambda: answers(16, 29, os.openpty()[1], 0x5412, b"x"),
    "process 1": lambda: (
        answers(302, 261, 1, 7, None, bytes(16)) or opens("/proc/1/mem", os.O_RDONLY)
    ),
    "namespaces": lambda: answers(272, 97, 0x10000000) or answers(272, 97, 0x20000),
    "mounts": lambda: answers(165, 40, b"none", b"/tmp", b"tmpfs", 0, None),
    "root": lambda: os.getuid() == 0 or answers(105, 146, 0),
    "capabilities": lambda: any(int(line.split()[1], 16) for line in _status("Cap", "CapInh")),
    "kernel settings": lambda: opens("/proc/sys/kernel/core_pattern"),
    "system files": lambda: opens("/usr/softhouse-probe"),
    "environment": lambda: "SOFTHOUSE_CANARY" in os.environ,
}


def _status(prefix: str, but: str) -> list[str]:
    with open("/proc/self/status") as status:  # noqa: PTH123
        return [line for line in status if line.startswith(prefix) and not line.startswith(but)]


def own_memory() -> bool:
    kept = [b"x" * MEGABYTE for _ in range(TOO_MUCH)]
    return len(kept) == TOO_MUCH and seen()


def shared_memory() -> bool:
    kept = mmap.mmap(-1, TOO_MUCH * MEGABYTE)
    for at in range(0, len(kept), mmap.PAGESIZE):
        kept[at] = 1
    return seen()


def files_in_memory() -> bool:
    file = os.memfd_create("probe")
    return all(os.write(file, bytes(MEGABYTE)) for _ in range(TOO_MUCH)) and seen()


def socket_buffers() -> bool:
    kept, sent = [], 0
    while sent < TOO_MUCH * MEGABYTE:
        kept.append(socket.socketpair())
        kept[-1][0].setblocking(False)
        try:
            while True:
                sent += kept[-1][0].send(bytes(65536))
        except BlockingIOError:
            continue
    return seen()


def processes() -> bool:
    for _ in range(TOO_MUCH):
        if os.fork() == 0:
            time.sleep(3)
            os._exit(0)
    return seen()


def threads() -> bool:
    threading.stack_size(65536)
    for _ in range(TOO_MUCH):
        threading.Thread(target=time.sleep, args=(3,), daemon=True).start()
    return seen()


def disk() -> bool:
    with open("/box/large", "wb") as file:  # noqa: PTH123
        return all(file.write(bytes(MEGABYTE)) for _ in range(TOO_MUCH))


def processors() -> bool:
    """Whether four busy processes get more than the one that is given."""
    began = time.monotonic()
    for _ in range(4):
        if os.fork() == 0:
            while time.monotonic() < began + 1:
                pass
            os._exit(0)
    used = sum(sum(os.wait3(0)[2][:2]) for _ in range(4))
    return used > 1.25 * (time.monotonic() - began)


def seen() -> bool:
    """What was taken is kept until it must have been noticed."""
    time.sleep(0.5)
    return True


LIMITS: dict[str, Callable[[], bool]] = {
    "memory": own_memory,
    "shared memory": shared_memory,
    "files in memory": files_in_memory,
    "socket buffers": socket_buffers,
    "processes": processes,
    "threads": threads,
    "disk": disk,
    "processors": processors,
}


if __name__ == "__main__":
    if sys.argv[1] == "walls":
        sys.stdout.write(json.dumps({name: probe() for name, probe in WALLS.items()}))
    elif LIMITS[sys.argv[1]]():
        sys.stdout.write("through")
