import re


def pick_pages(text: str, last: int) -> list[int]:
    """The pages that are to be printed."""
    picked: set[int] = set()
    for part in text.split(","):
        match = re.fullmatch(r"(!?)([0-9]*)(-?)([0-9]*)", part.strip(" "))
        if not match or not (match[2] or match[4]):
            raise ValueError(f"no pages: {part!r}")
        first = int(match[2] or 1)
        end = int(match[4] or last) if match[3] else first
        if match[2] and match[4] and end < first:
            raise ValueError(f"no pages: {part!r}")
        pages = set(range(max(first, 1), min(end, last) + 1))
        picked = picked - pages if match[1] else picked | pages
    return sorted(picked)
