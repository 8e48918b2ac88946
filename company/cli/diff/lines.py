"""Two runs side by side, into a pipe: a line for each fact, its fields apart by tabs."""

from company.cli.diff.patch import patch_lines
from company.cli.diff.sides import RunPair
from company.cli.output import say
from warehouse.terminal_text import safe_text


def print_lines(pair: RunPair, *, everything: bool, patch: bool) -> None:
    """Write the part, the name, and what either run has; last of a part, how much is the same."""
    for letter, run in pair.runs:
        _print("run", letter, run.folder.absolute().name, run.row.status)
    _print("shared", pair.shared)
    for part in pair.parts:
        word = part.title.lower()
        for line in part.lines if everything else part.differing:
            _print(word, line.name, line.a, line.b)
        if part.same and not everything:
            _print(word, f"{part.same:,} the same")
    if patch:
        for patched in patch_lines(pair.comparison.files):
            say(patched)


def _print(*fields: str) -> None:
    flat = (safe_text(field.replace("\n", " / "), keep_newlines=False) for field in fields)
    say("\t".join(flat))
