"""How a window in a browser tab is driven: as textual-serve does it, and it ends with its server."""

from textual.drivers.web_driver import WebDriver
from textual.messages import ExitApp


class ServedDriver(WebDriver):
    """Takes the end of its input for the end of the server, which may have been killed."""

    def run_input_thread(self) -> None:
        super().run_input_thread()
        if not self.exit_event.is_set():
            self._app.post_message(ExitApp())
