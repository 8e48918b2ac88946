"""Settings that cannot work are told before the first call, with the variable's name."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import web

from company.errors import ConfigurationError, ProviderError
from company.models.client import ModelClient
from company.models.endpoint import Endpoint, endpoint_of
from company.models.model_id import parse_model_id
from company.models.request import ModelRequest
from tests.support.scripted_provider import ScriptedProvider, serving

KEY = "sk-abcdef0123456789"
FAR = "url:https://llm.example/v1#m"


def place(model: str = "openai:gpt-4o", **env: str) -> Endpoint:
    return endpoint_of(parse_model_id(model), {"OPENAI_API_KEY": KEY} | env)


@pytest.mark.parametrize(
    ("key", "told"),
    [
        (f"\u201c{KEY}\u201d", "left double quotation mark"),
        (f"{KEY}\u200b", "zero width space"),
        (f"{KEY[:8]} {KEY[8:]}", "(space)"),
        (f"{KEY}\n{KEY}", "U+000A"),
        (f'"{KEY}"', "quotes around"),
        (f"'{KEY}'", "quotes around"),
        (f"Bearer {KEY}", "begins with `Bearer`"),
        (f"OPENAI_API_KEY={KEY}", "its own name"),
        ("your-api-key-here", "placeholder"),
        ("<YOUR_KEY>", "placeholder"),
        ("${OPENAI_KEY}", "placeholder"),
        ("sk-xxxx", "placeholder"),
        ("sk-...", "placeholder"),
    ],
)
def test_a_key_that_no_server_takes_is_told_by_its_variable_and_not_shown(
    key: str, told: str
) -> None:
    with pytest.raises(ConfigurationError, match=r"^OPENAI_API_KEY ") as caught:
        place(OPENAI_API_KEY=key)
    assert told in str(caught.value)
    assert KEY not in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_server_of_ones_own_takes_any_word_as_a_key() -> None:
    own = {"OPENAI_API_KEY": "your-key", "OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}
    assert place(**own).key == "your-key"


@pytest.mark.parametrize(
    "address",
    ["api.example/v1", "ftp://host/v1", "http://", "http://host:none/v1", "localhost:8000"],
)
def test_an_address_that_is_none_is_told_by_its_variable(address: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^OPENAI_BASE_URL holds .*https://host/v1"):
        place(OPENAI_BASE_URL=address)


def test_what_is_added_to_an_address_for_each_call_is_no_part_of_it() -> None:
    address = place(OPENAI_BASE_URL="http://host/v1/chat/completions/").base_url
    assert address == "http://host/v1"


@pytest.mark.parametrize("variable", ["all_proxy", "ALL_PROXY", "https_proxy", "HTTP_PROXY"])
@pytest.mark.parametrize("proxy", ["socks://127.0.0.1:7897/", "socks5h://127.0.0.1:7897"])
def test_a_proxy_that_cannot_be_spoken_to_is_told_with_what_to_write(
    variable: str, proxy: str
) -> None:
    with pytest.raises(ConfigurationError, match=f"`{variable}=http://127.0.0.1:7897`"):
        place(FAR, **{variable: proxy})
    assert place("url:http://127.0.0.1:9/v1#m", **{variable: proxy}).model == "m"


@pytest.mark.parametrize("proxy", ["http://:nobody", "http://host:none"])
def test_a_proxy_without_a_place_is_told(proxy: str) -> None:
    with pytest.raises(ConfigurationError, match="HTTPS_PROXY"):
        place(FAR, HTTPS_PROXY=proxy)


@pytest.mark.parametrize("proxy", ["http://127.0.0.1:7897", "127.0.0.1:7897", ""])
def test_a_proxy_that_speaks_http_is_taken(proxy: str) -> None:
    assert place(FAR, HTTPS_PROXY=proxy).model == "m"


def test_certificates_that_are_not_there_or_none_are_told_by_their_variable(tmp_path: Path) -> None:
    none = tmp_path / "none.pem"
    none.write_text("no certificate")
    for variable, named in (
        ("SSL_CERT_FILE", tmp_path / "gone.pem"),
        ("SSL_CERT_FILE", none),
        ("SSL_CERT_DIR", none),
    ):
        with pytest.raises(ConfigurationError, match=f"^{variable} names {named}"):
            place(FAR, **{variable: str(named)})
    assert place("url:http://llm.example/v1#m", SSL_CERT_FILE=str(none)).model == "m"


async def ask(model: str) -> str:
    async with ModelClient(env={}) as client:
        request = ModelRequest(model, [{"role": "user", "content": "hi"}])
        await client.complete(request)
        return (await client.complete(request)).text


async def test_an_address_without_its_v1_is_found_all_the_same() -> None:
    async with ScriptedProvider(["ok"]) as provider:
        assert await ask(f"url:{provider.url.removesuffix('/v1')}#m") == "ok"
        assert len(provider.calls) == 2


@pytest.fixture
def pages() -> Iterator[str]:
    """A web server that is no model server."""
    with serving(web.Application()) as url:
        yield url


@pytest.mark.parametrize("path", ["", "/v2"])
async def test_an_address_where_nothing_speaks_is_told_as_that(pages: str, path: str) -> None:
    with pytest.raises(ProviderError, match=r"Check the address.*`/v1`"):
        await ask(f"url:{pages}{path}#m")
