"""A four-line change in a repository of about 15,000 lines, as a whole process, and the map of 100,000 lines.

`softhouse run --from` with a provider that gets everything right the first time: by the map alone
(`incremental`), and with tools that search, read and edit (`agent`). Beside each, the tokens of one bare
request that holds the task, the one file and the edit, and those of the whole repository. The map is drawn
cold, with nothing remembered, and warm; the baseline is a bare parse of the same files in this process.
DESIGN: 20,000 tokens without tools and 10,000 with; 5 s cold and 0.5 s warm.
"""

import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tree_sitter import Language, Parser
from tree_sitter_python import language

from benchmarks.classic_chain import cpu_of
from benchmarks.installed import installed
from benchmarks.provider import provider
from company.map.program_map import program_map
from tests.support.hands import call
from tests.support.repositories import NEW, OLD, RULE, TASK, repository, write
from tests.support.scripted_company import APPROVED, fields_reply
from tests.support.scripted_provider import tokens

EDIT = f"### {RULE}\n```python\n<<<<<<< SEARCH\n{OLD}=======\n{NEW}>>>>>>> REPLACE\n```\n"
BY_THE_MAP = {
    "Decide what is changed": fields_reply(
        changes=["refuses"], files=[RULE], adds=[], stays=["all else"]
    ),
    "Make this change": EDIT,
    "approved: true if": APPROVED,
}
WITH_TOOLS = {
    "^Task:": call("search", pattern="surcharge_07", only="money/*.py"),
    "^search ": call("read", path=RULE, first=1, last=12),
    "^read ": call("edit", path=RULE, search=OLD, replace=NEW),
    "^edit ": "All is done.",
}
BOUNDS = {"incremental": (20_000, BY_THE_MAP), "agent": (10_000, WITH_TOOLS)}
REPEATS = 3
OF_100_000_LINES = 75
"""Modules of an area, so that all files come to so many lines."""


def script(said: Mapping[str, str]) -> dict[str, Any]:
    return {"rules": [{"user": words, "replies": [reply]} for words, reply in said.items()]}


def change(source: Path, company: str, said: Mapping[str, str]) -> tuple[int, int, float, float]:
    """Calls, tokens, CPU seconds and seconds of the change by a company."""
    with (
        tempfile.TemporaryDirectory() as folder,
        provider(script(said)) as url,
        installed() as here,
    ):
        environment = {**here, "OPENAI_API_KEY": "none", "SOFTHOUSE_CACHE": f"{folder}/cache"}
        products = Path(folder) / "products"
        command = [
            sys.executable, "-m", "softhouse", "run", TASK, "--from", str(source), "--company", company,
            "--model", f"url:{url}#scripted", "--sandbox", "none", "--products", str(products), "--json",
        ]  # fmt: skip
        cpu, wall, _ = cpu_of(command, environment)
        journal = next(products.glob("*/journal.jsonl")).read_text(encoding="utf-8")
    events = [json.loads(line) for line in journal.splitlines()]
    used = [
        event["data"]["result"]["usage"]
        for event in events
        if event["kind"] == "effect.ended" and event["data"]["effect"] == "completion"
    ]
    return len(used), sum(u["prompt_tokens"] + u["completion_tokens"] for u in used), cpu, wall


def drawn(texts: Mapping[str, str], cache: Path) -> tuple[float, float]:
    """Seconds, and CPU seconds here, of a map."""
    began, cpu = time.monotonic(), time.process_time()
    asyncio.run(program_map(texts, {}, TASK, 1_500, cache=cache))
    return time.monotonic() - began, time.process_time() - cpu


def parsed(texts: Mapping[str, str]) -> float:
    """Seconds of a bare parse."""
    parser, began = Parser(Language(language())), time.monotonic()
    for text in texts.values():
        parser.parse(text.encode())
    return time.monotonic() - began


def maps(texts: Mapping[str, str]) -> tuple[float, float, float, float]:
    """Seconds cold and warm, of a bare parse, and CPU seconds of the warm one."""
    with tempfile.TemporaryDirectory() as cache:
        cold, _ = drawn(texts, Path(cache))
        warm, cpu = drawn(texts, Path(cache))
    return cold, warm, parsed(texts), cpu


def main() -> None:
    files = repository()
    lines = sum(text.count("\n") for text in files.values())
    bare, whole = tokens(TASK + files[RULE] + EDIT), tokens("".join(files.values()))
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), files)
        for company, (bound, said) in BOUNDS.items():
            calls, used, cpu, wall = change(Path(folder), company, said)
            print(
                f"four lines in {lines:,} of {len(files)} files, by {company}: {used:,} tokens in {calls} calls"
                f" (bound {bound:,}) = {used / bare:.1f} × a bare request with the file, {used / whole:.2f} × the"
                f" whole repository; {cpu:.1f} s CPU, {wall:.1f} s"
            )
    large = repository(OF_100_000_LINES)
    cold, warm, parse, cpu = map(
        statistics.median, zip(*(maps(large) for _ in range(REPEATS)), strict=True)
    )
    print(
        f"the map of {sum(text.count(chr(10)) for text in large.values()):,} lines in {len(large):,} files: cold"
        f" {cold:.2f} s (bound 5) = {cold / parse:.1f} × a bare parse; warm {warm:.2f} s (bound 0.5) ="
        f" {warm / parse:.2f} ×, {cpu:.2f} s CPU"
    )


if __name__ == "__main__":
    main()
