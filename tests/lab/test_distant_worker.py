"""A worker as home uses it, here in the same process: what must not come back, and what must stay."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

import pytest

from company.engine.budget import SharedBudget
from company.errors import ConfigurationError, ProviderError
from company.lab.execution.ray.distant_models import DistantModels
from company.lab.execution.ray.distant_sandboxes import DistantBackend
from company.lab.execution.ray.distant_worker import DistantWorker, WorkerLost
from company.lab.execution.ray.worker import Brief, Result, Worker
from company.models.rates import Rates
from company.models.request import ModelRequest
from tests.support.labs import model_of
from tests.support.sandboxes import make_backend
from tests.support.scripted_provider import Call, Reply, ScriptedProvider


@asynccontextmanager
async def worker_of(
    *, sandbox: str = "none", embeddings: str = "", log: list[Any] | None = None
) -> AsyncIterator[DistantWorker]:
    """A worker that is ready, and what was said to it and by it."""
    worker = Worker()
    assert await worker.open(Brief(version("softhouse"), sandbox, 1, embeddings, {}, {})) is None

    async def invoke(method: str, arguments: Sequence[Any]) -> Result:
        result = await worker.do(method, arguments)
        if log is not None:
            log.append((method, arguments, result))
        return result

    distant = DistantWorker(invoke, lambda: None)
    try:
        yield distant
    finally:
        await worker.close()
        distant.end()


def models_of(worker: DistantWorker) -> DistantModels:
    return DistantModels(worker, Rates(), SharedBudget(), None)


def request_to(model: str) -> ModelRequest:
    return ModelRequest(model, [{"role": "user", "content": "A tip calculator"}])


async def test_words_come_home_while_the_answer_is_still_being_given() -> None:
    words: list[str] = []
    reply = Reply("\n".join(str(n) for n in range(40)), delay=0.05)
    async with ScriptedProvider([reply]) as provider, worker_of() as worker:
        request = request_to(model_of(provider))
        completion = await models_of(worker).complete(request, words.append)
    assert len(words) > 1
    assert "".join(words) == completion.text == reply.text


async def test_a_call_that_is_given_up_at_home_is_broken_off_on_the_node() -> None:
    log: list[Any] = []
    arrived = asyncio.Event()

    async def answer(_: Call) -> str:
        arrived.set()
        return await asyncio.get_running_loop().create_future()

    async with ScriptedProvider([answer]) as provider, worker_of(log=log) as worker:
        call = asyncio.create_task(models_of(worker).complete(request_to(model_of(provider))))
        await arrived.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
    assert [method for method, *_ in log if method != "live"] == ["endpoint", "drop"]


async def test_a_key_of_the_node_does_not_come_home(monkeypatch: pytest.MonkeyPatch) -> None:
    log: list[Any] = []
    key = "an-ordinary-word-of-the-node"
    leak = json.dumps({"error": {"message": f"What sort of key is {key}?"}}).encode()
    async with ScriptedProvider([Reply(fault="raw", status=401, body=leak)]) as provider:
        monkeypatch.setenv("OPENAI_API_KEY", key)
        monkeypatch.setenv("OPENAI_BASE_URL", provider.url)
        async with worker_of(log=log) as worker:
            with pytest.raises(ProviderError, match="What sort of key"):
                await models_of(worker).complete(request_to("openai:gpt-4.1-mini"))
    assert "What sort of key" in repr(log)
    assert key not in repr(log)


async def test_the_calls_that_begin_together_open_one_line() -> None:
    log: list[Any] = []
    async with ScriptedProvider(["a", "b"]) as provider, worker_of(log=log) as worker:
        models, request = models_of(worker), request_to(model_of(provider))
        await asyncio.gather(models.complete(request), models.complete(request))
    assert [method for method, *_ in log if method == "endpoint"] == ["endpoint"]


async def test_why_a_worker_could_not_be_made_is_told() -> None:
    """And not only that it is lost: this one can be mended."""

    async def fail(method: str, arguments: Sequence[Any]) -> Result:
        raise ConfigurationError("A node of the Ray cluster has no softhouse.")

    with pytest.raises(ConfigurationError, match="has no softhouse"):
        await DistantWorker(fail, lambda: None).call(Worker.close)


async def test_a_sandbox_that_went_with_its_node_is_no_fault_of_the_program(tmp_path: Any) -> None:
    await (await make_backend("bubblewrap", tmp_path)).close()
    async with worker_of(sandbox="bubblewrap") as worker:
        sandbox = await DistantBackend("bubblewrap", worker).open({})
        command = asyncio.create_task(sandbox.exec(["sleep", "60"]))
        worker.end()
        with pytest.raises(WorkerLost):
            await command
