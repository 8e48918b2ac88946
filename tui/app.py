"""The window: the run browser with a run in front of it, live or from the past."""

import gc
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

from textual import on
from textual.binding import Binding, BindingType

from tui.run_state.playback import LONGEST_PAUSE
from tui.screens.home import HomeScreen
from tui.screens.questions import QuitScreen
from tui.screens.run import LongRunLeft, RunScreen
from tui.shell import Shell
from warehouse.errors import SofthouseError
from warehouse.journal.journal import FILE_NAME, is_locked
from warehouse.terminal_text import safe_text

SOON = 1.0
"""Seconds after which everyone has let go of a screen that was left."""


class Window(Shell):
    """Runs of one products folder. Opened on a `run`, it shows that one first.

    `replay_at` is the speed of a replay from event number `start`; None shows the run's live end.
    `longest_pause` bounds, in seconds, what a replay waits. `begun` are runs that work for this
    window: leaving it, their person is asked what becomes of them. `theme` and `calm` are the
    Shell's.
    """

    TITLE = "softhouse"
    CSS = """
    Screen { layers: base overlay; }
    .hidden { display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Quit", tooltip="Leave the window", show=False, priority=True),
        Binding("q", "quit", "Quit", tooltip="Leave the window", show=False),
    ]

    def __init__(
        self,
        products: Path,
        run: Path | None = None,
        *,
        replay_at: float | None = None,
        start: int = 0,
        longest_pause: float = LONGEST_PAUSE,
        begun: Iterable[Path] = (),
        theme: str | None = None,
        calm: bool = False,
    ) -> None:
        super().__init__(theme=theme, calm=calm)
        self.products = products
        self.left: Path | None = None
        """The run that was shown last."""
        self._first = run
        self._replay_at = replay_at
        self._start = start
        self._longest_pause = longest_pause
        self._begun = set(begun)

    def on_mount(self) -> None:
        self.push_screen(HomeScreen(self.products))
        if self._first is not None:
            self.open_run(self._first, replay_at=self._replay_at, start=self._start)

    def open_run(self, folder: Path, *, replay_at: float | None = None, start: int = 0) -> None:
        """Show a run in front of the others."""
        try:
            screen = RunScreen(
                folder, replay_at=replay_at, start=start, longest_pause=self._longest_pause
            )
        except SofthouseError as error:
            self.notify(str(error), severity="error", timeout=10)
            return
        self.left = folder
        if isinstance(self.screen, RunScreen):
            self.switch_screen(screen)
        else:
            self.push_screen(screen)

    @on(LongRunLeft)
    def _collect_soon(self) -> None:
        """Collect what was left behind, which lies too deep for the collector to go there itself.

        The timer is ours: one that a screen sets holds on to the screen.
        """
        self.set_timer(SOON, gc.collect)

    def began_here(self, folder: Path) -> None:
        """Remember a run that was begun from this window."""
        self._begun.add(folder)

    def working_for_us(self) -> list[Path]:
        """The runs begun from this window that are still worked on."""
        return sorted(folder for folder in self._begun if is_locked(folder / FILE_NAME))

    async def action_quit(self) -> None:
        """Leave, and ask first what becomes of runs that were begun here."""
        working = self.working_for_us()
        if not working:
            self.exit()
        elif not isinstance(self.screen, QuitScreen):
            self.push_screen(QuitScreen(working), lambda leave: self.exit() if leave else None)

    def notify(self, message: str, **options: Any) -> None:
        """Tell something in passing; never as markup, wherever it comes from."""
        title = safe_text(options.pop("title", ""), keep_newlines=False)
        super().notify(safe_text(message), title=title, **{**options, "markup": False})
