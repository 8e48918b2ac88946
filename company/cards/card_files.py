"""Where cards lie: inside the installed packages, and in a user's folders beside the task."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from company.cards.yaml_file import Readable
from company.errors import ConfigurationError

Kind = Literal["role", "phase", "chain", "company"]
KINDS: tuple[Kind, ...] = ("role", "phase", "chain", "company")
SUFFIXES = (".yaml", ".yml")
OVERLAY_FOLDERS: dict[Kind, tuple[str, ...]] = {
    "role": ("roles",),
    "phase": ("phases",),
    "chain": ("chains", "phases/chains"),
    "company": ("companies",),
}
_PACKAGES: dict[Kind, tuple[str, ...]] = {
    "role": ("roles",),
    "phase": ("phases",),
    "chain": ("phases", "chains"),
    "company": ("company", "companies"),
}


@dataclass(frozen=True)
class CardFile:
    """A card's file, not read yet."""

    kind: Kind
    name: str
    """The file's name without its suffix; the card inside must bear the same."""
    path: Readable
    label: str
    """The file's name for people."""
    built_in: bool

    @classmethod
    def at(cls, kind: Kind, path: Path) -> "CardFile":
        """A user's own card."""
        return cls(kind, path.stem, path, label_of(path), built_in=False)


def expanded(path: str | Path) -> Path:
    """A path as a person wrote it, with `~` for their home; left as it is where nobody has that."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


def label_of(path: Path) -> str:
    """A path as people know it: from the current folder where it lies inside."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 — links stay as the person wrote them
    here = Path.cwd()
    return str(absolute.relative_to(here) if absolute.is_relative_to(here) else absolute)


def built_in(kind: Kind) -> Iterator[CardFile]:
    """The cards that come with the house."""
    from importlib.resources import files

    package, *inside = _PACKAGES[kind]
    label = "/".join(_PACKAGES[kind])
    for path in files(package).joinpath(*inside).iterdir():
        if path.name.endswith(".yaml"):
            name = path.name.removesuffix(".yaml")
            place = path.resolve() if isinstance(path, Path) else path  # installers make links
            yield CardFile(kind, name, place, f"{label}/{path.name}", built_in=True)


def in_overlay(kind: Kind, root: Path) -> dict[str, CardFile]:
    """The cards of a kind in a user's folder, by name; none where there is no such folder."""
    cards: dict[str, CardFile] = {}
    for folder in (root / name for name in OVERLAY_FOLDERS[kind]):
        if folder.is_symlink():
            message = f"The folder {label_of(folder)} is a link: cards are not read through one"
            raise ConfigurationError(message)
        try:
            entries = sorted(folder.iterdir()) if folder.is_dir() else []
        except OSError as error:
            message = f"The folder {label_of(folder)} cannot be read: {error.strerror}"
            raise ConfigurationError(message) from None
        for path in entries:
            if path.suffix not in SUFFIXES or path.name.startswith("."):
                continue
            if path.stem in cards:
                first = cards[path.stem].label
                message = f"Two files claim the {kind} '{path.stem}': {first} and {label_of(path)}"
                raise ConfigurationError(f"{message}; keep one")
            cards[path.stem] = CardFile.at(kind, path)
    return cards
