"""Opening the window from the command line."""

from collections.abc import Iterable
from pathlib import Path

from company.cli.terminal import ensure_window
from warehouse.runs.folders import find_run, products_folder


def open_window(
    products: Path,
    run: Path | None = None,
    *,
    replay_at: float | None = None,
    longest_pause: float = 3.0,
    start: int = 0,
    theme: str | None = None,
    calm: bool = False,
    begun: Iterable[Path] = (),
) -> Path | None:
    """Show runs until the window is left; see `tui.app.Window`. Returns the run shown last.

    Raises ConfigurationError where there is no terminal for it.
    """
    ensure_window()
    from tui.app import Window

    window = Window(
        products,
        run,
        replay_at=replay_at,
        longest_pause=longest_pause,
        start=start,
        theme=theme,
        calm=calm,
        begun=begun,
    )
    window.run()
    return window.left


def products_and_run(run: str | None, products: Path | None) -> tuple[Path, Path | None]:
    """The folders that a person named. Raises RunNotFound."""
    root = products_folder(products)
    return root, None if run is None else find_run(run, root)
