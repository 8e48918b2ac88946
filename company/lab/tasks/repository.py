"""Where the repository of a task is: beside it, or somewhere that only a person can allow."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from company.cards.problems import shown
from company.errors import ConfigurationError
from company.rights import Right

BUNDLE = ".bundle"
SCHEMES = ("https://", "ssh://", "git://", "http://", "file://")


@dataclass(frozen=True)
class Repository:
    """A repository as a task names it."""

    place: str
    """An address, or the path of a folder or a bundle."""
    is_beside: bool = False
    """Whether it lies in the folder of the task's file, with all that belongs to it."""

    @property
    def is_address(self) -> bool:
        return "://" in self.place

    def settled(self, folder: Path) -> "Repository":
        """The same for a task whose file lies in `folder`, with a path that can be opened from here."""
        if self.is_address:
            return self
        home, place = folder.absolute(), folder.absolute() / self.place
        is_inside = place.resolve().is_relative_to(home.resolve())
        return Repository(str(place), is_inside and ".." not in PurePosixPath(self.place).parts)

    def require(self, task: str) -> None:
        """Raises ConfigurationError where it is a path, and nothing is there."""
        if not self.is_address and not Path(self.place).exists():
            raise ConfigurationError(
                f"The task {shown(task)} is about a repository that is not there: put a clone or a "
                f"bundle of it at {self.place}"
            )


def repositories(named: Iterable[Repository | None]) -> list[Right]:
    """What tasks ask for that are about repositories which do not lie beside them."""
    elsewhere = {each.place for each in named if each is not None and not each.is_beside}
    return [
        Right(place, "a repository whose files would be read and sent to the models")
        for place in sorted(elsewhere)
    ]


def read_repository(value: Any) -> Any:
    """A repository from the text of a task."""
    if not isinstance(value, str):
        return value
    if not value.strip() or "\x00" in value or value.startswith("-"):
        raise ValueError("a repository is the path of a folder or a bundle, or an address")
    if "://" in value and not value.startswith(SCHEMES):
        raise ValueError(f"{value[:60]!r} is no address that git knows")
    return Repository(value)
