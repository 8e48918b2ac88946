"""Makes NAME.bundle of each folder in histories/: `python examples/repositories/make_bundles.py`.

A folder in it is a commit: its number gives the order and the day, its name the message, and its files
are put over those of the commits before. So everybody makes the same commits, to the id.
"""

import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).parent
HISTORIES = HERE / "histories"
AUTHOR = "Robin Maker <robin@example.invalid>"
FIRST_DAY = datetime(2025, 3, 1, 9, tzinfo=UTC)
PROGRAM = b"#!"


def commands(history: Path) -> Iterator[bytes]:
    """The commits of a folder, as `git fast-import` takes them."""
    for commit in sorted(history.iterdir(), key=lambda each: int(each.name.partition("-")[0])):
        number, _, words = commit.name.partition("-")
        day = FIRST_DAY + timedelta(days=int(number))
        message = words.replace("-", " ").capitalize().encode()
        yield f"commit refs/heads/main\ncommitter {AUTHOR} {day.timestamp():.0f} +0000\n".encode()
        yield b"data %d\n%s\n" % (len(message), message)
        for file in sorted(path for path in commit.rglob("*") if path.is_file()):
            content = file.read_bytes()
            mode = "100755" if content.startswith(PROGRAM) else "100644"
            yield f"M {mode} inline {file.relative_to(commit).as_posix()}\n".encode()
            yield b"data %d\n%s\n" % (len(content), content)


def make_repository(history: Path, place: Path) -> str:
    """Make a bare repository of a folder; the id of its last commit."""

    def git(*words: str, stdin: bytes = b"") -> str:
        command = ["git", f"--git-dir={place}", *words]
        done = subprocess.run(command, input=stdin, capture_output=True, check=True)
        return done.stdout.decode().strip()

    git("init", "--quiet", "--bare", "--initial-branch=main", "--template=")
    git("fast-import", "--quiet", stdin=b"".join(commands(history)))
    return git("rev-parse", "main")


def make_bundle(history: Path) -> str:
    """Make the bundle of a folder beside `histories`; the id of its last commit."""
    with TemporaryDirectory() as folder:
        place = Path(folder)
        sha = make_repository(history, place)
        bundle = HERE / f"{history.name}.bundle"
        words = ["-c", "pack.threads=1", f"--git-dir={place}", "bundle", "create", "--quiet"]
        subprocess.run(["git", *words, str(bundle), "HEAD", "main"], check=True)
    return sha


def main() -> None:
    """Make them all, and let the tasks stand on their last commits."""
    for history in sorted(HISTORIES.iterdir()):
        sha = make_bundle(history)
        tasks = HERE / f"{history.name}.yaml"
        tasks.write_text(re.sub(r"commit: [0-9a-f]{40}", f"commit: {sha}", tasks.read_text()))


if __name__ == "__main__":
    main()
