import re


def tune_length(tune: str) -> int:
    """The length of a tune in thirty-seconds."""
    length = 8
    total = 0
    for note in tune.split():
        match = re.fullmatch(r"[a-gr](1|2|4|8|16)?(\.?)", note)
        if not match:
            raise ValueError(f"no note: {note!r}")
        if match[1]:
            length = 32 // int(match[1])
        total += length * 3 // 2 if match[2] else length
    return total
