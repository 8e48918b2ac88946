"""Words for how fast a run is watched again."""

import math


def told_speed(speed: float) -> str:
    """`2×`, `0.5×`, or `at once`."""
    return "at once" if math.isinf(speed) else f"{speed:g}×"
