"""What a bubblewrap sandbox sees, as `bwrap` arguments: the system read-only, our Python, nothing else.

Nothing of the home folder or of our own virtual environment is inside, except the interpreter
ours is made from, at its own path, when it is not part of the system.
"""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path

from warehouse.child_process import program
from warehouse.sandbox.bubblewrap.users import PROGRAM
from warehouse.sandbox.bubblewrap.users import STEWARD as STEWARD_USER
from warehouse.sandbox.sandbox import Limits
from warehouse.sandbox.stacks.cards import stacks
from warehouse.sandbox.stewarded import STEWARD_CAPABILITIES
from warehouse.sandbox.toolbox import BOX, INSIDE, STEWARD, toolbox

OOM_COUNTER = f"{INSIDE}/oom"
OWN_ETC = Path(__file__).parent / "etc"
EMPTY = Path(__file__).parent / "empty"

# Run by root, the steward is root to the kernel's own files: without these, and where there is no
# second user, a program could write kernel settings, core_pattern among them.
_READ_ONLY_PROC = ("sys", "sysrq-trigger", "irq", "bus", "fs")
_HIDDEN_PROC = ("acpi", "kcore", "keys", "kmsg", "kallsyms", "latency_stats", "timer_list",
                "sched_debug", "scsi", "slabinfo", "config.gz", "kpagecount", "kpageflags",
                "kpagecgroup", "vmallocinfo", "pagetypeinfo")  # fmt: skip

# Not --die-with-parent: killed by it while it waits for its users, `bwrap` leaves the process that it
# has begun waiting for ever. The steward ends when its input does, and everything inside with it.
_ISOLATION = (
    "--unshare-all",
    "--unshare-user",
    "--as-pid-1",
    "--new-session",
    "--clearenv",
    *("--cap-drop", "ALL"),
    *("--hostname", "box"),
)
_ONE_USER = ("--disable-userns", *("--uid", str(PROGRAM), "--gid", str(PROGRAM)))
_TWO_USERS = (
    *("--uid", str(STEWARD_USER), "--gid", str(STEWARD_USER)),
    *(word for name in (*STEWARD_CAPABILITIES, "CHOWN") for word in ("--cap-add", f"CAP_{name}")),
)


def base_prefix() -> Path:
    """Where the interpreter that ours is made from lives."""
    return Path(sys.base_prefix).resolve()


def search_path() -> str:
    """PATH inside: the interpreter we run on comes first."""
    own = [] if _is_system(base_prefix()) else [f"{base_prefix()}/bin"]
    return ":".join([*own, f"{INSIDE}/bin", "/usr/local/bin", "/usr/bin", "/bin"])


def isolation(limits: Limits, *, two_users: bool) -> list[str]:
    """Arguments for namespaces and for everything every sandbox sees."""
    return [
        *_ISOLATION,
        *(_TWO_USERS if two_users else _ONE_USER),
        *_system(),
        *_configuration(),
        *_interpreter(),
        *_without_settings(),
        *_tools(),
        *_kernel(),
        *_writable(limits),
    ]


def read_only(source: str | Path, inside: str) -> list[str]:
    return ["--ro-bind", str(source), inside]


def ways_to(inside: str) -> list[str]:
    """The folders above a place: those `bwrap` makes unasked are closed to all but their owner."""
    return [
        word for folder in reversed(Path(inside).parents[:-1]) for word in ("--dir", str(folder))
    ]


def sealed() -> list[str]:
    """Last of all: the tmpfs that carries the mount points must not take files."""
    return ["--remount-ro", "/", "--chdir", BOX]


def _system() -> list[str]:
    arguments = read_only("/usr", "/usr")
    for name in ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"):
        folder = Path(name)
        if folder.is_symlink():
            arguments += ["--symlink", str(folder.readlink()), name]
        elif folder.is_dir():
            arguments += read_only(name, name)
    if Path("/nix/store").is_dir():
        arguments += [*ways_to("/nix/store"), *read_only("/nix/store", "/nix/store")]
    return arguments


def _configuration() -> list[str]:
    arguments = ["--dir", "/etc"]
    for file in sorted(OWN_ETC.iterdir()):
        arguments += read_only(file, f"/etc/{file.name}")
    # What Debian's Java reads instead of files of its own.
    java = sorted(folder.name for folder in Path("/etc").glob("java-*-openjdk"))
    for name in (
        "ld.so.cache",
        "ld.so.conf",
        "ld.so.conf.d",
        "alternatives",
        "localtime",
        "fonts",
        *java,
    ):
        arguments += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    return arguments


def _interpreter() -> list[str]:
    """Our Python without the packages that happen to be installed into it."""
    base, arguments = base_prefix(), []
    if not _is_system(base):
        if base in (Path("/"), Path.home(), *Path.home().parents):
            raise ValueError(f"{base} is no folder to show to a sandbox")
        arguments += [*ways_to(str(base)), *read_only(base, str(base))]
    scheme = {"base": str(base), "platbase": str(base)}
    packages = {Path(sysconfig.get_path(name, vars=scheme)) for name in ("purelib", "platlib")}
    packages |= {Path("/usr/lib/python3/dist-packages")}
    for library in (Path("/usr/lib"), Path("/usr/lib64"), Path("/usr/local/lib")):
        packages |= {
            *library.glob("python3*/site-packages"),
            *library.glob("python3*/dist-packages"),
        }
    for folder in sorted(packages):
        if folder.is_dir() and not folder.is_symlink():
            arguments += ["--tmpfs", str(folder), "--remount-ro", str(folder)]
    return arguments


def _tools() -> list[str]:
    arguments = []
    for inside, source in toolbox().items():
        arguments += [*ways_to(inside), *read_only(source, inside)]
    for name in {name for stack in stacks().values() for name in stack.portable}:
        found = program(name)
        if found and not _is_system(Path(found)):
            inside = f"{INSIDE}/bin/{name}"
            arguments += [*ways_to(inside), *read_only(Path(found).resolve(), inside)]
    return arguments


def _kernel() -> list[str]:
    arguments = ["--proc", "/proc"]
    for name in _READ_ONLY_PROC:
        if Path(f"/proc/{name}").exists():
            arguments += read_only(f"/proc/{name}", f"/proc/{name}")
    for name in _HIDDEN_PROC:
        entry = Path(f"/proc/{name}")
        if entry.is_dir():
            arguments += ["--tmpfs", str(entry), "--remount-ro", str(entry)]
        elif entry.exists():
            arguments += read_only("/dev/null", str(entry))
    return arguments


def _without_settings() -> list[str]:
    """Files that may hold the logins of package indexes, in folders that are shown."""
    arguments = []
    for folder in (Path("/usr"), Path("/usr/local"), base_prefix()):
        for file in (folder / "pip.conf", folder / "etc/npmrc", folder / "etc/pip.conf"):
            if file.is_file():
                arguments += read_only(EMPTY, str(file))
    return arguments


def _writable(limits: Limits) -> list[str]:
    places = {"/dev/shm": (16, "1777"), "/tmp": (limits.scratch_mb, "1777")}  # noqa: S108
    places[BOX] = (limits.disk_mb, "755")
    arguments = ["--dev", "/dev"]
    for folder, (megabytes, mode) in places.items():
        size = str(megabytes * 1024**2)
        arguments += ["--perms", mode, "--size", size, "--tmpfs", folder]
    return [*arguments, "--remount-ro", "/dev"]


def _is_system(path: Path) -> bool:
    return path.is_relative_to("/usr")


def steward_command(settings: str) -> list[str]:
    """The interpreter inside, running the steward with these settings."""
    python = base_prefix() / "bin" / "python3"
    return [str(python) if python.exists() else "python3", *STEWARD, settings]
