def shout_quoted(text: str) -> str:
    """The text with quoted parts in capitals."""
    pieces = text.split('"')
    if len(pieces) % 2 == 0:
        last = pieces.pop()
        pieces[-1] += '"' + last
    return "".join(piece.upper() if place % 2 else piece for place, piece in enumerate(pieces))
