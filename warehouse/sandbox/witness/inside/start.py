"""Starts a program before the eyes of a witness, and reports on standard output, as JSON."""

from __future__ import annotations

import json
import sys

from .processes import watch_over_descendants
from .trial import Trials


def main() -> None:
    """The only argument are the settings: how it is started, what is put before that the first time, how long it has, the exit codes that a
    want of arguments or input explains, the pattern of an end for want of input, whether pages that it serves are opened, and how long
    its answers are waited for."""
    settings = json.loads(sys.argv[1])
    watch_over_descendants()
    trials = Trials(**settings)
    trials.make()
    sys.stdout.write(json.dumps(trials.made, ensure_ascii=False))
