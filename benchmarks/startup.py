"""The `softhouse` command's `--help` against a bare interpreter in the same run. DESIGN: at most 5 times."""

import subprocess
import sys
import time
from pathlib import Path

REPEATS = 15


SOFTHOUSE = str(Path(sys.executable).with_name("softhouse"))


def seconds(command: list[str]) -> float:
    """The fastest of some runs: start-up has no good reason to vary."""
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - started)
    return min(times)


def main() -> None:
    bare = seconds([sys.executable, "-c", "pass"])
    asked = seconds([SOFTHOUSE, "--help"])
    print(
        f"softhouse --help: {asked * 1000:.0f} ms = {asked / bare:.1f} × a bare interpreter"
        f" of {bare * 1000:.0f} ms (bound 5)"
    )


if __name__ == "__main__":
    main()
