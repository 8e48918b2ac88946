"""The command line as a person meets it: what it prints, and its exit code."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.scripted_company import script
from tests.support.scripted_provider import ScriptedProvider


@dataclass(frozen=True)
class Outcome:
    """How a command ended."""

    code: int
    out: str
    err: str

    def fails_with(self, code: int) -> str:
        """Check that it failed as people should see it, and return the paragraph."""
        assert self.code == code, f"exit code {self.code}, not {code}: {self.err}"
        assert "Traceback" not in self.out + self.err
        paragraphs = [part for part in self.err.strip().split("\n\n") if part.strip()]
        assert len(paragraphs) == 1, self.err
        assert self.err.lstrip().startswith("softhouse: ")
        return self.err


Softhouse = Callable[..., Outcome]


def in_process(*arguments: str) -> int:
    """The exit code of a command run in this process."""
    from softhouse.program import call

    return call(arguments)


def as_process(
    *arguments: str,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    stdin: str | bytes = "",
    seconds: float = 60,
) -> Outcome:
    """Run a command in a process of its own; `env` adds to the environment."""
    done = subprocess.run(
        [sys.executable, "-m", "softhouse", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
        input=stdin.encode() if isinstance(stdin, str) else stdin,
        capture_output=True,
        timeout=seconds,
        check=False,
    )
    return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())


ROOT = Path(__file__).parent.parent.parent


@contextmanager
def provider(**replies: list[object]) -> Iterator[ScriptedProvider]:
    """A provider at work that makes a tip calculator; see `scripted_company.script`."""
    with ScriptedProvider.from_script(script(**replies)).in_thread() as serving:
        yield serving


def model_at(serving: ScriptedProvider) -> str:
    """The id of a provider's model."""
    return f"url:{serving.url}#scripted"
