"""Which model speaks when none is named, and what `softhouse model list` says about each."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from company.company import company_for
from company.errors import ConfigurationError
from company.models import available
from company.models.available import ProviderRow, default_model, list_models, served_models
from company.models.local.weights import catalogue
from company.models.provider import providers
from tests.support.scripted_provider import ScriptedProvider


@pytest.fixture
def nobody(unused_url: str) -> dict[str, str]:
    """An environment with no key, where no server answers on a usual port."""
    names = ("OLLAMA", "LMSTUDIO", "LLAMACPP", "VLLM")
    return {f"{name}_BASE_URL": unused_url for name in names}


@pytest.fixture
def unused_url() -> Iterator[str]:
    """A port that is taken but never listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}/v1"


@pytest.fixture
def without_llama(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(available, "installed", lambda: False)


def test_the_first_provider_whose_key_is_set_is_chosen(nobody: dict[str, str]) -> None:
    keys = {"MOONSHOT_API_KEY": "k", "DEEPSEEK_API_KEY": "k"}
    assert default_model(nobody | keys) == "deepseek:deepseek-flash"


def test_an_empty_key_is_no_key(nobody: dict[str, str], without_llama: None) -> None:
    with pytest.raises(ConfigurationError):
        default_model(nobody | {"OPENAI_API_KEY": "  "})


def test_a_key_wins_over_a_server_on_this_machine(nobody: dict[str, str]) -> None:
    with ScriptedProvider(models=["llama3"]).in_thread() as server:
        env = nobody | {"OLLAMA_BASE_URL": server.url, "YI_API_KEY": "k"}
        assert default_model(env) == "yi:yi-lightning"


def test_else_a_server_on_this_machine_with_its_first_chat_model(nobody: dict[str, str]) -> None:
    with ScriptedProvider(models=["nomic-embed-text", "qwen3:8b"]).in_thread() as server:
        assert default_model(nobody | {"LMSTUDIO_BASE_URL": server.url}) == "lmstudio:qwen3:8b"


def test_a_server_in_the_place_of_a_provider_is_asked_what_it_serves(
    nobody: dict[str, str],
) -> None:
    with ScriptedProvider(models=["house-model"]).in_thread() as server:
        assert default_model(nobody | {"OPENAI_BASE_URL": server.url}) == "openai:house-model"


def test_else_the_embedded_model(nobody: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(available, "installed", lambda: True)
    assert default_model(nobody) == "local:qwen2.5-coder-1.5b"


def test_with_nothing_at_all_it_says_what_to_do(
    nobody: dict[str, str], without_llama: None
) -> None:
    with pytest.raises(ConfigurationError, match=r"OPENAI_API_KEY.*softhouse\[local\]") as caught:
        default_model(nobody)
    assert "\n" not in str(caught.value)


def test_something_else_on_the_port_is_no_model_server() -> None:
    with ScriptedProvider().in_thread() as server:
        assert served_models(server.url.removesuffix("/v1")) is None
        assert served_models(server.url) == ["scripted"]


def row(rows: list[ProviderRow], name: str) -> ProviderRow:
    return next(row for row in rows if row.provider == name)


def test_the_list_shows_keys_servers_and_the_embedded_model(
    nobody: dict[str, str], tmp_path: Path
) -> None:
    with ScriptedProvider(models=["llama3"]).in_thread() as server:
        env = nobody | {"OLLAMA_BASE_URL": server.url, "OPENAI_API_KEY": "k"}
        rows = list_models(env | {"SOFTHOUSE_CACHE": str(tmp_path)})
    assert row(rows, "openai").key_set
    assert row(rows, "openai").reachable is None
    assert not row(rows, "deepseek").key_set
    assert row(rows, "ollama").reachable
    assert row(rows, "ollama").default_model == "ollama:llama3"
    assert row(rows, "vllm").reachable is False
    assert row(rows, "vllm").default_model is None
    assert row(rows, "local").reachable is False
    assert "softhouse" in row(rows, "local").note
    assert [fit.here for fit in row(rows, "local").fits] == [False] * len(catalogue())


def test_the_company_is_the_one_that_the_provider_s_card_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert company_for("local:qwen2.5-coder-1.5b") == "drafts"
    assert company_for("openai:gpt-5.4") == company_for("") == "default"
    monkeypatch.setenv("SOFTHOUSE_CONFIG", str(tmp_path))
    (tmp_path / "providers.yaml").write_text("local: {company: crew}\n")
    providers.cache_clear()
    try:
        assert company_for("local:qwen2.5-coder-1.5b") == "crew"
    finally:
        providers.cache_clear()
