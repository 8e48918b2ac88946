"""What the path of a step tells people: in which round, node, turn or part of a chain it is."""

import re

_NUMBERED = re.compile(r"(?:^|/)(round|node|turn|part)-([0-9]{1,6})/")


def circumstances(where: str) -> str:
    """The innermost of them around a step, as `round 2` or `node 3`; empty outside of all."""
    found = _NUMBERED.findall(where)
    return " ".join(found[-1]) if found else ""
