"""The host's package settings reach the installer, with the files they name; nothing else does."""

from __future__ import annotations

from pathlib import Path

import pytest

from warehouse.sandbox.package_settings import BUNDLE, package_settings


def test_index_proxy_and_wheels_are_passed_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    index, wheels = tmp_path / "index" / "simple", tmp_path / "wheels"
    index.mkdir(parents=True)
    wheels.mkdir()
    monkeypatch.setenv("PIP_INDEX_URL", f"file://{index}")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    settings = package_settings()
    assert settings.environment["PIP_INDEX_URL"] == f"file://{index}"
    assert settings.environment["HTTPS_PROXY"] == "http://proxy.example:3128"
    assert settings.shows[wheels] == str(wheels)
    assert settings.shows[index.parent] == str(index.parent)


def test_settings_of_a_pip_configuration_file_count_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "pip.conf"
    file.write_text(
        "[global]\nindex-url = https://one.example/simple\ntimeout = 7\n"
        "[install]\nindex-url = https://two.example/simple\n"
    )
    monkeypatch.setenv("PIP_CONFIG_FILE", str(file))
    for name in ("PIP_INDEX_URL", "PIP_TIMEOUT"):
        monkeypatch.delenv(name, raising=False)
    environment = package_settings().environment
    assert environment["PIP_INDEX_URL"] == "https://two.example/simple"
    assert environment["PIP_TIMEOUT"] == "7"


def test_a_certificate_bundle_is_shown_at_a_place_of_its_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bundle = tmp_path / "company.pem"
    bundle.write_text("certificates")
    monkeypatch.setenv("PIP_CERT", str(bundle))
    settings = package_settings()
    assert settings.shows[bundle] == BUNDLE
    assert settings.environment["PIP_CERT"] == settings.environment["SSL_CERT_FILE"] == BUNDLE


def test_keys_and_options_that_run_code_stay_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    monkeypatch.setenv("PIP_TARGET", "/somewhere")
    monkeypatch.setenv("PIP_NO_BINARY", ":all:")
    settings = package_settings()
    assert "sk-very-secret" not in str(settings.environment)
    assert not {"PIP_TARGET", "PIP_NO_BINARY"} & set(settings.environment)
    assert Path.home() not in settings.shows
