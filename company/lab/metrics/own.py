"""Metrics of the user's own: functions of a run, from a notebook, a file that a person names, or an installed package.

A study that comes from elsewhere can name such a metric and never bring it: it is code of this machine.
"""

import hashlib
import inspect
import re
import sys
import traceback
from collections.abc import Callable, Mapping
from functools import cache
from importlib.metadata import entry_points
from importlib.util import module_from_spec, spec_from_file_location
from math import isfinite
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import ValidationError

from company.cards.problems import nearest, shown
from company.errors import ConfigurationError
from company.lab.metrics.catalogue import (
    METRICS,
    TAKEN,
    Kind,
    Metric,
    Values,
    known_besides,
    metric_names,
)
from company.lab.metrics.subject import Subject

GROUP = "softhouse.metrics"
"""The group of entry points by which an installed package names modules of metrics."""
HOW_GIVEN = "{} is given by --metrics FILE.py, in Python by importing its module before"
"""How a metric comes to be known, of whatever stands in the braces."""
NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")

Measure = Callable[[Subject], float | int | None]
F = TypeVar("F", bound=Measure)


class MetricFailed(ConfigurationError):
    """A metric of the user's own cannot be worked out. It says nothing of the run."""


OF_A_KIND: Mapping[Kind, tuple[Callable[[float], bool], str]] = {
    "yes_no": (lambda value: value in (0, 1), "yes or no is 1 or 0"),
    "share": (lambda value: 0 <= value <= 1, "a share is from 0 to 1"),
    "count": (
        lambda value: value >= 0 and value.is_integer(),
        "a count is a whole number from 0 on",
    ),
    "amount": (lambda _: True, ""),
}
"""What a metric of a kind can come to, and how it is said of one that did not."""

_MEASURES: dict[str, Measure] = {}
"""What measures each of those that `catalogue` knows besides."""


def metric(
    function: None = None,
    /,
    *,
    title: str = "",
    kind: Kind = "amount",
    unit: str = "",
    better: Literal["higher", "lower"] | None = None,
    source: str = "",
    definition: str = "",
    compared: Literal["difference", "ratio"] = "difference",
) -> Callable[[F], F]:
    """Have a function of a run measured as a metric, called like the function.

    It is given a `Subject` and returns a number, or None where there is nothing to be measured. What is not said is
    taken from the function: the first line of its docstring is the definition. A cell that is run again replaces it.
    Raises ConfigurationError where the name is no name of a metric, or that of one of ours, and for what no metric is.
    """
    if function is not None:
        name = getattr(function, "__name__", "it")
        raise ConfigurationError(f"Metrics are made with parentheses: put @metric() above {name}.")

    def made(function: F) -> F:
        name = function.__name__
        if not NAME.fullmatch(name) or name in (*METRICS, *TAKEN):
            why = "has other than a-z, 0-9 and _" if not NAME.fullmatch(name) else "is taken"
            raise ConfigurationError(f"A metric cannot be called {name!r}, which {why}.")
        if compared == "ratio" and kind in ("yes_no", "share"):
            raise ConfigurationError(
                f"The metric {name} is a share, and shares are compared by difference."
            )
        said = (inspect.getdoc(function) or "").partition("\n")[0]
        try:
            known_besides[name] = Metric(
                name=name,
                title=title or name.replace("_", " ").capitalize(),
                kind=kind,
                unit=unit,
                better=better,
                source=source or "own",
                definition=definition or said,
                compared=compared,
                proxy=True,
                digest=_digest_of(function),
            )
        except ValidationError as error:
            first = error.errors()[0]
            what = f"{first['loc'][0]} {shown(first['input'])}: {first['msg']}"
            raise ConfigurationError(f"The metric {name} cannot have the {what}.") from None
        _MEASURES[name] = function
        return function

    return made


def unknown(name: str) -> str:
    """What is said of a metric that is not there."""
    known = f"docs/metrics.md lists all; {HOW_GIVEN.format('one of your own')}"
    return f"unknown metric {shown(name)}{nearest(name, metric_names())}; {known}"


def measured(run: Subject) -> Values:
    """All of them. Raises MetricFailed where one fails, with its line: a gap would tell nobody."""
    return {name: _value(name, function, run) for name, function in _MEASURES.items()}


def load_file(path: Path) -> None:
    """Take the metrics of a file that a person has named. Raises ConfigurationError where it cannot be run."""
    name = f"softhouse_metrics_{hashlib.sha256(str(path.absolute()).encode()).hexdigest()[:12]}"
    spec = spec_from_file_location(name, path)
    before = dict(_MEASURES)
    try:
        if spec is None or spec.loader is None:
            raise ImportError("it is no Python file")
        sys.modules[name] = module = module_from_spec(spec)
        spec.loader.exec_module(module)
    except ConfigurationError:
        raise
    except Exception as error:
        raise ConfigurationError(f"{path}{_line_in(error, str(path))}: {_said(error)}") from error
    if before == _MEASURES:
        raise ConfigurationError(f"{path} has no metric: put @metric() above a function of a run.")


@cache
def load_installed() -> None:
    """Take those of installed packages, once. Raises ConfigurationError where one cannot be imported."""
    for each in entry_points(group=GROUP):
        try:
            each.load()
        except Exception as error:
            words = f"The metrics {each.name} ({each.value}) of an installed package cannot be used"
            raise ConfigurationError(f"{words}: {_said(error)}") from error


def _value(name: str, function: Measure, run: Subject) -> float | None:
    code = inspect.unwrap(function).__code__
    try:
        value = function(run)
    except Exception as error:
        where = f"{code.co_filename}{_line_in(error, code.co_filename)}"
        raise MetricFailed(f"{where}: the metric {name} failed: {_said(error)}") from error
    if value is None:
        return None
    came = f"{code.co_filename}:{code.co_firstlineno}: the metric {name} came to"
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        raise MetricFailed(f"{came} {shown(value)}, which is no number") from None
    if not isfinite(number):
        raise MetricFailed(f"{came} {number}; None says that there is nothing to be measured")
    is_one, words = OF_A_KIND[known_besides[name].kind]
    if not is_one(number):
        raise MetricFailed(f"{came} {number:g}, and {words}")
    return number


def _digest_of(function: Measure) -> str:
    """Of the file that it is written in and what was imported from beside it; of a cell, of its text."""
    try:
        file = Path(inspect.getsourcefile(function) or "")
        contents = [each.read_bytes() for each in [file, *_beside(file)]]
    except (OSError, TypeError):
        contents = [_source(function).encode()]
    return hashlib.sha256(b"\0".join(contents)).hexdigest()


def _beside(file: Path) -> list[Path]:
    """The modules of the same folder, or below it, that are loaded; of a file among all packages none."""
    if file.parent.name in ("site-packages", "dist-packages"):
        return []
    loaded = {getattr(module, "__file__", None) for module in list(sys.modules.values())}
    paths = {Path(each) for each in loaded if each and each.endswith(".py")}
    return sorted(each for each in paths - {file} if each.is_relative_to(file.parent))


def _source(function: Measure) -> str:
    try:
        return inspect.getsource(function)
    except OSError:
        return repr((function.__code__.co_code, function.__code__.co_consts))


def _line_in(error: BaseException, file: str) -> str:
    lines = [
        each.lineno for each in traceback.extract_tb(error.__traceback__) if each.filename == file
    ]
    return f":{lines[-1]}" if lines else ""


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".rstrip(": ")
