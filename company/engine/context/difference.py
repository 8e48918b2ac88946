"""What was changed in the customer's program, as a diff."""

from collections.abc import Iterator, Mapping
from difflib import unified_diff

LONGEST = 400_000
"""Characters of a file that is compared line by line."""
LONG = "{path} was changed; it is too long to be compared here."


def difference(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> str:
    """The texts that were there and are different or gone; new files have no lines to compare."""
    return "\n".join(line for path in sorted(before) for line in _of(path, before, after))


def _of(path: str, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Iterator[str]:
    old, new = before[path], after.get(path, b"")
    if old == new and path in after:
        return
    try:
        texts = old.decode(), new.decode()
    except UnicodeDecodeError:
        return
    if max(map(len, texts)) > LONGEST:
        yield LONG.format(path=path)
        return
    was, now = (text.splitlines() for text in texts)
    name = f"b/{path}" if path in after else "/dev/null"
    yield from unified_diff(was, now, f"a/{path}", name, lineterm="")
