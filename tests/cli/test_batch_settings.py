"""What a batch does where nothing says how: by whose models it asks."""

import pytest

from company.cards.company_card import RunLimits
from company.cli.batch.options import AT_ONCE, settings_from

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
    settings = settings_from(given, sandbox="none", models={model}, allowed=frozenset())
    assert settings.at_once == at_once
