"""A tab of the product, and where it takes contents from."""

from functools import cached_property
from pathlib import Path

from textual.containers import Vertical

from tui.panes.messages import OpenStep
from tui.run_state.run_state import RunState
from tui.run_state.work import Work, Workspace
from warehouse.errors import ProductError
from warehouse.history.entries import Committed
from warehouse.paths import MAX_FILE_BYTES
from warehouse.product.git.diff import FileDiff
from warehouse.product.product import Product
from warehouse.product.text_diff import text_diffs
from warehouse.runs.products import product_folder
from warehouse.terminal_text import safe_text


class ProductReader:
    """The product of a run. Every method waits for git: for threads only.

    All raise ProductError, where there is no product too.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def _product(self) -> Product:
        return Product.open(product_folder(self._folder))

    def read(self, path: str, sha: str) -> bytes:
        """A file's content as a commit has it."""
        if self.sizes(sha).get(path, 0) > MAX_FILE_BYTES:
            raise ProductError(f"{path} is too large to be shown")
        return self._product.read(path, sha)

    def sizes(self, sha: str) -> dict[str, int]:
        """Path and bytes of every file of a commit."""
        return self._product.sizes(sha)

    def diff(self, sha: str) -> list[FileDiff]:
        """What a commit changed."""
        return self._product.diff(sha)

    def not_committed(self, workspace: Workspace) -> list[FileDiff]:
        """What a role has changed and not committed."""
        there = self.sizes(workspace.base) if workspace.base else {}
        before = {
            path: self.read(path, workspace.base).decode(errors="replace")
            for path in workspace.changed
            if path in there
        }
        return text_diffs(before, workspace.changed)


class WorkView(Vertical):
    """A tab that shows one side of the product."""

    def __init__(self, reader: ProductReader, *, id: str) -> None:  # noqa: A002  Textual's word
        super().__init__(id=id)
        self._reader = reader
        self._work = Work()

    def show(self, state: RunState) -> None:
        """As `Tab.show`."""
        self.follow(state.work)

    def follow(self, work: Work) -> None:
        """Show the product as it is now."""
        raise NotImplementedError

    def copy(self, text: str) -> None:
        """Copy a text, without what a terminal it is pasted into would obey."""
        if text:
            self.app.copy_to_clipboard(safe_text(text))
            self.app.notify("Copied.", timeout=2)

    def go_to_origin(self, commit: Committed | None) -> None:
        """Go to the step that made a commit."""
        if commit is not None:
            self.post_message(OpenStep(commit.where.rpartition("/")[0]))
