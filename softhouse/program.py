"""The command line with the window that it may open: neither of the two imports the other."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from company.cli.main import call as call_without_window

if TYPE_CHECKING:  # at run time it would be half of what `--help` waits for here
    from pathlib import Path


def call(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; errors become one paragraph on stderr."""
    return call_without_window(arguments, OwnWindow())


class OwnWindow:
    """The window of `tui`, which is imported when it is asked for something."""

    @property
    def themes(self) -> Sequence[str]:
        from tui.themes import THEMES

        return list(THEMES)

    def check_theme(self, name: str) -> None:
        from tui.themes import check_name

        check_name(name)

    def show(
        self,
        products: "Path",
        run: "Path | None" = None,
        **options: Any,
    ) -> None:
        from tui.app import Window

        Window(products, run, **options).run()
