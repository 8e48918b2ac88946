"""The embedded model and real Docker: `softhouse run` is killed in its tracks, and resumed to its end.

What a model says cannot be said twice in the same words, so this holds what recorded words must:
they stay as they are, nothing that was answered is asked again, and the product is what the journal
says.
"""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from company.models.local.servable import installed
from company.models.local.weights import measured_weights
from tests.support.command_line import ROOT
from tests.support.engine import docker_backend
from tests.support.houses import write_cards
from warehouse.events.conversion import as_json
from warehouse.journal.journal import FILE_NAME, Event, is_locked, read_events
from warehouse.product.product import Product
from warehouse.sandbox.docker.backend import OWNER
from warehouse.sandbox.docker.engine import DockerEngine
from warehouse.sandbox.docker.image import LABEL
from warehouse.sandbox.owners import is_dead

MODEL = "local:qwen2.5-coder-1.5b"
TASK = "a program that prints the sum of 2 and 3"
CODE = """\
{{ task }}

Write it in Python, in one block, at most five lines:
```python
# main.py
```
"""


def has_begun(effect: str, number: int) -> Callable[[list[Event]], bool]:
    """Whether that many such effects have begun, the last of them not having ended yet."""
    return lambda events: (
        _count(events, "effect.started", effect) == number
        and _count(events, "effect.ended", effect) < number
    )


def has_ended(effect: str, number: int) -> Callable[[list[Event]], bool]:
    return lambda events: _count(events, "effect.ended", effect) == number


def _count(events: list[Event], kind: str, effect: str) -> int:
    return sum(event.kind == kind and as_json(event.data)["effect"] == effect for event in events)


MOMENTS: dict[str, Callable[[list[Event]], bool]] = {
    "while the model writes the program": lambda events: events[-1].kind == "words",
    "when the program is recorded": has_ended("completion", 1),
    "while the program is in the sandbox": has_begun("sandbox", 1),
    "when the second reply is recorded": has_ended("completion", 2),
}


@dataclass
class Lives:
    """One run through several processes, each a `softhouse` in a process group of its own."""

    folder: Path
    events: list[Event] = field(default_factory=list)
    """Everything any of the processes said it wrote."""

    def live(self, *arguments: str, until: Callable[[list[Event]], bool] | None = None) -> int:
        """Let a process work, and kill its group once what it wrote fits. Returns its exit code."""
        with subprocess.Popen(
            [sys.executable, "-m", "softhouse", *arguments, "--json"],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            start_new_session=True,
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                self.events.append(Event.of(**json.loads(line)))
                if until is not None and until(self.events):
                    os.killpg(process.pid, signal.SIGKILL)
                    break
        return process.returncode

    @property
    def journal(self) -> Path:
        (path,) = self.folder.glob(f"products/*/{FILE_NAME}")
        return path

    def whole_lines(self) -> bytes:
        raw = self.journal.read_bytes()
        return raw[: raw.rindex(b"\n") + 1]


@pytest.fixture
def lives(tmp_path: Path) -> Iterator[Lives]:
    if not (installed() and measured_weights().present()):
        pytest.skip("the embedded model is not in the cache: softhouse model pull")
    people = {"instructor": "cto", "assistant": "programmer"}
    write_cards(
        tmp_path,
        "phases",
        write={
            "title": "Write", "talk": people, "sees": ["task"], "yields": {"files": {}},
            "max_reply_tokens": 200, "prompt": CODE,
        },
        describe={
            "title": "Describe", "talk": people, "sees": ["file_list"],
            "yields": {"report": None}, "max_reply_tokens": 16,
            "prompt": "{{ file_list }}\n\nSay in five words what this is.",
        },
        explain={
            "title": "Explain", "talk": people, "sees": ["task"],
            "yields": {"document": "NOTES.md"}, "max_reply_tokens": 24,
            "prompt": "{{ task }}\n\nWrite the title of its manual and one sentence.",
        },
    )  # fmt: skip
    write_cards(tmp_path, "chains", brief={"steps": ["write", "run_tests", "describe", "explain"]})
    write_cards(tmp_path, "companies", brief={"title": "Brief", "chain": "brief"})
    yield Lives(tmp_path)


@pytest.mark.slow
@pytest.mark.model
@pytest.mark.engine
async def test_what_was_recorded_is_never_asked_again(lives: Lives) -> None:
    await (await docker_backend()).close()
    arguments = [
        "run",
        TASK,
        "--company",
        "brief",
        "--model",
        MODEL,
        "--sandbox",
        "docker",
        "--seed",
        "1",
    ]
    kept = b""
    for moment, come in MOMENTS.items():
        assert lives.live(*arguments, until=come) == -signal.SIGKILL, moment
        assert lives.whole_lines().startswith(kept), f"changed what was recorded: {moment}"
        assert not is_locked(lives.journal), moment
        kept = lives.whole_lines()
        arguments = ["resume", "last"]
    assert lives.live(*arguments) in (0, 1)

    assert lives.whole_lines().startswith(kept)
    events = read_events(lives.journal)
    assert [event.seq for event in events] == list(range(len(events)))
    assert as_json(events[-1].data)["status"] in ("verified", "unverified")
    ended = Counter(place(e) for e in events if e.kind == "effect.ended")
    assert set(ended.values()) == {1}
    for number, event in enumerate(events):
        later = [place(e) for e in events[number:] if e.kind == "effect.started"]
        assert event.kind != "effect.ended" or place(event) not in later, "it was asked again"
    assert not is_locked(lives.journal)
    product = Product.open(lives.journal.parent / "product")
    commits = [as_json(e.data)["result"]["sha"] for e in events if is_end_of(e, "commit")]
    assert product.head() == commits[-1]
    assert sorted(product.files()) == ["NOTES.md", "main.py"]
    assert await containers_of_the_dead() == []


def place(event: Event) -> tuple[str, int]:
    return event.where, as_json(event.data)["ordinal"]


def is_end_of(event: Event, effect: str) -> bool:
    return event.kind == "effect.ended" and as_json(event.data)["effect"] == effect


async def containers_of_the_dead() -> list[str]:
    """The sandboxes on this engine whose process is gone."""
    engine = DockerEngine()
    try:
        api = await engine.api()
        found = api.containers(all=True, filters={"label": f"{LABEL}=sandbox"})
        return [each["Id"] for each in found if is_dead(each["Labels"].get(OWNER, ""))]
    finally:
        await engine.close()
