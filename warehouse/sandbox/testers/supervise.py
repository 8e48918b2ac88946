"""Runs a product's tests and says what became of them: `supervise.py [--each] FORMAT COMMAND…`.

Standard output carries the report alone, as one JSON object: the tests get standard error for both
of their streams. With `--each`, the report names every test with its outcome, and says why it failed where
its runner tells that. Tests run arbitrary code, so nothing is believed that they could have said
themselves: a reporter inside their process signs each line with a key that it reads, and takes away,
before any of the product is imported; and a report counts as complete only if it names every test
before the first is run, an outcome for each, and its own end.
"""

from __future__ import annotations

import ctypes
import hmac
import importlib
import json
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

PR_SET_DUMPABLE = 4
GRACE_SECONDS = 5.0
"""How long what has reported may take to end; what it has left open may keep it from that."""
NO_SUCH_PROGRAM = 127
LIBRARY = Path(__file__).resolve().parent.parent / "lib"
LONGEST_SAYING = 2_000
"""Characters of what is told of a test that failed, from its end."""
MOST_SAYINGS = 200
EACH = "--each"
WORST_FIRST = ("failed", "skipped", "xfailed", "passed")
Line = dict[str, Any]


class Distrusted(Exception):
    """The report was written by someone else, in part at least."""


class Tally:
    """What was told of the tests so far."""

    def __init__(self) -> None:
        self.expected: dict[str, None] = {}
        self.outcomes: dict[str, str] = {}
        self.told: dict[str, tuple[str, str]] = {}
        """What each test is called in every run, and its outcome where that says more."""
        self.said: dict[str, str] = {}
        """What was told of each test that failed, by its name."""
        self.deselected = 0
        self.ended = False

    def take(self, line: Line) -> None:
        """One line of a report: tests that will be run, the outcome of one, or the end."""
        self.expected |= dict.fromkeys(line.get("tests", ()))
        self.deselected += line.get("deselected", 0)
        if "test" in line:
            self.expected.setdefault(line["test"])
            if self.outcomes.get(line["test"]) != "failed":
                self.outcomes[line["test"]] = line["outcome"]
                name, exactly = line.get("name") or line["test"], line.get("exactly")
                self.told[line["test"]] = name, exactly or line["outcome"]
                if line.get("said") and len(self.said) < MOST_SAYINGS:
                    self.said[name] = line["said"][-LONGEST_SAYING:]
        self.ended = self.ended or bool(line.get("end"))

    def report(self, exit_code: int, distrusted: str) -> Line:
        """Everything that was told, and why it is not believed where it is not."""
        counts = {word: self._count(word) for word in ("passed", "failed", "skipped")}
        not_run = len(self.expected) - sum(counts.values())
        return {
            "collected": len(self.expected) + self.deselected,
            **counts,
            "deselected": self.deselected,
            "not_run": not_run,
            "doubt": distrusted or self._doubt(exit_code, counts["failed"], not_run),
        }

    def each(self) -> dict[str, str]:
        """The outcome of every test that came to one, by name; of several with one name, the worst."""
        by_name: dict[str, str] = {}
        for name, outcome in self.told.values():
            by_name[name] = min(outcome, by_name.get(name, outcome), key=WORST_FIRST.index)
        return by_name

    def _count(self, outcome: str) -> int:
        return list(self.outcomes.values()).count(outcome)

    def _doubt(self, exit_code: int, failed: int, not_run: int) -> str:
        if not self.ended:
            return "the tests ended before their end"
        if not_run:
            return f"{not_run} of {len(self.expected)} tests have no outcome"
        if exit_code and not failed:
            return f"no test failed, but the tests ended with exit code {exit_code}"
        return ""


def main() -> None:
    """Run the command, print the report; exit code 0 where tests passed and none failed."""
    names_each = sys.argv[1] == EACH
    form, *command = sys.argv[1 + names_each :]
    # Else what is tested could open our standard output through /proc.
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    tally = Tally()
    exit_code, distrusted = 0, ""
    try:
        exit_code = FORMATS[form](command, tally)
    except Distrusted as error:
        distrusted = str(error)
    except FileNotFoundError as error:
        sys.stderr.write(f"{error.filename} is not in this sandbox")
        sys.stderr.flush()
        os._exit(NO_SUCH_PROGRAM)
    report = tally.report(exit_code, distrusted)
    if names_each:
        report |= {} if distrusted else {"each": tally.each(), "said": tally.said}
    sys.stdout.write(json.dumps(report))
    sys.stdout.flush()
    passed = report["passed"] and not report["failed"] and not report["doubt"]
    os._exit(0 if passed else 1)


def _signed(command: list[str], tally: Tally) -> int:
    """A command whose reporter has the key, and a pipe for its lines."""
    key = secrets.token_hex(32)
    key_read, key_write = os.pipe()
    lines_read, lines_write = os.pipe()
    os.write(key_write, key.encode())
    os.close(key_write)
    child = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=2,
        env=_environment(SOFTHOUSE_REPORT=f"{key_read},{lines_write}"),
        pass_fds=(key_read, lines_write),
        start_new_session=True,
    )
    os.close(key_read)
    os.close(lines_write)
    with os.fdopen(lines_read, "rb") as lines:
        return _heard(child, _verified(lines, key), tally)


def _verified(lines: Iterable[bytes], key: str) -> Iterator[Line]:
    """The lines, each of which carries its number and a signature of both."""
    for number, line in enumerate(lines):
        signature, _, body = line.rstrip(b"\n").partition(b" ")
        expected = hmac.new(key.encode(), b"%d %s" % (number, body), "sha256").hexdigest()
        if not hmac.compare_digest(signature, expected.encode()):
            raise Distrusted("something else than the test runner wrote into its report")
        yield json.loads(body)


def _printed(
    read: Callable[[Iterable[bytes]], Iterator[Line]],
) -> Callable[[list[str], Tally], int]:
    """A command whose output is the report, as `go test -json`: it starts the tests, which are other
    processes than it."""

    def run(command: list[str], tally: Tally) -> int:
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, start_new_session=True
        )
        assert child.stdout is not None
        return _heard(child, read(child.stdout), tally)

    return run


def _of_go(lines: Iterable[bytes]) -> Iterator[Line]:
    begun: set[str] = set()
    failed: set[str] = set()
    outcomes = {"pass": "passed", "fail": "failed", "skip": "skipped"}
    for line in lines:
        try:
            event = json.loads(line)
            action, package = event["Action"], event.get("Package", "")
        except (ValueError, TypeError, KeyError):
            sys.stderr.write(line.decode(errors="replace"))
            continue
        sys.stderr.write(event.get("Output", ""))
        test = event.get("Test", "")
        if action in ("start", "run"):
            begun.add(package)
        if "/" in test:
            continue
        if action == "run":
            yield {"tests": [f"{package}.{test}"]}
        elif action in outcomes and test:
            failed |= {package} if action == "fail" else set()
            yield {"test": f"{package}.{test}", "outcome": outcomes[action]}
        elif action in outcomes:
            begun.discard(package)
            if action == "fail" and package not in failed:
                yield {"test": package, "outcome": "failed"}
    if not begun:
        yield {"end": True}


def _of_cargo(lines: Iterable[bytes]) -> Iterator[Line]:
    """What the test programs of Rust print: each says how many tests it has before the first is run."""
    suite = number = 0
    running = False
    outcomes = {"ok": "passed", "failed": "failed", "ignored": "skipped"}
    for line in lines:
        try:
            event = json.loads(line)
            kind, what = event["type"], event["event"]
        except (ValueError, TypeError, KeyError):
            sys.stderr.write(line.decode(errors="replace"))
            continue
        sys.stderr.write(event.get("stdout", ""))
        if kind == "suite":
            running = what == "started"
            if running:
                suite, number = suite + 1, 0
                yield {"tests": [f"{suite}.{each + 1}" for each in range(event["test_count"])]}
        elif what in outcomes:
            number += 1
            told = {"name": event.get("name", ""), "said": event.get("stdout", "")}
            yield {"test": f"{suite}.{number}", "outcome": outcomes[what], **told}
    if not running:
        yield {"end": True}


def _by_module(command: list[str], tally: Tally) -> int:
    """A module beside this one that runs the tests itself: the first word is its name."""
    here = Path(__file__).resolve().parent
    sys.path.append(str(here.parent))
    for line in importlib.import_module(f"{here.name}.{command[0]}").report(command[1:]):
        tally.take(line)
    return 0


def _heard(child: subprocess.Popen[bytes], lines: Iterator[Line], tally: Tally) -> int:
    """The exit code of a child that has been listened to until its report's end, or its own."""
    try:
        for line in lines:
            tally.take(line)
            if tally.ended:
                break
        return child.wait(None if not tally.ended else GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        return 0
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)


def _environment(**more: str) -> dict[str, str]:
    """Ours, with our library first and without what changes how Python tests are run."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    folders = kept.get("PYTHONPATH", "").split(":")
    if LIBRARY.is_dir():
        folders = [str(LIBRARY), *(folder for folder in folders if folder != str(LIBRARY))]
    return {**kept, "PYTHONPATH": ":".join(filter(None, folders)), **more}


FORMATS: dict[str, Callable[[list[str], Tally], int]] = {
    "signed": _signed,
    "go": _printed(_of_go),
    "cargo": _printed(_of_cargo),
    "module": _by_module,
}

if __name__ == "__main__":
    main()
