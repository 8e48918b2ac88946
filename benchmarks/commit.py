"""What a commit costs the house, against plain `git add` and `git commit` of the same files in the same run.

A product of three files grows by one changed file a commit, as a review changes it. CPU is that of this
process and of every process it started. DESIGN: at most 8 ms of CPU.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from warehouse.journal.journal import now
from warehouse.product.product import Product

COMMITS = 60
REPEATS = 3
LINES = 40
"""Of a file; one of them changes with every commit."""
NAMES = ("main.py", "report.py", "tests/test_tip.py")


def content(number: int) -> bytes:
    """A file as it is after so many changes."""
    lines = [f"line_{line} = {line}" for line in range(LINES)]
    lines[number % LINES] = f"changed = {number}"
    return "\n".join([*lines, ""]).encode()


def cpu_seconds() -> float:
    """CPU of this process and of those it started and waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def by_the_house(folder: Path) -> Callable[[dict[str, bytes]], None]:
    """Commits as the house makes them: durable, checked, counted and laid out."""
    product = Product.create(folder)
    head: list[str] = []

    def commit(files: dict[str, bytes]) -> None:
        made = product.commit(
            files,
            author="Programmer",
            role="programmer",
            message="Change the program",
            trailers={"Softhouse-Run": "bench"},
            at=now(),
            parent=head[-1] if head else None,
        )
        assert made is not None
        head.append(made.sha)

    return commit


def by_plain_git(folder: Path) -> Callable[[dict[str, bytes]], None]:
    """The baseline: what a person would type, who waits for no disk."""
    subprocess.run(["git", "init", "--quiet", folder], check=True)
    person = ["-c", "user.name=Programmer", "-c", "user.email=programmer@softhouse.invalid"]
    git = ["git", "-C", str(folder), *person]

    def commit(files: dict[str, bytes]) -> None:
        for path, text in files.items():
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_bytes(text)
        subprocess.run([*git, "add", *files], check=True)
        subprocess.run([*git, "commit", "--quiet", "-m", "Change the program"], check=True)

    return commit


def milliseconds(commit: Callable[[dict[str, bytes]], None], commits: int) -> tuple[float, float]:
    """CPU and wall milliseconds of a commit, once the first has been made."""
    commit({name: content(0) for name in NAMES})
    cpu, wall = cpu_seconds(), time.perf_counter()
    for number in range(1, commits + 1):
        commit({NAMES[number % len(NAMES)]: content(number)})
    spent = cpu_seconds() - cpu, time.perf_counter() - wall
    return spent[0] / commits * 1000, spent[1] / commits * 1000


def main() -> None:
    commits = int(sys.argv[1]) if len(sys.argv) > 1 else COMMITS
    os.environ |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    house, plain = [], []
    with tempfile.TemporaryDirectory() as place:
        for number in range(REPEATS):
            house.append(milliseconds(by_the_house(Path(place) / f"house-{number}"), commits))
            plain.append(milliseconds(by_plain_git(Path(place) / f"plain-{number}"), commits))
    (cpu, wall), (bare, _) = (
        map(statistics.median, zip(*each, strict=True)) for each in (house, plain)
    )
    print(
        f"a commit: {cpu:.1f} ms of CPU (bound 8), {wall:.0f} ms until it is on the disk"
        f" = {cpu / bare:.2f} × plain `git add` and `git commit` of {bare:.1f} ms"
    )


if __name__ == "__main__":
    main()
