"""`softhouse experiment rate`: two programs side by side on a local page, until all pairs are rated or Ctrl-C."""

import asyncio
import signal
import socket
from pathlib import Path

from aiohttp import web

from company.cli.loopback import Guard, listening_on
from company.cli.output import say
from company.lab.judging.pairs import Pair
from company.lab.judging.ratings import Rater
from warehouse.history.format.figures import counted
from warehouse.web_page import page_environment

TEMPLATE = "rating.html.j2"
POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
LAST_LOOK = 0.5
"""Seconds that the last page has to arrive."""


def rate(rater: Rater, port: int) -> None:
    """Serve until all is rated, or the person has enough. Raises ConfigurationError where the port is taken."""
    if rater.next() is not None:
        with listening_on(port) as listening:
            address, bound = listening.getsockname()
            page = RatingPage(rater, f"{address}:{bound}")
            say(f"The programs are at  http://{address}:{bound}{page.guard.path}")
            say(
                "Only this link opens them, and only on this machine. Ctrl-C ends it; what is rated is kept."
            )
            asyncio.run(_serve(page, listening))
    say(f"{rater.rated} of {counted(rater.pairs, 'pair')} rated by {rater.name}")


class RatingPage:
    """A pair, and three buttons; no script."""

    def __init__(self, rater: Rater, host: str) -> None:
        self.guard = Guard(host, POLICY, referrer="same-origin")
        self.done = asyncio.Event()
        self._rater = rater
        self._template = page_environment(Path(__file__).parent).get_template(TEMPLATE)

    def app(self) -> web.Application:
        """What is served."""
        app = web.Application(middlewares=[self.guard.middleware])
        app.add_routes([web.get("/{secret}", self._show), web.post("/{secret}", self._rate)])
        app.on_response_prepare.append(self.guard.prepare)
        return app

    async def _show(self, request: web.Request) -> web.Response:
        self.guard.check(request.match_info["secret"])
        pair = self._rater.next()
        if pair is None:
            self.done.set()
        page = self._template.render(
            rated=self._rater.rated, pairs=self._rater.pairs, pair=pair, **self._sides(pair)
        )
        return web.Response(text=page, content_type="text/html")

    async def _rate(self, request: web.Request) -> web.Response:
        self.guard.check(request.match_info["secret"])
        form = await request.post()
        try:
            self._rater.rate(str(form.get("pair", "")), str(form.get("better", "")))
        except OSError as error:
            why = f"It could not be kept: {error.strerror}. Make room for it, go back, and choose again.\n"
            raise web.HTTPInsufficientStorage(text=why) from None
        raise web.HTTPSeeOther(self.guard.path)

    def _sides(self, pair: Pair | None) -> dict[str, str]:
        if pair is None:
            return {}
        first, second = pair.shown()
        if self._rater.is_swapped(pair):
            first, second = second, first
        return {"asked": pair.prompt, "first": first, "second": second}


async def _serve(page: RatingPage, listening: socket.socket) -> None:
    stop = page.done
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)
    runner = web.AppRunner(page.app(), access_log=None)
    await runner.setup()
    try:
        await web.SockSite(runner, listening).start()
        await stop.wait()
        await asyncio.sleep(LAST_LOOK)
    finally:
        await runner.cleanup()
