"""How a model is named, and what is known about it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from company.errors import ConfigurationError
from company.models.model_id import capabilities, context_window, parse_model_id
from company.models.provider import Provider, providers
from company.models.settled import settled


@pytest.mark.parametrize(
    ("text", "provider", "model"),
    [
        ("openai:gpt-4o", "openai", "gpt-4o"),
        ("openai:", "openai", "gpt-5.4-mini"),
        ("deepseek", "deepseek", "deepseek-flash"),
        (" local:qwen2.5-coder-1.5b ", "local", "qwen2.5-coder-1.5b"),
        ("ollama:qwen2.5-coder:7b", "ollama", "qwen2.5-coder:7b"),
        ("openrouter:qwen/qwen3-coder:free", "openrouter", "qwen/qwen3-coder:free"),
        ("azure:my deployment", "azure", "my deployment"),
        ("url:http://10.0.0.7:8000/v1#Qwen/Qwen3", "url", "Qwen/Qwen3"),
        ("replay:last", "replay", "last"),
        ("replay:/a/path:with/a colon", "replay", "/a/path:with/a colon"),
        ("replay", "replay", "demo"),
    ],
)
def test_an_id_names_a_provider_and_a_model(text: str, provider: str, model: str) -> None:
    parsed = parse_model_id(text)
    assert (parsed.provider.name, parsed.model) == (provider, model)


@pytest.mark.parametrize("text", ["openai:gpt-4o", "url:http://10.0.0.7:8000/v1#Qwen/Qwen3"])
def test_an_id_is_written_as_it_was_read(text: str) -> None:
    assert str(parse_model_id(text)) == text


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("opanai:gpt-4o", "did you mean `openai`"),
        ("gpt-4o", "did you mean `openai:gpt-4o`"),
        ("kimi-k2.6", "did you mean `moonshot:kimi-k2.6`"),
        ("", "Write `provider:model`"),
        ("nobody-at-all:x", "known are: openai, deepseek"),
        ("ollama:", "names no model"),
        ("local:gpt-4", "use `local:qwen2.5-coder-1.5b`, or `local:PATH.gguf`"),
        ("local:coder-7b", "use `local:qwen2.5-coder-7b`"),
        ("url:http://host/v1", "url:http://host:port/v1#model"),
        ("url:ftp://host/v1#m", "url:http://host:port/v1#model"),
        ("url:http://host:port/v1#m", "no valid URL"),
        ("url:http://me:secret@host/v1#m", "SOFTHOUSE_URL_API_KEY"),
    ],
)
def test_a_wrong_id_is_told_what_was_meant(text: str, complaint: str) -> None:
    with pytest.raises(ConfigurationError, match=complaint.replace("?", r"\?")):
        parse_model_id(text)


def test_a_file_of_weights_is_named_by_its_path_from_wherever_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/me")
    assert str(parse_model_id("local:./some model.GGUF")) == f"local:{tmp_path}/some model.GGUF"
    assert parse_model_id("local:~/m.gguf").file == Path("/home/me/m.gguf")
    assert settled("local:m.gguf", tmp_path) == f"local:{tmp_path}/m.gguf"
    assert settled("llamacpp:m.gguf", tmp_path) == "llamacpp:m.gguf"
    assert parse_model_id("local").file is None


def test_a_password_in_a_url_is_not_repeated() -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_model_id("url:http://me:hunter2@host/v1#m")
    assert "hunter2" not in str(caught.value)


@given(st.text())
def test_any_text_is_an_id_or_a_configuration_error(text: str) -> None:
    try:
        parse_model_id(text)
    except ConfigurationError as error:
        assert error.exit_code == 2


def test_the_context_window_is_the_models_or_else_the_providers() -> None:
    assert context_window("openai:gpt-4o") == 128_000
    assert context_window("openai:something-new") == 400_000
    assert context_window("local:qwen2.5-coder-1.5b") == 8192


def test_capabilities_are_the_providers_except_where_a_model_differs() -> None:
    assert capabilities("deepseek:deepseek-flash").images
    assert not capabilities("deepseek:deepseek-v4-pro").images
    assert capabilities("deepseek:deepseek-flash").structured == "json_object"


def test_every_provider_of_the_plan_is_there() -> None:
    assert set(providers()) == {
        *("openai", "deepseek", "qwen", "yi", "zhipu", "moonshot", "doubao", "spark", "ernie"),
        *("openrouter", "azure", "ollama", "vllm", "lmstudio", "llamacpp", "url", "local"),
        *("script", "replay"),
    }


def test_every_card_is_whole() -> None:
    for provider in providers().values():
        assert provider.base_url is None or provider.base_url.startswith("http")
        assert not (provider.base_url or "").endswith("/")
        assert provider.key_env or provider.own_machine
        if provider.models and provider.default_model:
            assert provider.default_model in provider.models
        for model in provider.models:
            assert provider.window_of(model) >= 4096
            provider.capabilities_of(model)


def test_an_unknown_word_in_a_card_is_an_error() -> None:
    card = providers()["openai"].model_dump() | {"base_ulr": "http://x"}
    with pytest.raises(ValidationError, match="base_ulr"):
        Provider(**card)
