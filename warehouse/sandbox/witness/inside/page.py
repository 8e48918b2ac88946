"""Opens a page in a browser, clicks on each control, follows its links, and reports on standard output, as JSON."""

from __future__ import annotations

import base64
import functools
import json
import os
import sys
import threading
import time
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

from .browser import Browser, BrowserGone, Refused, find_browser
from .places import AFTER, BEFORE, FOLDER

SECONDS = 30.0
"""The most that any step may take: a machine may be busy."""
FROZEN_CPU_SECONDS = 2.0
"""A page that does not answer, and takes so much of a processor meanwhile, is frozen."""
LOOK_SECONDS = 0.25
QUIET_SECONDS = 0.15
"""How long what was begun by the page may take to show."""
LOADS_SECONDS = 5.0
"""How long it may be on its way to another page."""
WAITS_SECONDS = 15.0
"""The most that all waits for what is on its way may take together: some of it never comes."""
DRAWN = """
new Promise(done => {
  requestAnimationFrame(() => requestAnimationFrame(done));
  setTimeout(done, 150);
})
"""
"""Comes about when what was done has been drawn, by the page's own clock."""
DRAWN_SECONDS = 1.0
"""How long that is waited for: a page may have put another clock there, which stands still."""
APPEARS_SECONDS = 3.0
"""How long it may take until there is something to be seen."""
KEYS = {"ArrowRight": 39, "ArrowDown": 40, "ArrowLeft": 37, "ArrowUp": 38, " ": 32, "a": 65}
MOST_CONTROLS = 20
CONTROLS = """
(index) => {
  const all = [...document.querySelectorAll(
    'button, summary, input:not([type=hidden]), select, textarea, a[href^="#"], [onclick], [role=button]')];
  const shown = all.filter(each => !each.disabled && each.checkVisibility());
  const one = shown[index];
  if (!one) return null;
  one.scrollIntoView({block: 'center', behavior: 'instant'});
  const box = one.getBoundingClientRect();
  const name = (one.innerText || one.id || one.name || one.type || '').trim().slice(0, 40);
  return {x: box.x + box.width / 2, y: box.y + box.height / 2, name,
    tag: one.tagName.toLowerCase(), writes: one.matches('input, textarea')};
}
"""
MIDDLE: dict[str, Any] = {"x": 512, "y": 384, "name": "", "tag": "its middle", "writes": False}
"""Where a page that shows nothing to click on is clicked."""
MOST_LINKS = 6
LINKS = r"""
() => [...document.querySelectorAll('a[href]')]
  .map(each => new URL(each.href, location.href))
  .filter(each => each.origin === location.origin && each.pathname !== location.pathname
    && /(\/[^.\/]*|\.html?)$/.test(each.pathname))
  .map(each => each.origin + each.pathname + each.search)
"""
"""The other pages of its own that it leads to."""
COLOURS = """
async (png) => {
  const bytes = Uint8Array.from(atob(png), each => each.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes], {type: 'image/png'}));
  const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d');
  canvas.drawImage(image, 0, 0);
  const pixels = new Uint32Array(canvas.getImageData(0, 0, image.width, image.height).data.buffer);
  return pixels.some(pixel => pixel !== pixels[0]);
}
"""
Json = dict[str, Any]


class Page:
    """One page that is used; `report` is what was seen of it."""

    def __init__(self, browser: Browser, address: str, *, served: bool) -> None:
        self._browser, self._address = browser, address
        self._served, self._refused = served, False
        self._own = address.split("/", 3)[2]
        self._requests: dict[str, str] = {}
        self._pending: set[str] = set()
        """Those of the requests that are not answered yet."""
        self._loading, self._waits = False, WAITS_SECONDS
        self._draws = DRAWN_SECONDS
        self._using = False
        self.report: Json = {
            "faults": [],
            "elsewhere": [],
            "blank": False,
            "frozen": "",
            "clicked": [],
            "followed": [],
        }

    def use(self) -> None:
        """Load it, look, click on what can be clicked, look again; then look where its links lead.
        Raises BrowserGone."""
        if not self.open():
            return
        links = list(dict.fromkeys(self._call(LINKS, None) or ()))[:MOST_LINKS]
        appeared = self._appears("when it is opened")
        if self.report["frozen"]:
            return
        self._keep(self._seen, BEFORE)
        self._using = True
        if not (self._click_all(anywhere=not appeared) and self._press_all()):
            return
        if self.report["clicked"]:
            self._keep(self._picture(), AFTER)
        self.report["blank"] = not (appeared or self._has_colours(self._seen))
        self._using = False
        self._follow_all(links)

    def open(self) -> bool:
        """Load it. Returns whether it answers then. Raises BrowserGone."""
        for domain in ("Page", "Runtime", "Network"):
            self._browser.ask(f"{domain}.enable", SECONDS)
        self._browser.tell("Network.setBlockedURLs", urls=["*/favicon.ico"])
        tree = self._browser.ask("Page.getFrameTree", SECONDS)["frameTree"]
        self._frame = tree["frame"]["id"]
        return self._opens(self._address, "when it is opened")

    def _opens(self, address: str, when: str) -> bool:
        """Whether it has loaded, and answers."""
        self._browser.events.clear()
        self._browser.tell("Page.navigate", url=address)
        return self._has_loaded(when) and self._rests(when)

    def _follow_all(self, links: list[str]) -> None:
        for address in links:
            path = address.partition(self._own)[2]
            self.report["followed"].append(path)
            when = f"when its link to {path} is followed"
            if not self._opens(address, when):
                return
            if not self._appears(when):
                self._fault(f"{path} is blank")

    def _has_loaded(self, when: str) -> bool:
        begun, spent = time.monotonic(), processor_seconds()
        while time.monotonic() < begun + SECONDS:
            came = self._browser.listen(LOOK_SECONDS / 5, "Page.loadEventFired")
            # It may have come as well while the page was asked whether it answers.
            if came or "Page.loadEventFired" in [each["method"] for each in self._browser.events]:
                return True
            if processor_seconds() > spent + FROZEN_CPU_SECONDS and not self._answers():
                break
        self.report["frozen"] = when
        return False

    def _rests(self, when: str) -> bool:
        """Whether the page still answers, once what it began is drawn, and what it asked for is there."""
        answers, begun = self._answers(), time.monotonic()
        self._take_events()
        while answers and time.monotonic() < begun + self._patience():
            self._browser.listen(LOOK_SECONDS / 25)
            self._take_events()
        self._waits -= time.monotonic() - begun
        if not answers:
            self.report["frozen"] = when
        return answers

    def _patience(self) -> float:
        """Seconds that are worth waiting for what is on its way."""
        wanted = LOADS_SECONDS if self._loading else QUIET_SECONDS if self._pending else 0.0
        return min(wanted, self._waits)

    def _answers(self) -> bool:
        if self._has_answer(DRAWN, self._draws):
            return True
        self._draws = QUIET_SECONDS
        return self._has_answer("1", SECONDS)

    def _has_answer(self, expression: str, seconds: float) -> bool:
        """Whether one comes in time, and before the page has used so much as a frozen one."""
        spent, until = processor_seconds(), time.monotonic() + seconds
        number = self._browser.tell("Runtime.evaluate", expression=expression, awaitPromise=True)
        while time.monotonic() < until and processor_seconds() < spent + FROZEN_CPU_SECONDS:
            if self._browser.has_answered(number, min(LOOK_SECONDS, seconds)):
                return True
        return False

    def _appears(self, when: str) -> bool:
        """Whether it shows more than one colour: what it draws may come later than the page itself."""
        until = time.monotonic() + APPEARS_SECONDS
        while not self._has_colours(self._picture()):
            if time.monotonic() > until or not self._rests(when):
                return False
        return True

    def _click_all(self, *, anywhere: bool) -> bool:
        """Each control, or `anywhere` where there is none. Returns whether it still answers then."""
        for index in range(MOST_CONTROLS):
            control = self._call(CONTROLS, index)
            if control is None and (index or not anywhere):
                break
            if not self._use_control(control or MIDDLE):
                return False
        return not self.report["frozen"]

    def _use_control(self, control: Json) -> bool:
        name = f"{control['tag']} {control['name']}".strip()
        self.report["clicked"].append(name)
        place = {"x": control["x"], "y": control["y"], "button": "left", "clickCount": 1}
        for kind in ("mousePressed", "mouseReleased"):
            self._browser.tell("Input.dispatchMouseEvent", type=kind, **place)
        if control["writes"]:
            self._browser.tell("Input.insertText", text="1")
        return self._rests(f"after a click on {name}")

    def _press_all(self) -> bool:
        """Keys that games and menus hear. Returns whether it still answers then."""
        for key, code in KEYS.items():
            named = {"key": key, "windowsVirtualKeyCode": code}
            self._browser.tell("Input.dispatchKeyEvent", type="rawKeyDown", **named)
            self._browser.tell("Input.dispatchKeyEvent", type="keyUp", **named)
        self._browser.listen(QUIET_SECONDS)
        return self._rests("after keys")

    def _picture(self) -> str:
        """What is seen now, which is the last that was."""
        self._seen = str(self._browser.ask("Page.captureScreenshot", SECONDS)["data"])
        return self._seen

    def _keep(self, png: str, path: str) -> None:
        Path(FOLDER).mkdir(exist_ok=True)
        Path(path).write_bytes(base64.b64decode(png))

    def _has_colours(self, png: str) -> bool:
        return bool(self._call(COLOURS, png))

    def _call(self, function: str, argument: object) -> Any:
        expression = f"({function})({json.dumps(argument)})"
        asked: Json = {"expression": expression, "returnByValue": True, "awaitPromise": True}
        try:
            answer = self._browser.ask("Runtime.evaluate", SECONDS, **asked)
        except Refused:  # on its way to another page, which is then asked
            self._rests("when it leads elsewhere")
            answer = self._browser.ask("Runtime.evaluate", SECONDS, **asked)
        return answer["result"].get("value")

    def _take_events(self) -> None:
        known_events = {
            "Runtime.exceptionThrown": self._thrown,
            "Runtime.consoleAPICalled": self._printed,
            "Network.requestWillBeSent": self._asked,
            "Network.responseReceived": self._got,
            "Network.loadingFailed": self._missed,
            "Network.loadingFinished": self._finished,
            "Page.frameStartedLoading": self._leads_elsewhere,
            "Page.frameStoppedLoading": self._is_there,
            "Page.loadEventFired": self._is_there,
        }
        for event in self._browser.events:
            if known := known_events.get(event["method"]):
                known(event["params"])
        self._browser.events.clear()

    def _fault(self, words: str) -> None:
        if len(self.report["faults"]) < MOST_CONTROLS and words not in self.report["faults"]:
            self.report["faults"].append(words[:500])

    def _thrown(self, event: Json) -> None:
        details = event["exceptionDetails"]
        thrown = details.get("exception", {}).get("description") or details["text"]
        self._fault(f"{thrown.splitlines()[0]} (line {details['lineNumber'] + 1})")

    def _printed(self, event: Json) -> None:
        if event["type"] in ("error", "assert") and not self._refused:
            words = [str(each.get("value", each.get("description", ""))) for each in event["args"]]
            self._fault(f"console.{event['type']}: {' '.join(words)}".splitlines()[0])

    def _asked(self, event: Json) -> None:
        address = event["request"]["url"]
        self._requests[event["requestId"]] = address
        self._pending.add(event["requestId"])
        scheme, _, rest = address.partition("://")
        place = rest.partition("/")[0]
        leads_away = scheme in ("http", "https", "ws", "wss") and place != self._own
        if leads_away and place not in self.report["elsewhere"]:
            self.report["elsewhere"].append(place)

    def _got(self, event: Json) -> None:
        answer = event["response"]
        asked = self._served and event["type"] in ("XHR", "Fetch")
        least = 500 if asked or (self._using and event["type"] == "Document") else 400
        # Its program may well refuse what nobody here could know, and the page say so on the console.
        self._refused = self._refused or (asked and answer["status"] >= 400)
        if answer["status"] >= least:
            self._fault_of(answer["url"], f"is answered with {answer['status']}")

    def _finished(self, event: Json) -> None:
        self._pending.discard(event["requestId"])

    def _leads_elsewhere(self, event: Json) -> None:
        self._loading = self._loading or event["frameId"] == self._frame

    def _is_there(self, event: Json) -> None:
        self._loading = self._loading and event.get("frameId", self._frame) != self._frame

    def _missed(self, event: Json) -> None:
        self._finished(event)
        if not event.get("canceled"):
            self._fault_of(self._requests.get(event["requestId"], ""), event["errorText"])

    def _fault_of(self, address: str, words: str) -> None:
        """Of a request for a file of the page's own."""
        path = address.partition(self._own)[2]
        if path and path != "/favicon.ico":
            self._fault(f"{path} {words}")


def processor_seconds() -> float:
    """What all processes of the sandbox that can be seen have used."""
    ticks = 0
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def used(address: str, *, served: bool = False) -> Json:
    """What is seen of the page at an address; `served` where a program of the product answers there."""
    program = find_browser()
    if program is None:
        return {"browser": False}
    browser = Browser(program)
    page = Page(browser, address, served=served)
    lost = ""
    try:
        browser.open_page(SECONDS)
        page.use()
    except BrowserGone as gone:
        lost = str(gone)
    finally:
        browser.close()
    return {"browser": True, "lost": lost, **page.report}


def main() -> None:
    """The only argument is the page's path under the current folder."""
    path = Path(sys.argv[1])
    handler = functools.partial(SimpleHTTPRequestHandler, directory=str(path.parent))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    # It ends with us: to be stopped, it would first have to look up, which it does twice a second.
    threading.Thread(target=server.serve_forever, daemon=True).start()
    report = used(f"http://127.0.0.1:{server.server_port}/{quote(path.name)}")
    sys.stdout.write(json.dumps(report))
