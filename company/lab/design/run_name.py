"""What runs of a batch or an experiment are called."""

import hashlib
import re

LONGEST = 120
"""Characters, which leaves room for names made of it in any file system."""


def run_name(*parts: str) -> str:
    """An id for a run that says what it is: letters, digits, dots, dashes and underscores.

    Where little of that remains, or too much, a digest tells it from others.
    """
    safe = [re.sub(r"[^A-Za-z0-9_.]+", "-", part).strip("-.") or digest(part) for part in parts]
    name = "--".join(safe)
    if len(name) <= LONGEST:
        return name
    return f"{name[: LONGEST - 9]}-{digest(*parts)}"


def digest(*parts: str) -> str:
    """A few letters that tell texts from others."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:8]
