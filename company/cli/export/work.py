"""What a run has made of a customer's program: the files that differ between the base and the product."""

from dataclasses import dataclass
from functools import cached_property

from company.cli.opened import OpenedRun
from company.errors import ConfigurationError
from warehouse.history.contribution import Contribution, contribution_of
from warehouse.product.git.changes import FileChange, changes_between
from warehouse.product.git.command import GitCommand
from warehouse.product.git.modes import PLAIN_MODE
from warehouse.product.git.objects import GitObjects
from warehouse.product.hidden import OF_SECRETS, reason_to_hide
from warehouse.product.product import Product
from warehouse.runs.folders import PRODUCT


@dataclass(frozen=True)
class Work:
    """The work of a run that has changed something."""

    made: Contribution
    git: GitCommand
    base: str
    head: str

    @cached_property
    def changes(self) -> list[FileChange]:
        """What became of each file."""
        return changes_between(self.git, self.base, self.head)

    @cached_property
    def secrets(self) -> list[str]:
        """The changed paths which by their names hold secrets, as those that the customer committed."""
        paths = (change.path for change in self.changes)
        return [path for path in paths if reason_to_hide(PLAIN_MODE, path, 0) == OF_SECRETS]

    @cached_property
    def contents(self) -> dict[str, bytes]:
        """What the files were and are, by the ids of their versions."""
        versions = (version for change in self.changes for version in (change.before, change.after))
        return GitObjects(self.git).contents(version.id for version in versions if version)


def work_of(opened: OpenedRun) -> Work:
    """Raises ConfigurationError where the run began with no program, or changed nothing of it."""
    made = contribution_of(opened.events)
    folder = opened.folder / PRODUCT
    if made.base is None:
        raise ConfigurationError(
            f"{opened.folder.name} began with no program of yours, so there is nothing to take home to: "
            f"its product is a repository of its own (git clone {folder.absolute()})."
        )
    product = Product.open(folder)
    git = GitCommand(product.path / ".git")
    head = made.head or made.base
    if GitObjects(git).kinds([head]).get(head) != "commit":
        head = product.head() or made.base  # the history was made anew
    # What the customer committed after that is theirs already, and no work of the run.
    work = Work(made, git, made.base, head)
    if not work.changes:
        raise ConfigurationError(f"{opened.folder.name} left every file as it was.")
    return work
