"""docs/providers.md names every provider, its key, and the figures the client really holds to."""

from pathlib import Path

from company.models.concessions import FEWEST, ROOM_FOR_THOUGHTS
from company.models.event_stream import LONGEST_LINE
from company.models.negotiation import MOST_TRIES
from company.models.provider import providers
from company.models.retry import RetryPolicy
from company.models.transport import LONGEST_ANSWER, Timeouts

TEXT = (Path(__file__).parents[2] / "docs/providers.md").read_text(encoding="utf-8")


def test_every_provider_is_named_with_its_key_and_its_other_address() -> None:
    table = TEXT.split("## Embedded models")[0]
    rows = {row.split("`")[1]: row for row in table.splitlines() if row.startswith("| `")}
    assert set(rows) == set(providers())
    for name, provider in providers().items():
        for variable in (provider.key_env, provider.base_url_env):
            assert variable is None or f"`{variable}`" in rows[name]


def test_the_figures_are_those_of_the_client() -> None:
    policy, timeouts = RetryPolicy(), Timeouts()
    assert f"{policy.attempts} attempts in all" in TEXT
    assert f"only {policy.costly_attempts} such attempts" in TEXT
    assert (policy.longest_asked, policy.first_wait, policy.longest_wait) == (120, 0.5, 60)
    assert (timeouts.idle, timeouts.idle_own_machine, timeouts.whole) == (300, 1800, 3600)
    assert f"{LONGEST_ANSWER >> 20} MB, or at {LONGEST_LINE >> 20} MB in one line" in TEXT
    assert f"{MOST_TRIES + 1} requests at most" in TEXT
    assert f"down to {FEWEST:,}" in TEXT
    assert f"room for {ROOM_FOR_THOUGHTS:,} tokens" in TEXT
