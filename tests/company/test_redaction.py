"""Secrets never leave in an error."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from company.models.redact import HIDDEN, redact


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Incorrect API key provided: sk-proj-abc123DEF456ghi789.", f"Incorrect API key provided: {HIDDEN}"),
        ("Authorization: Bearer abcdef123456", f"Authorization: Bearer {HIDDEN}"),
        ("http://me:pass@proxy:3128/x", f"http://{HIDDEN}proxy:3128/x"),
        ('{"api_key": "0123456789"}', f'{{"api_key": "{HIDDEN}"}}'),
        ("the password=hunter2222 is wrong", f"the password={HIDDEN} is wrong"),
        ("gsk_abcdefghijklmnop and AIzaSyA1234567890abc", f"{HIDDEN} and {HIDDEN}"),
    ],
)  # fmt: skip
def test_what_looks_like_a_secret_is_hidden(text: str, clean: str) -> None:
    assert redact(text) == clean


@pytest.mark.parametrize(
    "text",
    [
        "Rate limit reached for 30000 tokens per minute",
        "This model's maximum context length is 8192 tokens",
        "max_tokens: 4096 is too large",
        "The task-oriented risk-averse desk-bound model",
        "http://127.0.0.1:8080/v1",
    ],
)
def test_ordinary_words_stay(text: str) -> None:
    assert redact(text) == text


@given(st.text(), st.text(min_size=8), st.text())
def test_a_known_secret_is_hidden_wherever_it_stands(before: str, key: str, after: str) -> None:
    assert key not in redact(before + key + after, [key]).replace(HIDDEN, "")


def test_a_secret_within_a_secret_leaves_no_rest() -> None:
    assert redact("key abcdefgh-ijkl", ["abcdefgh", "abcdefgh-ijkl"]) == f"key {HIDDEN}"
