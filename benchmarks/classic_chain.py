"""The classic chain when everything is right the first time, as a whole process.

`softhouse run` with the waterfall, on a provider that answers at once with a three-file, 62-line
program: calls, prompt tokens, CPU seconds of the process and its children, peak memory. The
provider counts tokens as bytes / 4. DESIGN: at most 7 calls and 3,000 prompt tokens; at most 0.8 s
of CPU and 80 MB without a sandbox, beside a bare interpreter in the same run.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.installed import installed
from benchmarks.provider import ROOT, provider
from tests.support.scripted_company import TASK, script

REPEATS = 5


def cpu_of(command: Sequence[str], environment: dict[str, str]) -> tuple[float, float, int]:
    """CPU seconds, wall seconds and peak MB of a command with its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(f"{' '.join(command)} failed")
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return spent, wall, usage.ru_maxrss // 1024


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, provider(script()) as url, installed() as here:
        environment = {**here, "OPENAI_API_KEY": "none"}
        command = [
            sys.executable, "-m", "softhouse", "run", TASK, "--company", "default",
            "--model", f"url:{url}#scripted", "--sandbox", "none", "--products", folder, "--json",
        ]  # fmt: skip
        figures = [cpu_of(command, environment) for _ in range(REPEATS + 1)][1:]
        bare = [cpu_of([sys.executable, "-c", "pass"], environment)[0] for _ in range(REPEATS + 1)]
        journal = next(Path(folder).glob("*/journal.jsonl")).read_text()
    events = [json.loads(line) for line in journal.splitlines()]
    usage = [
        event["data"]["result"]["usage"]
        for event in events
        if event["kind"] == "effect.ended" and event["data"]["effect"] == "completion"
    ]
    cpu, wall, memory = (sorted(column)[REPEATS // 2] for column in zip(*figures, strict=True))
    print(
        f"classic chain, right the first time: {len(usage)} calls (bound 7),"
        f" {sum(u['prompt_tokens'] for u in usage):,} prompt tokens (bound 3,000),"
        f" {sum(u['completion_tokens'] for u in usage):,} reply tokens"
    )
    print(
        f"the whole process: {cpu:.2f} s CPU (bound 0.8) = {cpu / min(bare):.0f} × a bare"
        f" interpreter, {wall:.2f} s wall, {memory} MB (bound 80)"
    )


if __name__ == "__main__":
    main()
