"""What a batch does where nothing says how: by whose models it asks."""

from types import SimpleNamespace
from typing import Any

import pytest

from company.cards.company_card import RunLimits
from company.cli.batch.options import settings_from
from company.lab.execution.at_once import AT_ONCE
from company.lab.execution.engine import WorkSettings

GIVEN = {
    "at_once": None,
    "calls_at_once": None,
    "sandboxes_at_once": None,
    "rates": (),
    "evaluate_again": False,
    "mutants": 0,
    "embeddings": None,
}


@pytest.mark.parametrize(
    ("model", "at_once"),
    [
        ("local:qwen2.5-coder-1.5b", 1),
        ("local", 1),
        (" local ", 1),
        ("openai:gpt-4o", AT_ONCE),
        ("localhost:m", AT_ONCE),
    ],
)
def test_the_embedded_model_answers_one_run_after_the_other(model: str, at_once: int) -> None:
    """Found: written `local`, eight runs waited for each other, and none was soon done."""
    given = {**GIVEN, **dict.fromkeys(RunLimits.model_fields)}
    settings = settings_from(given, sandbox="none", allowed=frozenset())
    job: Any = SimpleNamespace(spec=SimpleNamespace(speaking_models={model}))
    assert settings.jobs_at_once([[job]]) == WorkSettings().jobs_at_once([[job]]) == at_once
    assert WorkSettings(at_once=3).jobs_at_once([[job]]) == 3
