"""git, run so that nothing but this program's words reaches it.

No configuration but ours, no hooks, no filters, no file system monitor, no signing, no prompts, no
network, no attributes. Of a product git is shown the objects alone, never the work tree, and takes
everything else from a git directory that comes with this program and says nothing.
"""

import copy
import errno
import fcntl
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from subprocess import PIPE
from typing import TYPE_CHECKING, Any, BinaryIO, Self

from warehouse.child_process import absolute_path, program
from warehouse.durable import sync_changed
from warehouse.errors import DISK, ProductError

if TYPE_CHECKING:
    from git import Git

LONGEST_WAIT = 120.0
"""Seconds for a git that outlived the process that began it; none of ours takes as long."""
EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"

NEUTRAL = Path(__file__).parent / "neutral"
"""A git directory without refs and objects, whose configuration is ours."""

SHALLOW = "shallow"
"""The file of a git directory that names the commits whose parents are not there."""
_PIECE = 1 << 20
_OF_GITPYTHON = "GIT_PYTHON_"
_LOCK = os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_REMEDY = ". Make room or make the folder writable, then resume the run."
_FULL = (
    "Out of diskspace",  # git's own words, where a write ends early
    *map(os.strerror, (errno.ENOSPC, errno.EDQUOT)),
)
_FORBIDDEN = tuple(map(os.strerror, (errno.EACCES, errno.EROFS)))

_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_ATTR_SOURCE": EMPTY_TREE,
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
}
_SETTINGS = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.attributesFile": os.devnull,
    "core.excludesFile": os.devnull,
    "core.protectHFS": "true",
    "core.protectNTFS": "true",
    "core.quotePath": "false",
    "diff.external": "",
    "commit.gpgSign": "false",
    "tag.gpgSign": "false",
    "core.logAllRefUpdates": "false",
    "core.fsync": "committed,reference",
    "core.fsyncMethod": "fsync",
    "gc.auto": "0",
    "maintenance.auto": "false",
}


class TooMuch(ProductError):
    """git puts out more than is wanted."""


class GitCommand:
    """Runs git plumbing on the objects of one git directory; safe to use from several threads."""

    def __init__(self, git_dir: Path, *, is_ours: bool = False) -> None:
        """Where `git_dir` is one that we just made, git takes its refs and configuration too."""
        # GitPython asks the git that it finds for its version, as soon as it is imported.
        os.environ.setdefault(f"{_OF_GITPYTHON}GIT_EXECUTABLE", require_git())
        self.git_dir = git_dir = git_dir.absolute()
        works_in = git_dir if is_ours else NEUTRAL
        own = _ENVIRONMENT | {
            "PATH": absolute_path(),
            "GIT_DIR": str(works_in),
            "GIT_WORK_TREE": str(works_in),
            "GIT_OBJECT_DIRECTORY": str(git_dir / "objects"),
        }
        theirs = {name for name in os.environ if name.startswith("GIT_")} - own.keys()
        foreign = sorted(name for name in theirs if not name.startswith(_OF_GITPYTHON))
        self._environment = own
        self._started_with: dict[str, Any] = {}
        self._has_run = False
        self.is_cut_off = is_ours
        """Whether the git directory may say that the parents of some commits are not there."""
        self._prefix = ["env", *(f"--unset={name}" for name in foreign)] if foreign else []
        self._prefix.append("git")
        for key, value in _SETTINGS.items():
            self._prefix += ["-c", f"{key}={value}"]

    def beside(self, work_tree: Path, settings: Mapping[str, str]) -> Self:
        """The same git with a work tree before it, which it only reads; for a git directory of ours.

        Nothing that lies there is run: what could name a program is the configuration, which is ours.
        """
        beside = copy.copy(self)
        beside._environment = self._environment | {"GIT_WORK_TREE": str(work_tree)}
        del beside._environment["GIT_ATTR_SOURCE"]
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        beside._prefix = [*self._prefix, *options]
        return beside

    def as_the_user(self) -> Self:
        """The same git with the user's own settings, only to be asked what they say: `git config`."""
        asked = copy.copy(self)
        ours = ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM", "GIT_CONFIG_SYSTEM")
        asked._environment = {k: v for k, v in self._environment.items() if k not in ours}
        asked._prefix = ["git"]
        return asked

    @contextmanager
    def alone(self) -> Iterator[Self]:
        """Be the one writer, with what is given: it hands the lock on to every git it runs.

        So a git that outlives a process which was killed is waited for by the next. What it
        wrote is on the disk at the end.
        """
        began = time.time()
        try:
            head = os.fdopen(os.open(self.git_dir / "HEAD", _LOCK), "r+b")
        except OSError as error:
            raise cannot_write(self.git_dir, error) from None
        with head:
            _wait_for(head, self.git_dir)
            writer = copy.copy(self)
            writer._started_with = {"pass_fds": (head.fileno(),)}
            yield writer
            if writer._has_run:
                sync_changed(self._folders(), began)

    def _folders(self) -> Iterator[Path]:
        """Where git puts the names of new objects, which it flushes itself."""
        yield from (self.git_dir / "objects", *(self.git_dir / "objects").iterdir())

    def run(self, *arguments: str, stdin: bytes | BinaryIO = b"", index: bool = False) -> bytes:
        """Run one git command and return its output; a failure is a `ProductError`.

        The index is hidden unless asked for, because git reads attributes from it.
        """
        guard = self._started(arguments, stdin, index=index)
        process = guard.proc
        assert process is not None
        output, errors = process.communicate(stdin if isinstance(stdin, bytes) else None)
        self._check(arguments[0], process.returncode, errors)
        return bytes(output)

    def stream(self, *arguments: str, stdin: bytes, into: BinaryIO, most: int) -> None:
        """Run one that puts out much, of which at most so many bytes are kept.

        Raises ProductError, and TooMuch where there is more.
        """
        guard = self._started(arguments, b"", index=False)
        process = guard.proc
        assert process is not None
        assert process.stdin is not None and process.stdout is not None
        with ThreadPoolExecutor(1) as reader, suppress(BrokenPipeError):
            errors = reader.submit(process.stderr.read if process.stderr else bytes)
            process.stdin.write(stdin)
            process.stdin.close()
            left = most
            while piece := process.stdout.read(_PIECE):
                left -= len(piece)
                if left < 0:
                    process.kill()
                    process.wait()
                    raise TooMuch(f"there are more than {most:,} bytes of it")
                into.write(piece)
        self._check(arguments[0], process.wait(), errors.result())

    def _started(
        self, arguments: Sequence[str], stdin: bytes | BinaryIO, *, index: bool
    ) -> "Git.AutoInterrupt":
        """A git at work, which is ended when what is returned is let go."""
        try:
            from git import Git
        except ImportError as error:
            raise ProductError(f"GitPython cannot use git: {str(error).splitlines()[0]}") from None
        self._has_run = True
        environment = dict(self._environment)
        environment["GIT_INDEX_FILE"] = str(self.git_dir / ("index" if index else "no-index"))
        shallow = self.git_dir / SHALLOW
        cut = ["--shallow-file", str(shallow)] if self.is_cut_off and shallow.is_file() else []
        guard: Git.AutoInterrupt = Git(str(NEUTRAL)).execute(
            [*self._prefix, *cut, *arguments],
            istream=PIPE if isinstance(stdin, bytes) else stdin,
            as_process=True,
            env=environment,
            **self._started_with,
        )
        return guard

    def _check(self, command: str, exit_code: int, errors: bytes) -> None:
        if exit_code != 0:
            complaints = errors.decode(errors="replace").strip().splitlines()
            reason = complaints[0] if complaints else f"exit code {exit_code}"
            raise _failed(f"git {command} failed on {self.git_dir.parent}", reason)


def _wait_for(head: BinaryIO, git_dir: Path) -> None:
    """Take the lock of a product. Raises ProductError where another process does not let go of it."""
    until = time.monotonic() + LONGEST_WAIT
    while True:
        try:
            fcntl.flock(head, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise ProductError(
                    f"Another process has held {git_dir / 'HEAD'} for {LONGEST_WAIT:g} s: end it, "
                    "then resume the run."
                ) from None
            time.sleep(0.01)
        else:
            return


def cannot_write(what: Path | str, error: OSError) -> ProductError:
    """What to raise where something of the product cannot be written."""
    return ProductError(f"{what} cannot be written: {error.strerror}{_REMEDY}").caused_by(error)


def _failed(what: str, reason: str) -> ProductError:
    """The error of a git that failed, for a reason in git's words."""
    remedy = _REMEDY if reason.endswith(_FULL + _FORBIDDEN) else ""
    error = ProductError(f"{what}: {reason}{remedy}")
    if reason.endswith(_FULL):
        error.exit_code = DISK
    return error


def require_git() -> str:
    """Where the git program lies. Raises ProductError, saying how to get it, where there is none."""
    git = program("git")
    if git is None:
        raise ProductError(
            "The git program was not found, and the product is kept in a git repository. Install"
            " it ('apt install git', 'brew install git' or https://git-scm.com) and try again."
        )
    return git
