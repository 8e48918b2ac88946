"""What is taken for a frozen page, where the browser's messages come as they may on a busy machine."""

import time
from itertools import count
from typing import Any

import pytest

from warehouse.sandbox.witness.inside import page
from warehouse.sandbox.witness.inside.browser import Browser

LOADED = {"method": "Page.loadEventFired", "params": {}}


class Scripted(Browser):
    """Answers what is asked of it; what the page does meanwhile is written down beforehand."""

    def __init__(self, *meanwhile: dict[str, Any], draws: bool = True) -> None:
        self.events: list[dict[str, Any]] = []
        self._meanwhile, self._draws, self._asked = meanwhile, draws, ""

    def tell(self, method: str, **parameters: Any) -> int:
        self._asked = parameters.get("expression", "")
        return 1

    def ask(self, method: str, seconds: float, **parameters: Any) -> dict[str, Any]:
        return {"frameTree": {"frame": {"id": "top"}}}

    def listen(self, seconds: float, event: str = "") -> bool:
        return False

    def has_answered(self, number: int, seconds: float) -> bool:
        self.events += self._meanwhile
        return self._draws or self._asked == "1"


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


def test_a_page_whose_own_clock_stands_still_is_not_frozen() -> None:
    opened = page.Page(Scripted(LOADED, draws=False), "http://127.0.0.1:1/", served=False)
    assert opened.open()
    assert opened.report["frozen"] == ""


def test_what_never_arrives_is_not_waited_for_again_and_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(page, "LOADS_SECONDS", 0.1)
    monkeypatch.setattr(page, "WAITS_SECONDS", 0.1, raising=False)
    for frame, waits in (("top", True), ("advertisement", False)):
        leaves = {"method": "Page.frameStartedLoading", "params": {"frameId": frame}}
        used = page.Page(Scripted(LOADED, leaves), "http://127.0.0.1:1/", served=False)
        begun = time.monotonic()
        assert used.open()
        assert (time.monotonic() - begun > 0.09) == waits
        for _ in range(10):
            used._use_control(page.MIDDLE)
        assert time.monotonic() - begun < 0.5
