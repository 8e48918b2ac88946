"""From the settings of a condition to the spec a run is given."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from company.cards.company_card import RunLimits
from company.errors import ConfigurationError
from company.lab.design.condition import Condition, SpecBook
from company.spec import RunSpec
from tests.support.labs import task

REPOSITORIES = Path(__file__).parents[2] / "examples/repositories"
COMPANIES = Path(__file__).parents[2] / "company/companies"
MODEL = "url:http://127.0.0.1:9/v1#quiet"


async def spec(settings: dict[str, Any], **of_task: Any) -> RunSpec:
    book = SpecBook(Path("/nowhere"), sandbox="none", limits=RunLimits(), label="test")
    condition = Condition("it", {"model": MODEL, **settings})
    return await book.spec(task(**of_task), condition, name="tip", seed=7)


@pytest.mark.parametrize(
    "prompt",
    [
        "Task:\n{{ task }}\n\nWrite it.",
        "12: {{ task }}",
        "yes {{ task }}",
        "- “{{ task }}” 🙂\n- b",
    ],
)
async def test_a_prompt_is_taken_as_it_is_written(prompt: str) -> None:
    changed = await spec(
        {"company": "solo", "phases.coding.prompt": prompt, "phases.coding.sees": ["task"]}
    )
    assert changed.cards.phases["coding"].prompt == prompt


async def test_a_repository_is_worked_on_by_maintainers_unless_another_company_is_named() -> None:
    theirs = str(next(REPOSITORIES.glob("*.bundle")))
    assert (await spec({}, repository=theirs)).cards.company.name == "incremental"
    assert (await spec({}, repository=theirs, company="pair")).cards.company.name == "pair"
    assert (await spec({"company": "agent"}, repository=theirs)).cards.company.name == "agent"


async def test_fields_keep_their_types() -> None:
    settings = {"company": "pair", "loops.testing.max": 1, "temperature": 0.5, "company.title": "7"}
    changed = await spec(settings)
    assert changed.cards.company.defaults.temperature == 0.5
    assert changed.cards.company.title == "7"
    assert changed.cards.chain.steps[-1].max == 1  # type: ignore[union-attr]


QUOTING = "Write `tip.py` with `tip(bill)`.\n\nExample: `tip(8)` is `1.2`."


async def test_what_a_task_says_to_the_letter_is_tried_where_it_is_asked_for(
    tmp_path: Path,
) -> None:
    """It is read of each task's own words, whether the condition asks for it or its company does."""
    assert (await spec({"company": "solo"}, prompt=QUOTING)).checks == ()
    asked = await spec({"company": "solo", "acceptance": "quoted"}, prompt=QUOTING)
    own = yaml.safe_load((COMPANIES / "solo.yaml").read_text())
    own["defaults"] = {"acceptance": "quoted"}
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(own | {"name": "mine"}))
    of_company = await spec({"company": str(tmp_path / "mine.yaml")}, prompt=QUOTING)
    for found in (asked, of_company):
        assert found.acceptance == "quoted"
        assert len(found.checks) == 1
    assert (
        await spec({"company": str(tmp_path / "mine.yaml"), "acceptance": "none"}, prompt=QUOTING)
    ).checks == ()


async def test_a_word_that_acceptance_does_not_know_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"--acceptance quotes is no word"):
        await spec({"company": "solo", "acceptance": "quotes"})


async def test_acceptance_is_no_field_of_a_card_that_is_looked_at_later() -> None:
    with pytest.raises(ConfigurationError, match=r"would change nothing.*acceptance=quoted"):
        await spec({"company": "solo", "company.defaults.acceptance": "quoted"})


async def test_topology_is_that_of_the_chain_s_graphs() -> None:
    changed = await spec({"company": "network", "topology": "mesh"})
    (graph,) = [step for step in changed.cards.chain.steps if step.kind == "graph"]
    assert graph.topology == "mesh"  # type: ignore[union-attr]


async def test_a_task_s_own_wishes_hold_where_the_condition_says_nothing() -> None:
    assert (await spec({}, company="pair")).cards.company.name == "pair"
    assert (await spec({"company": "solo"}, company="pair")).cards.company.name == "solo"
    assert (await spec({}, company="pair", set={"seed": 3})).cards.company.name == "pair"


async def test_every_task_has_the_seed_of_its_repetition_unless_a_seed_is_set() -> None:
    assert (await spec({"company": "solo"})).seed == 7
    assert (await spec({"company": "solo", "seed": 3})).seed == 3


async def test_no_setting_chooses_the_sandbox() -> None:
    """A task's file may come from anywhere, and `host` is no sandbox at all."""
    for settings, of_task in (({"sandbox": "none"}, {}), ({}, {"set": {"sandbox": "host"}})):
        with pytest.raises(ConfigurationError, match=r"'sandbox'.*give --sandbox"):
            await spec({"company": "solo", **settings}, **of_task)


async def test_no_setting_reads_a_file_of_this_machine(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret words {{ task }}")
    settings = {
        "phases.coding.prompt": f"@{tmp_path / 'secret'} {{{{ task }}}}",
        "phases.coding.sees": ["task"],
    }
    assert (
        "secret words"
        not in (await spec({"company": "solo"}, set=settings)).cards.phases["coding"].prompt
    )


async def test_a_company_with_people_in_it_is_refused_for_nobody_would_answer() -> None:
    with pytest.raises(ConfigurationError, match="it: Human is a person"):
        await spec({"company": "human"})


async def test_a_task_that_asks_for_what_cannot_be_is_named() -> None:
    with pytest.raises(ConfigurationError, match=r"it, task tip: .*'solo'"):
        await spec({}, company="sole")


async def test_a_condition_that_cannot_be_is_named() -> None:
    with pytest.raises(ConfigurationError, match=r"it: .*did you mean 'programmer'"):
        await spec({"company": "solo", "roles.programer.temperature": 1.0})


async def test_a_setting_that_cannot_be_is_told_by_its_condition_and_key_and_no_line() -> None:
    """Found: `company solo, as changed:1`, a line of no file."""
    wrong = r"it: company solo, as changed: 'interventions\[1\]\.mute': unknown role 'cfo'"
    with pytest.raises(ConfigurationError, match=wrong):
        await spec({"company": "solo", "interventions": [{"mute": "cfo"}]})
