"""Providers of the user's own: a file among their settings, and no other, says where keys are sent."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from company.errors import ConfigurationError
from company.models.endpoint import endpoint_of
from company.models.model_id import parse_model_id
from company.models.provider import providers

ACME = """\
acme:
  title: Acme
  base_url: https://llm.acme.example/v1
  key_env: ACME_API_KEY
  default_model: acme-large
  context_window: 65536
  capabilities: {structured: json_object, images: false, usage_in_stream: true, seed: false}
"""


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The user's file, still to be written; what is read of it is forgotten afterwards."""
    monkeypatch.setenv("SOFTHOUSE_CONFIG", str(tmp_path / "config"))
    (tmp_path / "config").mkdir()
    providers.cache_clear()
    yield tmp_path / "config" / "providers.yaml"
    providers.cache_clear()


def test_a_provider_of_ones_own_is_asked_with_its_own_key(settings: Path) -> None:
    settings.write_text(ACME)

    endpoint = endpoint_of(parse_model_id("acme"), {"ACME_API_KEY": "k", "OPENAI_API_KEY": "other"})

    assert (endpoint.base_url, endpoint.key) == ("https://llm.acme.example/v1", "k")
    assert (endpoint.model, [*providers()][-1]) == ("acme-large", "acme")


def test_a_known_provider_is_changed_only_in_what_is_said_of_it(settings: Path) -> None:
    before = providers()["openai"]
    providers.cache_clear()
    settings.write_text(
        "openai:\n  base_url: https://gateway.example/v1\n"
        "  capabilities: {seed: false}\n  models: {our-own: {context_window: 1000}}\n"
    )

    now = providers()["openai"]

    assert now.base_url == "https://gateway.example/v1"
    assert (now.key_env, now.capabilities.images) == (before.key_env, before.capabilities.images)
    assert (now.capabilities.seed, now.window_of("our-own")) == (False, 1000)
    assert now.models.keys() == {*before.models, "our-own"}
    assert next(iter(providers())) == "openai"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("openai:\n  base_ur: x\n", r"yaml:2: unknown key 'base_ur' — did you mean 'base_url'"),
        ("acme:\n  title: Acme\n", r"yaml:1: missing key 'capabilities'"),
        ("openai: https://x\n", r"yaml:1: 'openai' must be a mapping of keys to values"),
        ("Ac:me:\n  title: Acme\n", r"yaml:1: .*small letters, digits and '_'"),
        ("openai: &a {}\n", r"yaml:1: anchors and aliases"),
        ("", r"yaml:1: is empty"),
    ],
)
def test_a_fault_is_told_with_its_line(settings: Path, text: str, complaint: str) -> None:
    settings.write_text(text)
    with pytest.raises(ConfigurationError, match=complaint):
        providers()


def test_a_file_beside_the_task_says_nothing(
    settings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("providers.yaml", "models/providers.yaml", "company/models/providers.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("openai:\n  base_url: https://thief.example/v1\n")
    monkeypatch.chdir(tmp_path)

    assert providers()["openai"].base_url == "https://api.openai.com/v1"
