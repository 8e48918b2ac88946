"""A run spec: settled from what is said, worked on as it is, and thawed only when it is whole."""

from pathlib import Path

import pytest

from company.cards.company_card import RunLimits
from company.company import Company
from company.errors import ConfigurationError
from company.spec import RunSpec
from tests.support.houses import house, write_cards
from tests.support.scripted_provider import ScriptedProvider
from tests.support.steering import PROGRAM

TASK = "a clock"


def company() -> Company:
    return Company.load("solo", model="lmstudio:m")


async def test_a_spec_is_worked_on_as_it_was_settled(tmp_path: Path) -> None:
    async with ScriptedProvider([PROGRAM]) as provider:
        solo = house(tmp_path, provider, "solo")
        spec = await solo.spec(TASK, name="Clock", sandbox="none", seed=7)
        run = await solo.work(spec, products=tmp_path / "products")
    assert (run.summary.name, run.summary.exit_code) == ("Clock", 0)
    assert run.spec == spec


async def test_a_spec_takes_no_further_options() -> None:
    spec = await company().spec(TASK, sandbox="none")
    with pytest.raises(ConfigurationError, match="holds its seed already"):
        await company().work(spec, seed=7)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"seeed": 7}, "no option 'seeed' — did you mean 'seed'"),
        ({"seed": "soon"}, "--seed soon is no seed"),
        ({"human_roles": ["ctoo"]}, "No role is called 'ctoo' — did you mean 'cto'"),
        ({"company": "pair"}, "no option 'company'"),
    ],
)
async def test_what_cannot_be_said_of_a_run_is_told(options: dict[str, object], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        await company().spec(TASK, **options)


async def test_a_limit_that_is_not_said_is_the_company_s_own(tmp_path: Path) -> None:
    limits = {"defaults": {"limits": {"usd": 2.0, "calls": 50}}}
    write_cards(tmp_path, "companies", frugal={"title": "Frugal", "chain": "solo", **limits})
    frugal = Company.load("frugal", model="lmstudio:m", overlay=tmp_path)
    spec = await frugal.spec(TASK, limits=RunLimits(calls=5))
    assert spec.limits == RunLimits(usd=2.0, calls=5)


async def test_a_journal_that_lacks_a_setting_is_not_gone_on_with() -> None:
    """A default would stand where the run had something else, or draw another seed."""
    frozen = (await company().spec(TASK, sandbox="none")).frozen("a")
    assert RunSpec.thaw(frozen).frozen("a") == frozen
    for key in ("name", "seed", "sandbox", "limits", "human_roles"):
        with pytest.raises(ConfigurationError, match=f"does not say its {key}"):
            RunSpec.thaw({name: value for name, value in frozen.items() if name != key})
