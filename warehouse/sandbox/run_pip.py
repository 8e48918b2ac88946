"""Runs pip inside a sandbox: the interpreter's own, else the wheel that `ensurepip` carries."""

import glob
import importlib.util
import os
import runpy
import sys

if importlib.util.find_spec("pip") is None:
    import ensurepip

    bundled = os.path.join(os.path.dirname(ensurepip.__file__), "_bundled", "pip-*.whl")  # noqa: PTH118, PTH120
    wheels = glob.glob(bundled) + glob.glob("/usr/share/python-wheels/pip-*.whl")  # noqa: PTH207
    if not wheels:
        sys.exit("This Python has no pip: choose a base image that has one.")
    sys.path.insert(0, wheels[0])
runpy.run_module("pip", run_name="__main__", alter_sys=True)
