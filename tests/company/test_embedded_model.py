"""The embedded model on this machine; needs the `local` extra and the weights in the cache."""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from company.errors import ConfigurationError, ProviderError
from company.models.client import ModelClient
from company.models.faults import ContextOverflow
from company.models.local.servable import installed
from company.models.local.server import EmbeddedServer, serve
from company.models.local.weights import measured_weights
from company.models.request import ModelRequest
from warehouse.machine import this_machine

MODEL = "local:qwen2.5-coder-1.5b"
needs_llama = pytest.mark.skipif(not installed(), reason="xllamacpp is not installed")


@pytest.fixture
def weights() -> Path:
    if not (installed() and measured_weights().present()):
        pytest.skip("the embedded model is not in the cache: softhouse model pull")
    return measured_weights().path()


@pytest.fixture
def server(weights: Path) -> Iterator[EmbeddedServer]:
    running = serve(weights, window=2048)
    yield running
    running.stop()


def ask(text: str, **more: object) -> ModelRequest:
    return ModelRequest(MODEL, [{"role": "user", "content": text}], **more)  # type: ignore[arg-type]


@needs_llama
async def test_without_weights_it_says_how_to_fetch_them(tmp_path: Path) -> None:
    async with ModelClient(env={"SOFTHOUSE_CACHE": str(tmp_path)}) as client:
        with pytest.raises(ConfigurationError, match="softhouse model pull"):
            await client.complete(ask("hi"))


@needs_llama
def test_a_damaged_file_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.gguf"
    damaged.write_bytes(b"GGUF" + b"\0" * 100)
    with pytest.raises(ProviderError, match="delete it and run `softhouse model pull`"):
        serve(damaged, window=512)


async def test_a_wrong_number_of_conversations_is_refused(tmp_path: Path) -> None:
    async with ModelClient(env={"SOFTHOUSE_LOCAL_AT_ONCE": "many"}) as client:
        with pytest.raises(ConfigurationError, match="from 1 to 64"):
            await client.complete(ask("hi"))


@pytest.mark.model
async def test_it_answers_in_the_asked_for_structure_and_costs_nothing(weights: Path) -> None:
    schema = {
        "type": "object",
        "properties": {"approved": {"type": "boolean"}},
        "required": ["approved"],
        "additionalProperties": False,
    }
    form = {"type": "json_schema", "json_schema": {"name": "verdict", "schema": schema}}
    heard: list[str] = []
    async with ModelClient() as client:
        done = await client.complete(
            ask("Is 2 + 2 = 4? Approve it or not.", max_tokens=30, response_format=form),
            heard.append,
        )
    assert set(json.loads(done.text)) == {"approved"}
    assert "".join(heard) == done.text
    assert done.cost == 0.0
    assert done.usage.reported


@pytest.mark.model
async def test_a_prompt_over_its_window_is_an_overflow(weights: Path) -> None:
    async with ModelClient() as client:
        with pytest.raises(ContextOverflow):
            await client.complete(ask("word " * 9000, max_tokens=1))


@pytest.mark.model
def test_nobody_without_the_key_can_use_it(server: EmbeddedServer) -> None:
    request = urllib.request.Request(
        f"{server.base_url}/chat/completions", b'{"messages": []}', method="POST"
    )
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request)
    assert caught.value.code == 401
    caught.value.close()
    assert server.base_url.startswith("http://127.0.0.1:")


@pytest.mark.model
def test_it_is_quiet_and_lets_the_process_end(weights: Path) -> None:
    program = (
        "import asyncio\n"
        "from company.models.request import ModelRequest\n"
        "from company.models.client import ModelClient\n"
        "async def main():\n"
        "    async with ModelClient() as client:\n"
        f"        request = ModelRequest('{MODEL}', [{{'role': 'user', 'content': 'Hi'}}], max_tokens=3)\n"
        "        await client.complete(request)\n"
        "asyncio.run(main())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, timeout=120, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


@pytest.mark.skipif(sys.platform != "linux", reason="nothing else tells a process its cores")
def test_it_has_a_thread_for_each_core_that_the_process_may_use() -> None:
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        assert this_machine().cores == 1
    finally:
        os.sched_setaffinity(0, cores)
    assert this_machine().cores == len(cores)
