"""A real HTTP server of embeddings that can be worked out by hand."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from company.models.embeddings import Vector

ABOUT = ("tip", "price", "clock")


def counts(text: str) -> Vector:
    """A vector that can be worked out by hand: how often each of three words appears."""
    return [float(text.count(word)) for word in ABOUT]


@asynccontextmanager
async def serving(*answers: Any) -> AsyncIterator[tuple[str, list[dict[str, Any]]]]:
    """A server that embeds by counting; `answers` come first. Its model id, and what it was asked."""
    waiting, asked = list(answers), list[dict[str, Any]]()

    async def embed(request: web.Request) -> web.Response:
        body = json.loads(await request.read())
        asked.append(body)
        if waiting and (answer := waiting.pop(0)) is not None:
            status = answer if isinstance(answer, int) else 200
            return web.json_response({} if status != 200 else answer, status=status)
        data = [{"index": n, "embedding": counts(text)} for n, text in enumerate(body["input"])]
        return web.json_response({"object": "list", "data": data[::-1]})

    app = web.Application(client_max_size=64 << 20)
    app.router.add_post("/v1/embeddings", embed)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"url:http://127.0.0.1:{runner.addresses[0][1]}/v1#minilm", asked
    finally:
        await runner.cleanup()
