"""Pictures in terminals that show some: which do by which protocol, and what they are sent."""

from base64 import standard_b64encode
from collections.abc import Iterator, Mapping
from typing import Literal

Protocol = Literal["kitty", "iterm"]
CHOICE = "SOFTHOUSE_PICTURES"
"""The variable of the environment that says which is used: `kitty`, `iterm` or `none`."""
PIECE = 4_096
"""Characters of one sequence of Kitty's protocol at most."""
NUMBER = 7_081
"""By which the terminal knows the picture."""
CELL = 2.0
"""How much taller than wide a cell is, about."""


def protocol_of(environment: Mapping[str, str]) -> Protocol | None:
    """The protocol of the terminal, by what it says of itself; None where it shows no pictures, or where
    something stands between that may not let them through."""
    match environment.get(CHOICE):
        case "kitty" | "iterm" as chosen:
            return chosen
        case str():
            return None
    if environment.get("TMUX") or environment.get("STY"):
        return None
    term, program = environment.get("TERM", ""), environment.get("TERM_PROGRAM", "")
    if "KITTY_WINDOW_ID" in environment or term in ("xterm-kitty", "xterm-ghostty"):
        return "kitty"
    return "iterm" if program in ("iTerm.app", "WezTerm") else None


def size_in_cells(png: bytes, most: tuple[int, int]) -> tuple[int, int]:
    """Columns and rows of a picture that is as large as there is room."""
    width, height = (int.from_bytes(png[at : at + 4]) or 1 for at in (16, 20))
    columns, rows = most
    scale = min(columns / width, rows * CELL / height)
    return max(1, int(width * scale)), max(1, int(height * scale / CELL))


def shown(protocol: Protocol, png: bytes, at: tuple[int, int], size: tuple[int, int]) -> str:
    """What shows a picture at a column and row, counted from 0, and leaves the cursor where it was."""
    (x, y), (columns, rows) = at, size
    data = standard_b64encode(png).decode()
    if protocol == "kitty":
        picture = "".join(_kitty(data, columns, rows))
    else:
        facts = f"inline=1;width={columns};height={rows};preserveAspectRatio=1"
        picture = f"\x1b]1337;File={facts}:{data}\x07"
    return f"\x1b7\x1b[{y + 1};{x + 1}H{picture}\x1b8"


def cleared(protocol: Protocol) -> str:
    """What takes it away, where text over it does not."""
    return f"\x1b_Ga=d,d=I,i={NUMBER},q=2\x1b\\" if protocol == "kitty" else ""


def _kitty(data: str, columns: int, rows: int) -> Iterator[str]:
    facts = f"a=T,f=100,i={NUMBER},c={columns},r={rows},C=1,q=2,"
    for start in range(0, len(data), PIECE):
        more = int(start + PIECE < len(data))
        yield f"\x1b_G{facts}m={more};{data[start : start + PIECE]}\x1b\\"
        facts = ""
