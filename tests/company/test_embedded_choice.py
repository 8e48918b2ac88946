"""The models that can be fetched: what is known of each, which fits a machine, which speaks unasked."""

from pathlib import Path

import pytest

from company.models.available import list_models
from company.models.local.fitting import embedded_default, fit_of, fits
from company.models.local.weights import Weights, catalogue, measured_weights
from company.models.model_id import context_window
from company.models.provider import providers
from company.rights import addresses
from tests.support.gguf_files import gguf
from warehouse.machine import Machine, this_machine

GB = 10**9
DESKTOP = Machine(memory=64 * GB, cores=8)


def put(env: dict[str, str], *names: str) -> None:
    """Files of the right length where fetched ones lie, that take no room."""
    for weights in map(catalogue().__getitem__, names):
        weights.path(env).parent.mkdir(parents=True, exist_ok=True)
        with weights.path(env).open("wb") as file:
            file.truncate(weights.size)


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {"SOFTHOUSE_CACHE": str(tmp_path)}


def test_the_catalogue_and_the_provider_s_card_name_the_same_models() -> None:
    local = providers()["local"]
    assert set(local.models) == set(catalogue())
    assert local.default_model == measured_weights().name == "qwen2.5-coder-1.5b"


@pytest.mark.parametrize("weights", catalogue().values(), ids=list(catalogue()))
def test_a_model_of_the_catalogue_is_one_file_at_one_revision(weights: Weights) -> None:
    assert len(weights.revision) == 40
    assert weights.file.lower().endswith("instruct-q4_k_m.gguf")
    assert context_window(f"local:{weights.name}") <= weights.context
    assert len([each for each in catalogue().values() if each.sha256 == weights.sha256]) == 1
    assert weights.by_default is (weights.licence == "Apache-2.0")


@pytest.mark.parametrize(
    ("name", "machine", "lacks"),
    [
        ("qwen2.5-coder-1.5b", Machine(memory=4 * GB, cores=2), ""),
        ("qwen2.5-coder-1.5b", Machine(memory=3 * GB, cores=2), "memory"),
        ("qwen2.5-coder-7b", Machine(memory=16 * GB, cores=2), "cores"),
        ("qwen2.5-coder-7b", Machine(memory=16 * GB, cores=4), ""),
        ("qwen2.5-coder-14b", Machine(memory=12 * GB, cores=8), "memory"),
        ("qwen3-coder-30b-a3b", Machine(memory=24 * GB, cores=2), ""),
        ("qwen3-coder-30b-a3b", Machine(memory=0, cores=2), ""),
    ],
)
def test_a_model_fits_where_memory_and_cores_do(name: str, machine: Machine, lacks: str) -> None:
    assert fit_of(catalogue()[name], machine).lacks == lacks


def test_a_mixture_of_experts_is_as_fast_as_what_it_reads_for_each_token() -> None:
    speeds = {fit.weights.name: fit.speed for fit in fits(Machine(memory=0, cores=2))}
    assert speeds["qwen2.5-coder-1.5b"] == 15
    assert speeds["qwen2.5-coder-14b"] < 5 < speeds["qwen3-coder-30b-a3b"]


def test_nobody_gets_another_model_without_having_fetched_it(env: dict[str, str]) -> None:
    assert embedded_default(env, DESKTOP) == "qwen2.5-coder-1.5b"
    put(env, "qwen2.5-coder-1.5b", "qwen2.5-coder-7b")
    assert embedded_default(env, DESKTOP) == "qwen2.5-coder-7b"


def test_what_was_fetched_and_does_not_fit_does_not_speak_unasked(env: dict[str, str]) -> None:
    put(env, "qwen2.5-coder-7b", "qwen2.5-coder-14b")
    assert embedded_default(env, Machine(memory=10 * GB, cores=8)) == "qwen2.5-coder-7b"
    assert embedded_default(env, Machine(memory=10 * GB, cores=2)) == "qwen2.5-coder-1.5b"


def test_what_not_everybody_may_use_speaks_only_when_it_is_named(env: dict[str, str]) -> None:
    put(env, "qwen2.5-coder-3b")
    assert embedded_default(env, DESKTOP) == "qwen2.5-coder-1.5b"


def test_the_user_s_own_card_goes_before_all_of_that(
    env: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(env, "qwen2.5-coder-7b")
    mine = gguf(tmp_path / "mine.gguf")
    monkeypatch.setenv("SOFTHOUSE_CONFIG", str(tmp_path))
    monkeypatch.setenv("SOFTHOUSE_STATE", str(tmp_path))
    (tmp_path / "providers.yaml").write_text(f"local: {{default_model: {mine}}}\n")
    providers.cache_clear()
    try:
        assert embedded_default(env, DESKTOP) == str(mine)
        assert addresses([f"local:{mine}", "local"]) == []
        mine.unlink()
        (local,) = (row for row in list_models(env) if row.provider == "local")
        assert "cannot be read" in local.note or "softhouse[local]" in local.note
    finally:
        monkeypatch.undo()
        providers.cache_clear()


def test_a_container_counts_what_it_may_have(tmp_path: Path) -> None:
    (tmp_path / "memory.max").write_text("1073741824\n")
    (tmp_path / "unlimited").write_text("max\n")
    assert this_machine((tmp_path / "memory.max",)).memory == 1 << 30
    assert this_machine((tmp_path / "unlimited",)) == this_machine(())
    assert this_machine(()).memory > 1 << 30
