"""The `softhouse` command's `--help` against a bare interpreter in the same run. DESIGN: at most 5 times."""

import subprocess
import sys
import time
from pathlib import Path

from benchmarks.installed import installed

REPEATS = 15
SOFTHOUSE = str(Path(sys.executable).with_name("softhouse"))


def seconds(command: list[str], environment: dict[str, str]) -> float:
    """The fastest of some runs: start-up has no good reason to vary."""
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
        times.append(time.perf_counter() - started)
    return min(times)


def main() -> None:
    with installed() as environment:
        bare = seconds([sys.executable, "-c", "pass"], environment)
        asked = seconds([SOFTHOUSE, "--help"], environment)
    print(
        f"softhouse --help: {asked * 1000:.0f} ms = {asked / bare:.1f} × a bare interpreter"
        f" of {bare * 1000:.0f} ms (bound 5)"
    )


if __name__ == "__main__":
    main()
