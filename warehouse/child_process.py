"""The one door to child processes of ours; git has its own, `product/git/command.py`.

A person may stand in a stranger's folder, and a stranger's setting may stand in the environment. So a
child starts in `/`, with an environment made from nothing: what it needs beside the everyday is named
by whoever starts it. A Python of ours imports from where we were installed, never from that folder.
"""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from asyncio.subprocess import PIPE
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

EVERYDAY = frozenset(
    {"HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TERM", "XDG_RUNTIME_DIR"}
    | {"XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_DIRS"}
    | {"LC_ALL", "LC_CTYPE", "LC_MESSAGES", "LC_TIME", "LC_NUMERIC", "LC_COLLATE"}
)
"""What any program may know: whose it is, where that person's things lie, and how they read."""
_RUN_MODULE = (
    "import json, runpy, sys; sys.path[:] = json.loads(sys.argv[1]);"
    " del sys.argv[:2]; runpy.run_module(sys.argv[0], run_name='__main__', alter_sys=True)"
)


@dataclass(frozen=True)
class Ended:
    """How a child process went."""

    exit_code: int
    output: str
    errors: str


def own_environment(names: Iterable[str] = ()) -> dict[str, str]:
    """Of this process's environment the everyday, programs by full paths, and what is named."""
    wanted = sorted((EVERYDAY | set(names)) & os.environ.keys())
    return {"PATH": absolute_path(), **{name: os.environ[name] for name in wanted}}


def absolute_path() -> str:
    """The PATH of this process, without what means another folder wherever a process stands."""
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return os.pathsep.join(folder for folder in folders if Path(folder).is_absolute())


def program(name: str) -> str | None:
    """Where a program lies; never in a folder that the PATH names from wherever one stands."""
    return shutil.which(name, path=absolute_path())


def own_path() -> list[str]:
    """Where this program imports from, without the folder that it was started in."""
    here, own = Path.cwd().resolve(), Path(__file__).resolve().parent.parent
    folders = {folder: Path(folder).resolve() for folder in sys.path if Path(folder).is_absolute()}
    return [folder for folder, place in folders.items() if place != here or place == own]


def python_module(name: str, *arguments: str) -> list[str]:
    """The command that runs a module of our own installation."""
    path = json.dumps(own_path())
    return [sys.executable, "-I", "-c", _RUN_MODULE, path, name, *arguments]


def run(
    command: Sequence[str],
    *,
    environment: Mapping[str, str] | None = None,
    seconds: float | None = None,
) -> Ended:
    """Run a command to its end; `environment` is by default the everyday.

    Raises OSError where it cannot be started, TimeoutError after so many seconds.
    """
    try:
        ended = subprocess.run(
            command,
            env=own_environment() if environment is None else dict(environment),
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TimeoutError(f"{command[0]} did not end within {seconds:g} s") from None
    return Ended(ended.returncode, ended.stdout, ended.stderr)


async def start(
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    folder: Path | str = "/",
    handed_on: Sequence[int] = (),
    prepare: Callable[[], None] | None = None,
) -> asyncio.subprocess.Process:
    """Start a command in a session of its own, with pipes to it, and descriptors handed on.

    `prepare` runs in the child before the command, and must take no lock.
    Raises OSError where it cannot be started.
    """
    return await asyncio.create_subprocess_exec(
        *command,
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        start_new_session=True,
        pass_fds=tuple(handed_on),
        env=dict(environment),
        cwd=folder,
        preexec_fn=prepare,
    )


def start_and_leave(
    command: Sequence[str], stdin: IO[bytes], *, environment: Mapping[str, str], folder: Path
) -> "subprocess.Popen[bytes]":
    """Start a command that outlives us, in a session of its own; what it says comes through one pipe."""
    return subprocess.Popen(
        command,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        env=dict(environment),
        cwd=folder,
    )
