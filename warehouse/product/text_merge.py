"""Two changes of one text made into one, where they touch different lines."""

from collections.abc import Sequence

from warehouse.product.alignment import unchanged


def merged(base: bytes | None, one: bytes | None, other: bytes | None) -> bytes | None:
    """What `base` becomes by both changes; None where they touch the same lines, or it is no text.

    A file that is not there is None too: whatever was made beside its making or its removal touches it.
    """
    if base is None or one is None or other is None:
        return None
    try:
        before, ours, theirs = (text.decode().split("\n") for text in (base, one, other))
    except UnicodeDecodeError:
        return None
    lines = _merged(before, ours, theirs)
    return None if lines is None else "\n".join(lines).encode()


def _merged(base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]) -> list[str] | None:
    kept = {was: at for at, was in unchanged(base, ours).items()}
    kept_too = {was: at for at, was in unchanged(base, theirs).items()}
    lines: list[str] = []
    begins, our_begin, their_begin = 0, 0, 0
    for was in [*sorted(kept.keys() & kept_too.keys()), len(base)]:
        at, there = kept.get(was, len(ours)), kept_too.get(was, len(theirs))
        piece = _settled(base[begins:was], ours[our_begin:at], theirs[their_begin:there])
        if piece is None:
            return None
        lines += [*piece, *base[was : was + 1]]
        begins, our_begin, their_begin = was + 1, at + 1, there + 1
    return lines


def _settled(
    base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]
) -> Sequence[str] | None:
    """Of lines between two that nobody touched: what they become, where only one changed them."""
    if ours in (base, theirs):
        return theirs
    return ours if theirs == base else None
