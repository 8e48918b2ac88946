"""What is taken for a frozen page, where the browser's messages come as they may on a busy machine."""

from itertools import count
from typing import Any

import pytest

from warehouse.sandbox.witness.inside import page
from warehouse.sandbox.witness.inside.browser import Browser

LOADED = {"method": "Page.loadEventFired", "params": {}}


class Scripted(Browser):
    """Answers what is asked of it; what the page does meanwhile is written down beforehand."""

    def __init__(self, *meanwhile: dict[str, Any]) -> None:
        self.events: list[dict[str, Any]] = []
        self._meanwhile = meanwhile

    def tell(self, method: str, **parameters: Any) -> int:
        return 1

    def ask(self, method: str, seconds: float, **parameters: Any) -> dict[str, Any]:
        return {}

    def listen(self, seconds: float, event: str = "") -> bool:
        return False

    def has_answered(self, number: int, seconds: float) -> bool:
        self.events += self._meanwhile
        return True


@pytest.fixture(autouse=True)
def _busy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look finds that the page took nearly two more seconds of a processor."""
    spent = count(0.0, 1.9)
    monkeypatch.setattr(page, "processor_seconds", lambda: next(spent))
    monkeypatch.setattr(page, "SECONDS", 0.2)


def test_a_page_that_has_loaded_while_it_was_asked_whether_it_answers_is_open() -> None:
    opened = page.Page(Scripted(LOADED), "http://127.0.0.1:1/", served=False)
    assert opened.open()
    assert opened.report["frozen"] == ""
