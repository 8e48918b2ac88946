"""A page that is used in a browser by what stands on it, and what is to be seen of it."""

from __future__ import annotations

import base64
import functools
import threading
from collections.abc import Sequence
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from .browser import Browser, BrowserGone, find_browser
from .page import QUIET_SECONDS, SECONDS, Page
from .use import Action, CannotBeDone, Report, keep_picture, perform, place_in

CONTROLS = """
  const shown = each => each.checkVisibility();
  const first = (...names) => (names.find(name => name && name.trim()) || '').trim().slice(0, 60);
  const name = each => each.matches('input, textarea, select')
    ? first(each.labels?.[0]?.innerText, each.ariaLabel, each.placeholder,
        each.matches('[type=submit], [type=button]') ? each.value : '', each.name, each.id, each.type)
    : first(each.innerText, each.ariaLabel, each.title, each.id);
  const controls = [...document.querySelectorAll(
    'button, summary, input:not([type=hidden]), select, textarea, a[href], [onclick], [role=button]'
  )].filter(shown);
"""
SEEN = (
    """() => {"""
    + CONTROLS
    + """
  const areas = {};
  for (const each of document.querySelectorAll('body, body *')) {
    const colour = getComputedStyle(each).backgroundColor;
    if (colour === 'rgba(0, 0, 0, 0)' || !shown(each)) continue;
    const box = each.getBoundingClientRect();
    areas[colour] = (areas[colour] || 0) + box.width * box.height;
  }
  const value = each => each.matches('input, textarea, select') && each.value
    ? ` (holds ${each.value.slice(0, 60)})` : '';
  return {
    title: document.title,
    words: document.body ? document.body.innerText.slice(0, 6000) : '',
    controls: controls.slice(0, 60).map(each => `${each.tagName.toLowerCase()} ${name(each)}${value(each)}`),
    colours: Object.entries(areas).sort((a, b) => b[1] - a[1]).slice(0, 6).map(each => each[0]),
  };
}"""
)
PLACE = (
    """(wanted) => {"""
    + CONTROLS
    + """
  const low = wanted.toLowerCase();
  const leaves = [...document.querySelectorAll('body *')].filter(each => shown(each) && !each.children.length);
  const one = controls.find(each => name(each).toLowerCase() === low)
    || controls.find(each => name(each).toLowerCase().includes(low))
    || leaves.find(each => each.innerText?.trim().toLowerCase() === low);
  if (!one) return {names: controls.slice(0, 30).map(name)};
  one.scrollIntoView({block: 'center', behavior: 'instant'});
  const box = one.getBoundingClientRect();
  return {x: box.x + box.width / 2, y: box.y + box.height / 2};
}"""
)
KEYS = {
    "Enter": (13, "\r"), "Tab": (9, ""), "Escape": (27, ""), "Backspace": (8, ""), "Space": (32, " "),
    "Left": (37, ""), "Up": (38, ""), "Right": (39, ""), "Down": (40, ""),
}  # fmt: skip
NAMES = {"Space": " ", **{each: f"Arrow{each}" for each in ("Left", "Up", "Right", "Down")}}


class Visit(Page):
    """One visit to a page."""

    def use_as(self, actions: Sequence[Action]) -> Report:
        """Open it and do what is asked. Raises BrowserGone."""
        if not self.open():
            return {
                "kind": "page",
                "done": 0,
                "fault": f"the page is frozen {self.report['frozen']}",
            }
        verbs = {"click": self._click, "type": self._type, "press": self._press}
        performed = perform(actions, verbs)
        png = str(self._browser.ask("Page.captureScreenshot", SECONDS)["data"])
        keep_picture(base64.b64decode(png))
        seen: dict[str, Any] = self._call(SEEN, None) or {}
        return {"kind": "page", **performed, **seen, "errors": self.report["faults"]}

    def _click(self, words: str) -> None:
        if (at := place_in(words)) is not None:
            place: dict[str, Any] = {"x": at[0], "y": at[1]}
        else:
            place = self._call(PLACE, words) or {}
        if "x" not in place:
            known = ", ".join(map(str, place.get("names", ()))) or "nothing"
            raise CannotBeDone(f"there is nothing called '{words}' to click; there is: {known}")
        for kind in ("mousePressed", "mouseReleased"):
            self._browser.tell(
                "Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **place
            )
        self._has_answered(f"after a click on {words}")

    def _type(self, words: str) -> None:
        self._browser.tell("Input.insertText", text=words)
        self._has_answered("after typing")

    def _press(self, key: str) -> None:
        code, text = KEYS.get(key, (ord(key[0].upper()), key))
        named = {"key": NAMES.get(key, key), "windowsVirtualKeyCode": code}
        typed = {"text": text} if text else {}
        self._browser.tell("Input.dispatchKeyEvent", type="keyDown", **named, **typed)
        self._browser.tell("Input.dispatchKeyEvent", type="keyUp", **named)
        self._has_answered(f"after {key}")

    def _has_answered(self, when: str) -> None:
        self._browser.listen(QUIET_SECONDS)
        if not self._rests(when):
            raise CannotBeDone(f"the page is frozen {when}")


def use_page(path: str, actions: Sequence[Action]) -> Report:
    """Use the page at a path under the current folder."""
    page = Path(path)
    handler = functools.partial(SimpleHTTPRequestHandler, directory=str(page.parent))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()  # it ends with us
    return visit(f"http://127.0.0.1:{server.server_port}/{page.name}", actions, served=False)


def visit(address: str, actions: Sequence[Action], *, served: bool) -> Report:
    """Use the page at an address; `served` says whether a program of the product answers there."""
    program = find_browser()
    if program is None:
        return {"kind": "page", "done": 0, "fault": "there is no browser in this sandbox"}
    browser = Browser(program)
    try:
        browser.open_page(SECONDS)
        return Visit(browser, address, served=served).use_as(actions)
    except BrowserGone as gone:
        return {"kind": "page", "done": 0, "fault": f"the browser could not go on: {gone}"}
    finally:
        browser.close()
