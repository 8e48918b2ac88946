"""`softhouse --help` against a bare interpreter in the same run. DESIGN: at most 5 times."""

import subprocess
import sys
import time

REPEATS = 15


def seconds(arguments: list[str]) -> float:
    """The fastest of some runs: start-up has no good reason to vary."""
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - started)
    return min(times)


def main() -> None:
    bare = seconds(["-c", "pass"])
    asked = seconds(["-m", "company.cli.main", "--help"])
    print(
        f"softhouse --help: {asked * 1000:.0f} ms = {asked / bare:.1f} × a bare interpreter"
        f" of {bare * 1000:.0f} ms (bound 5)"
    )


if __name__ == "__main__":
    main()
