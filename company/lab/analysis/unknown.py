"""A figure that cannot be given, and why: never a NaN, never a made-up number."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Unknown:
    """Stands where a figure would; `why` is a clause in plain words, without a full stop."""

    why: str
