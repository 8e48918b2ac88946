"""Ordinary users of this machine, made and removed by the test run."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from pwd import getpwnam

from tests.support.command_line import ROOT, Outcome

_PROGRAM_FOLDERS = (Path(sys.base_prefix), Path(sys.prefix), ROOT)
"""Whoever runs softhouse reads these; they may lie in a home that is closed to everyone else."""


@dataclass(frozen=True)
class Person:
    """A user of this machine. Their `home` is closed to other users."""

    name: str
    uid: int
    gid: int
    home: Path

    def softhouse(self, *arguments: str, cwd: Path | None = None, **environment: str) -> Outcome:
        """Run a command of softhouse as this user."""
        return self.run(sys.executable, "-m", "softhouse", *arguments, cwd=cwd, **environment)

    def run(
        self, *command: str, cwd: Path | None = None, seconds: float = 60, **environment: str
    ) -> Outcome:
        """Run a program to its end as this user; the environment is theirs and what is given."""
        with tempfile.TemporaryDirectory() as cover:
            done = subprocess.run(
                self._command(command, cover),
                cwd=cwd or self.home,
                env=self._environment(environment),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=seconds,
                check=False,
            )
        return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())

    @contextmanager
    def running(self, *command: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
        """A program at work as this user, with pipes to it; it is ended afterwards."""
        with tempfile.TemporaryDirectory() as cover:
            process = subprocess.Popen(
                self._command(command, cover),
                cwd=self.home,
                env=self._environment(environment),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
            with process:
                try:
                    yield process
                finally:
                    process.kill()

    def owns(self, path: Path) -> Path:
        """Make a file or folder, with all that lies in it, this user's."""
        for each in (path, *path.rglob("*")):
            os.chown(each, self.uid, self.gid, follow_symlinks=False)
        return path

    def _command(self, command: tuple[str, ...], cover: str) -> list[str]:
        if self.uid == os.getuid():
            return list(command)
        entry = ["unshare", "--mount", "sh", "-c", _becoming(self.uid, Path(cover)), "sh"]
        return [*entry, *command]

    def _environment(self, more: dict[str, str]) -> dict[str, str]:
        own = {"HOME": str(self.home), "USER": self.name, "LOGNAME": self.name}
        return {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **own, **more}


def myself(home: Path) -> Person:
    """Whoever runs the tests, with a home of its own."""
    return Person(str(os.getuid()), os.getuid(), os.getgid(), home)


@contextmanager
def new_person() -> Iterator[Person]:
    """A user who is on this machine for as long as this lasts; only root can make one."""
    name = f"softhouse-{uuid.uuid4().hex[:8]}"
    folder = Path(tempfile.mkdtemp(prefix="softhouse-people-"))
    folder.chmod(0o755)
    home = folder / name
    subprocess.run(["useradd", "--create-home", "--home-dir", home, name], check=True)
    about = getpwnam(name)
    try:
        home.chmod(0o700)
        yield Person(name, about.pw_uid, about.pw_gid, home)
    finally:
        for pid in processes_of(about.pw_uid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        subprocess.run(["userdel", "--force", name], check=True, capture_output=True)
        shutil.rmtree(folder)


def why_nobody_can_be_made() -> str:
    """The reason why this machine does not let us make users; empty where it does."""
    if os.getuid() != 0:
        return "only root can make other users"
    wanting = [name for name in ("useradd", "setpriv", "unshare") if shutil.which(name) is None]
    if wanting:
        return f"there is no {wanting[0]}"
    tried = subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False)
    return "mounts cannot be made" if tried.returncode else ""


def processes_of(uid: int) -> set[int]:
    """The processes of a user that have not ended."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if folder.stat().st_uid == uid and not has_ended(int(folder.name)):
                found.add(int(folder.name))
        except OSError:
            continue
    return found


def has_ended(pid: int) -> bool:
    """Whether a process is gone, or waits for nothing but its parent."""
    try:
        return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b") ")[2][:1] in b"ZX"
    except OSError:
        return True


def _becoming(uid: int, cover: Path) -> str:
    """A script that becomes a user who can read our program, and nothing else that is closed to them.

    It runs in a mount namespace of its own, where folders that nobody may pass through seem empty.
    """
    shown = [folder for folder in _PROGRAM_FOLDERS if _closed_above(folder)]
    lines = [
        "set -e",
        *(f"mkdir -p {cover}{each}; mount --bind {each} {cover}{each}" for each in shown),
        *(f"mount -t tmpfs -o mode=755 none {place}" for place in {*map(_closed_above, shown)}),
        *(f"mkdir -p {each}; mount --bind {cover}{each} {each}" for each in shown),
    ]
    who = f"--reuid={uid} --regid={uid} --init-groups"
    lines.append(f'exec setpriv {who} --inh-caps=-all --bounding-set=-all "$@"')
    return "\n".join(lines)


def _closed_above(folder: Path) -> Path | None:
    """The topmost folder on the way to this one that other users may not pass through."""
    way = (*reversed(folder.parents), folder)
    return next((place for place in way if not place.stat().st_mode & stat.S_IXOTH), None)
