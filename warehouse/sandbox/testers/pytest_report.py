"""Runs pytest on a product and reports, signed, what each test came to: `pytest_report.py FILE…`.

Started with `-P`, our pytest is imported before the product's folder is on the path. What a hook of
the product says of a test is not what counts: a test has passed if its function was entered and came
back, and failed if it raised, whatever became of the report afterwards.
"""

from __future__ import annotations

import argparse
import configparser
import functools
import hmac
import inspect
import json
import os
import shlex
import sys
import sysconfig
import tempfile
import tomllib
import unittest
from collections.abc import Callable, Iterable
from glob import glob
from pathlib import Path
from typing import Any

import pytest

OPTIONS = (
    *("-q", "--color=no", "-p", "no:cacheprovider", "-o", "addopts="),
    # A file that lacks a package says nothing of the others.
    "--continue-on-collection-errors",
)
"""Options the product has set for pytest could hide the reporter: they are left out, but for two."""
BY_IMPORTLIB = "--import-mode=importlib"
"""One that is kept: without it, two test files of one name cannot be told apart."""
SETTINGS = ("pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg")
SKIPS = (pytest.skip.Exception, unittest.SkipTest)
Send = Callable[..., None]


def sender() -> Send:
    """What writes a signed line. The key is held by it alone, and the process that was begun."""
    key_end, lines = map(int, os.environ.pop("SOFTHOUSE_REPORT").split(","))
    with os.fdopen(key_end, "rb") as pipe:
        key = pipe.read()
    os.set_inheritable(lines, False)
    owner, number, write, sign, text = os.getpid(), 0, os.write, hmac.new, json.dumps

    def send(**line: Any) -> None:
        nonlocal number
        if os.getpid() != owner:
            return
        body = text(line).encode()
        signature = sign(key, b"%d %s" % (number, body), "sha256").hexdigest().encode()
        rest = memoryview(signature + b" " + body + b"\n")
        while rest:
            rest = rest[write(lines, rest) :]
        number += 1

    return send


class Reporter:
    """The plugin: every test before the first is run, then the outcome of each."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._collected = 0
        self._returned: set[str] = set()
        self._raised: set[str] = set()
        self._reports: dict[str, list[pytest.TestReport]] = {}

    def pytest_itemcollected(self) -> None:
        self._collected += 1

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file that cannot be imported, or asks to be skipped, stands for its tests."""
        if report.outcome != "passed":
            self._send(test=report.nodeid, outcome=report.outcome, said=_told([report]))

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        for item in session.items:
            self._witness(item)
        tests = [item.nodeid for item in session.items]
        self._send(tests=tests, deselected=self._collected - len(tests))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._reports.setdefault(report.nodeid, []).append(report)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        reports = self._reports.pop(nodeid, [])
        if outcome := self._outcome(nodeid, reports):
            failed_as_told = outcome == "skipped" and any(map(_is_expected, reports))
            more = {"exactly": "xfailed"} if failed_as_told else {}
            self._send(test=nodeid, outcome=outcome, said=_told(reports), **more)

    def _outcome(self, test: str, reports: list[pytest.TestReport]) -> str:
        """Empty for a test that was reported on and not run."""
        outcomes = {report.outcome for report in reports}
        expected = any(map(_is_expected, reports))
        if "failed" in outcomes or (test in self._raised and not expected):
            return "failed"
        if "skipped" in outcomes:
            return "skipped"
        return "passed" if test in self._returned else ""

    def _witness(self, item: pytest.Item) -> None:
        """See to it that we learn how the test itself ends."""
        if hasattr(item, "addSuccess"):
            item.addSuccess = lambda _: self._returned.add(item.nodeid)
        elif isinstance(item, pytest.Function):
            item.obj = self._watched(item.obj, item.nodeid)
        else:
            item.runtest = self._watched(item.runtest, item.nodeid)  # type: ignore[method-assign]

    def _watched(self, function: Callable[..., Any], test: str) -> Callable[..., Any]:
        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def watched(*args: Any, **kwargs: Any) -> Any:
                with self._ending(test):
                    return await function(*args, **kwargs)
        else:

            @functools.wraps(function)
            def watched(*args: Any, **kwargs: Any) -> Any:
                with self._ending(test):
                    return function(*args, **kwargs)

        return watched

    def _ending(self, test: str) -> _Ending:
        return _Ending(self._returned, self._raised, test)


def _is_expected(report: pytest.TestReport) -> bool:
    """Whether the test is marked to fail."""
    return hasattr(report, "wasxfail")


def _told(reports: Iterable[pytest.CollectReport | pytest.TestReport]) -> str:
    """Why it failed, as pytest tells it; empty where it did not."""
    return "\n".join(report.longreprtext for report in reports if report.outcome == "failed")


class _Ending:
    """Notes whether a block came to its end or raised; a skipped test did neither."""

    def __init__(self, returned: set[str], raised: set[str], test: str) -> None:
        self._returned, self._raised, self._test = returned, raised, test

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._returned.add(self._test)
        elif not issubclass(kind, SKIPS):
            self._raised.add(self._test)


def main() -> None:
    """Run pytest on the files given, as from the product's folder."""
    send = sender()
    sys.path[:0] = [str(Path.cwd()), *(["src"] if Path("src").is_dir() else [])]
    # A package in `src` would be installed: what its tests start finds it too.
    os.environ["PYTHONPATH"] = f"{os.environ.get('PYTHONPATH', '')}:{Path('src').resolve()}"
    if members := linked_folders():
        sys.path += members
        os.environ["PYTHONUSERBASE"] = _linking(members)
    words = sys.argv[1:]
    examples = ["--doctest-modules"] if any(map(_runs_examples, words)) else []
    mode = [BY_IMPORTLIB] if any(map(_imports_by_importlib, SETTINGS)) else []
    options = [*OPTIONS, *mode, *_by_marks(), *examples, *words]
    exit_code = int(pytest.main(options, plugins=[Reporter(send)]))
    sys.stdout.flush()
    sys.stderr.flush()
    send(end=True)
    os._exit(0 if exit_code == pytest.ExitCode.NO_TESTS_COLLECTED else exit_code)


def linked_folders() -> list[str]:
    """Where the packages lie that pyproject.toml takes from below it: a tool would link them."""
    try:
        tool = _table(tomllib.loads(Path("pyproject.toml").read_text("utf-8")), "tool")
    except (OSError, ValueError, RecursionError):
        return []
    poetry = _table(tool, "poetry")
    groups = [_table(each, "dependencies") for each in _table(poetry, "group").values()]
    sources = [_table(tool, "uv", "sources"), _table(poetry, "dependencies"), *groups]
    places = [_table(each).get("path") for table in sources for each in table.values()]
    members = _table(tool, "uv", "workspace").get("members")
    places += members if isinstance(members, list) else []
    texts = [each for each in places if isinstance(each, str)]
    found = [each for text in texts for each in sorted(glob(text))]  # noqa: PTH207 - it refuses no text
    folders = [path.resolve() for path in map(Path, dict.fromkeys(found)) if path.is_dir()]
    return [
        str(each / "src" if (each / "src").is_dir() else each)
        for each in folders
        if Path.cwd().resolve() in each.parents
    ]


def _table(tables: Any, *names: str) -> dict[str, Any]:
    for name in names:
        tables = tables.get(name) if isinstance(tables, dict) else None
    return tables if isinstance(tables, dict) else {}


def _linking(folders: list[str]) -> str:
    """A user's own packages for what the tests start: it looks there after the standard library, which no
    file of a package may stand before."""
    base = tempfile.mkdtemp()
    scheme = sysconfig.get_preferred_scheme("user")
    packages = Path(sysconfig.get_path("purelib", scheme, {"userbase": base}))
    packages.mkdir(parents=True)
    (packages / "linked.pth").write_text("\n".join(folders))
    return base


def _imports_by_importlib(settings: str) -> bool:
    path = Path(settings)
    return path.is_file() and BY_IMPORTLIB.encode() in path.read_bytes()


def _by_marks() -> list[str]:
    """The other that is kept: which tests the project leaves out by their marks (`-m "not slow"`). They count as
    not run."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    parser.add_argument("-m")
    for settings in SETTINGS:
        try:
            options = _added_options(Path(settings))
            words = options if isinstance(options, list) else shlex.split(options)
            marks = parser.parse_known_args(words)[0].m
        except (
            OSError,
            ValueError,
            TypeError,
            RecursionError,
            argparse.ArgumentError,
            configparser.Error,
        ):
            continue
        if marks is not None:
            return ["-m", marks]
    return []


def _added_options(settings: Path) -> Any:
    """What a file of settings adds to each command line of pytest."""
    text = settings.read_text("utf-8")
    if settings.suffix == ".toml":
        pytests = _table(tomllib.loads(text), "tool", "pytest")
        return {**pytests, **_table(pytests, "ini_options")}.get("addopts", "")
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(text)
    section = "tool:pytest" if settings.suffix == ".cfg" else "pytest"
    return parser.get(section, "addopts", fallback="")


def _runs_examples(word: str) -> bool:
    """Whether this is a file that runs the examples in its docstrings when it is started."""
    return word.endswith(".py") and b"import doctest" in Path(word).read_bytes()


if __name__ == "__main__":
    main()
