"""Where the repository of a task is: beside it, or in a place that only a person can allow."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from company.cards.problems import shown
from company.errors import ConfigurationError
from company.rights import Right

BUNDLE = ".bundle"


@dataclass(frozen=True)
class Repository:
    """A repository as a task names it."""

    place: str
    """The path of a folder or a bundle."""
    is_beside: bool = False
    """Whether it lies in the folder of the task's file, with all that belongs to it."""

    @property
    def path(self) -> Path:
        """Where it is on this machine."""
        return Path(self.place)

    def settled(self, folder: Path) -> "Repository":
        """The same for a task whose file lies in `folder`, with a path that can be opened from here."""
        home, place = folder.absolute(), folder.absolute() / self.place
        is_inside = ".." not in PurePosixPath(self.place).parts and all(
            each.resolve().is_relative_to(home.resolve()) for each in _all_of(place)
        )
        return Repository(str(place), is_inside and not _borrows(place))

    def require(self, task: str) -> None:
        """Raises ConfigurationError where nothing is there."""
        if not self.path.exists():
            raise ConfigurationError(
                f"The task {shown(task)} is about a repository that is not there: put a clone or a "
                f"bundle of it at {self.place}"
            )


def _all_of(place: Path) -> tuple[Path, ...]:
    """A repository, and what of it may be a link to another."""
    return place, place / ".git", place / ".git/objects", place / "objects"


def _borrows(place: Path) -> bool:
    """Whether a repository says that further objects of it lie elsewhere."""
    return any((each / "info/alternates").exists() for each in _all_of(place))


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
        raise ValueError("a repository is the path of a folder or a bundle")
    if "://" in value:
        raise ValueError(
            f"{value[:60]!r} is an address: clone it beside the task, and name the clone"
        )
    return Repository(value)
