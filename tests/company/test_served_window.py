"""Servers of the user's own tell how many tokens they take, each in its own place."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from company.company import Company
from company.models.served_window import served_windows
from tests.support.scripted_provider import ScriptedProvider, serving

MODEL = "qwen3-coder:30b"


def told(places: Mapping[str, Any]) -> dict[str, int]:
    """What is read from a server that answers so at these places."""

    async def answer(request: web.Request) -> web.Response:
        if request.path not in places:
            raise web.HTTPNotFound
        if request.method == "POST":
            assert json.loads(await request.read()) == {"model": MODEL}
        return web.json_response(places[request.path])

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    with serving(app) as url:
        return served_windows([f"ollama:{MODEL}"], {"OLLAMA_BASE_URL": f"{url}/v1"})


@pytest.mark.parametrize(
    "places",
    [
        {"/api/ps": {"models": [{"name": MODEL, "context_length": 32768}]}},
        {"/api/show": {"parameters": "stop x\nnum_ctx    32768", "model_info": {"q.context_length": 9}}},
        {"/props": {"default_generation_settings": {"n_ctx": 32768}}},
        {"/v1/models": {"data": [{"id": "other"}, {"id": MODEL, "max_model_len": 32768}]}},
        {"/api/v0/models": {"data": [{"id": MODEL, "max_context_length": 9, "loaded_context_length": 32768}]}},
    ],
)  # fmt: skip
def test_a_window_is_read_wherever_a_server_tells_it(places: Mapping[str, Any]) -> None:
    assert told(places) == {f"ollama:{MODEL}": 32768}


@pytest.mark.parametrize(
    "places",
    [
        {},
        {"/api/ps": [], "/props": 7, "/v1/models": {"data": None}},
        {"/props": {"n_ctx": 0}, "/v1/models": {"data": [{"id": MODEL, "max_model_len": "32k"}]}},
        {"/props": {"n_ctx": 10**12}},
        {"/api/show": {"model_info": {"qwen3.context_length": 262144}}},
    ],
)
def test_what_is_no_window_is_none(places: Mapping[str, Any]) -> None:
    assert told(places) == {}


def test_nobody_is_asked_for_the_window_of_a_hosted_model_and_nobody_may_be_there() -> None:
    env = {"OPENAI_API_KEY": "k", "OLLAMA_BASE_URL": "http://127.0.0.1:9/v1"}
    assert served_windows(["openai:gpt-4o", f"ollama:{MODEL}", "nonsense"], env) == {}


async def test_a_run_keeps_what_was_told_before_it_began(monkeypatch: pytest.MonkeyPatch) -> None:
    listing = {"data": [{"id": MODEL, "max_model_len": 32768}]}

    async def models(_: web.Request) -> web.Response:
        return web.json_response(listing)

    app = web.Application()
    app.router.add_get("/v1/models", models)
    with serving(app) as url:
        monkeypatch.setenv("OLLAMA_BASE_URL", f"{url}/v1")
        spec = await Company.load("solo", model=f"ollama:{MODEL}").spec("A clock")
    frozen = spec.frozen("clock")
    assert type(spec).thaw(frozen).windows == {f"ollama:{MODEL}": 32768}


async def test_a_run_without_such_servers_is_recorded_as_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    spec = await Company.load("solo", model="openai:gpt-4o").spec("A clock")
    assert "windows" not in spec.frozen("clock")


@pytest.mark.parametrize(("windows", "longest"), [(4096, 2048), (32768, 4096), (None, 4096)])
async def test_half_of_a_window_is_for_the_reply_where_the_window_is_known(
    windows: int | None, longest: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with ScriptedProvider(["### main.py\n```python\nprint(1)\n```"]) as provider:
        monkeypatch.setenv("OLLAMA_BASE_URL", provider.url)
        spec = await Company.load("solo", model="ollama:m").spec("A clock", sandbox="none")
        assert spec.windows == {"ollama:m": 0}
        spec = spec.model_copy(update={"windows": {"ollama:m": windows or 0}})
        await Company.load("solo", model="ollama:m").work(spec, products=tmp_path)
    assert provider.calls[0].body["max_tokens"] == longest
