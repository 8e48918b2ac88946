"""What every test starts from: no key, no setting and no cache of the person who runs the tests."""

import os
import tracemalloc  # noqa: F401  pytest imports it to tell of what is collected, while more may be collected
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import HealthCheck, settings

from company.models.provider import providers

# Providers are read once, and by tests that are collected before any of them begins.
os.environ["SOFTHOUSE_CONFIG"] = os.devnull
STATE = os.environ["SOFTHOUSE_STATE"] = mkdtemp(prefix="softhouse-state-")
# How fast examples are made says something of the machine, which may be loaded, and not of the code.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")


def pytest_xdist_auto_num_workers() -> int:
    """Half as many again as there are cores: while one test waits for a timer or a server, another works."""
    return (os.cpu_count() or 1) * 3 // 2


@pytest.fixture(autouse=True)
def _nobody_s_settings(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Forget keys and settings. Tests marked `model` keep the cache, where the weights lie."""
    for provider in providers().values():
        for name in (provider.key_env, provider.base_url_env):
            if name:
                monkeypatch.delenv(name, raising=False)
    ours = [name for name in os.environ if name.startswith("SOFTHOUSE_")]
    for name in [name for name in ours if not name.startswith("SOFTHOUSE_TESTS_")]:
        if name != "SOFTHOUSE_CACHE" or request.node.get_closest_marker("model") is None:
            monkeypatch.delenv(name)
    if request.node.get_closest_marker("model") is None:
        monkeypatch.setenv("SOFTHOUSE_CACHE", str(_empty(tmp_path_factory, "cache")))
    monkeypatch.setenv("SOFTHOUSE_CONFIG", str(_empty(tmp_path_factory, "config")))
    # One for the whole test run: runs that several tests share are made before any of them begins.
    monkeypatch.setenv("SOFTHOUSE_STATE", STATE)


@pytest.fixture
def eyes(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Scripted models take pictures, but for the one called `blind`."""
    config = tmp_path_factory.mktemp("eyes")
    (config / "providers.yaml").write_text(
        "url:\n  capabilities: {images: true}\n  models: {blind: {capabilities: {images: false}}}\n"
    )
    monkeypatch.setenv("SOFTHOUSE_CONFIG", str(config))
    providers.cache_clear()
    yield
    providers.cache_clear()


def _empty(folders: pytest.TempPathFactory, name: str) -> Path:
    return folders.getbasetemp() / name
