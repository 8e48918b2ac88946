"""The person's own settings say where packages come from, and with which login."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import pytest

from warehouse.errors import SandboxError
from warehouse.sandbox.package_settings import Origin, PackageSettings, package_settings

LOGIN = "Basic " + b64encode(b"me:hush").decode()


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Only what a test sets."""
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("npm_config_userconfig", str(tmp_path / "npmrc"))
    for name in (
        "PIP_INDEX_URL",
        "PIP_EXTRA_INDEX_URL",
        "PIP_FIND_LINKS",
        "PIP_NO_INDEX",
        "PIP_CERT",
    ):
        monkeypatch.delenv(name, raising=False)


def test_without_settings_the_public_indexes_are_asked() -> None:
    settings = package_settings()
    assert [*settings.indexes, settings.registry] == [
        "https://pypi.org/simple",
        "https://registry.npmjs.org",
    ]


def test_the_environment_wins_over_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "pip.conf"
    file.write_text(
        "[global]\nindex-url = https://one.example/simple\nproxy = http://proxy.example:3128\n"
        "[install]\nindex-url = https://two.example/simple\n"
        "extra-index-url = https://three.example\n    https://four.example/x\n"
    )
    monkeypatch.setenv("PIP_CONFIG_FILE", str(file))
    settings = package_settings()
    more = ("https://three.example", "https://four.example/x")
    assert settings.indexes == ("https://two.example/simple", *more)
    assert settings.proxy == "http://proxy.example:3128"
    monkeypatch.setenv("PIP_INDEX_URL", "https://five.example/simple")
    assert package_settings().indexes == ("https://five.example/simple", *more)


def test_folders_are_addresses_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", f"{tmp_path} https://links.example/page.html")
    settings = package_settings()
    assert settings.indexes == ()
    assert settings.links == (tmp_path.as_uri(), "https://links.example/page.html")


def test_a_login_belongs_to_its_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "https://me:hush@one.example:8443/simple")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "https://two.example/simple")
    assert package_settings().authorization == {Origin("one.example", 8443): LOGIN}


def test_the_file_of_npm_names_the_registry_and_its_login(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NPM_TOKEN", "hush")
    (tmp_path / "npmrc").write_text(
        "; a comment\nregistry = https://npm.example/here/\n"
        "//npm.example/here/:_authToken=${NPM_TOKEN}\n//other.example:81/:_auth=bWU6aHVzaA==\n"
    )
    settings = package_settings()
    assert settings.registry == "https://npm.example/here/"
    assert settings.authorization == {
        Origin("npm.example", 443): "Bearer hush",
        Origin("other.example", 81): LOGIN,
    }
    monkeypatch.setenv("npm_config_registry", "https://again.example")
    assert package_settings().registry == "https://again.example"


def test_a_certificate_bundle_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bundle = tmp_path / "company.pem"
    bundle.write_text("certificates")
    monkeypatch.setenv("PIP_CERT", str(bundle))
    assert package_settings().bundle == bundle


@pytest.mark.parametrize(
    ("place", "named"),
    [
        (Origin("index.example", 443), True),
        (Origin("index.example", 80), False),
        (Origin("trusted.example", 80), True),
        (Origin("half.example", 81), True),
        (Origin("half.example", 82), False),
        (Origin("127.0.0.1", 443), False),
    ],
)
def test_a_server_is_named_by_host_and_port(
    monkeypatch: pytest.MonkeyPatch, place: Origin, named: bool
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "https://index.example/simple")
    monkeypatch.setenv("PIP_TRUSTED_HOST", "trusted.example half.example:81")
    assert package_settings().names(place) is named


def test_settings_show_nothing_of_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "https://me:hush@one.example/token/simple")
    monkeypatch.setenv("npm_config_registry", "https://me:hush@one.example/token/npm")
    monkeypatch.setenv("PIP_PROXY", "http://me:hush@proxy.example")
    shown = repr(package_settings())
    assert PackageSettings.__name__ in shown
    assert "hush" not in shown and "token" not in shown


@pytest.mark.parametrize(
    "url", ["https://me:pass/word@one.example", "https://[one.example/", "one.example:443"]
)
def test_an_address_that_cannot_be_read_gives_nothing_away(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", url)
    with pytest.raises(SandboxError) as caught:
        package_settings()
    assert "pass" not in str(caught.value)
