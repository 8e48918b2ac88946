"""The likeness of a task and a program, by embeddings from a real HTTP server."""

from collections.abc import Sequence
from typing import Any

import pytest

from company.errors import ConfigurationError, ProviderError
from company.lab.metrics.consistency import PIECE, consistency
from company.models.embeddings import AT_ONCE, Vector, embedder
from company.models.local.servable import installed
from company.models.local.server import EMBEDDING_WINDOW
from company.models.local.weights import measured_weights
from company.models.retry import RetryPolicy
from tests.support.embedding_server import counts, serving


async def by_counting(texts: Sequence[str]) -> list[Vector]:
    return [counts(text) for text in texts]


async def measured(task: str, **files: str) -> float:
    named = {name.replace("_py", ".py"): text.encode() for name, text in files.items()}
    return await consistency(task, named, by_counting)


async def test_it_is_the_cosine_of_the_task_and_the_code() -> None:
    # (2, 1, 0) and (1, 2, 0): 4 / (√5 × √5)
    assert await measured("tip tip price", main_py="tip(price, price)\n") == pytest.approx(0.8)
    assert await measured("clock", main_py="tip()\n") == 0.0
    assert await measured("tip", main_py="tip()\n") == pytest.approx(1.0)


async def test_comments_docstrings_and_tests_are_no_code() -> None:
    remarks = '"""A clock."""\n\n# clock\n\ndef tip():  # clock\n    """clock"""\n'
    same = await measured("tip", main_py=remarks, test_main_py="clock\n" * 9)
    assert same == pytest.approx(1.0)


async def test_texts_that_the_program_works_with_are_code() -> None:
    data = 'tip = """\nclock\n# clock\n"""\n'
    assert await measured("tip", main_py=data) == pytest.approx(1 / 5**0.5)  # (1, 0, 2)


@pytest.mark.parametrize("code", [None, "", "# clock\n", '"""clock"""\n'])
async def test_without_code_or_without_a_task_nothing_is_alike(code: str | None) -> None:
    assert await measured("clock", **({} if code is None else {"main_py": code})) == 0.0
    assert await measured(" ", main_py="clock()\n") == 0.0


async def test_what_points_away_from_the_task_is_not_alike() -> None:
    async def opposite(texts: Sequence[str]) -> list[Vector]:
        return [[1.0 - 2 * number, 0.0] for number, _ in enumerate(texts)]

    assert await consistency("a", {"main.py": b"x = 1\n"}, opposite) == 0.0


async def test_a_long_program_is_embedded_in_pieces_and_none_is_left_out() -> None:
    asked: list[str] = []

    async def embed(texts: Sequence[str]) -> list[Vector]:
        asked.extend(texts)
        return [counts(text) for text in texts]

    lines = ["tip()\n"] * 2_000 + [f"x = '{'é' * 5_000}'\n"] + ["price()\n"]
    found = await consistency("price", {"main.py": "".join(lines).encode()}, embed)
    task, *code = asked
    assert task == "price"
    assert "".join(code) == "".join(lines).rstrip("\n")
    assert max(len(piece.encode()) for piece in code) <= PIECE < EMBEDDING_WINDOW
    assert 0 < found < 0.1


async def test_a_server_is_asked_for_a_few_texts_at_a_time_and_answers_in_any_order() -> None:
    texts = [f"{'tip ' * number}" for number in range(AT_ONCE + 4)]
    async with serving() as (model, asked), embedder(model, env={}) as embed:
        vectors = await embed(texts)
    assert vectors == [[float(number), 0.0, 0.0] for number in range(AT_ONCE + 4)]
    assert [len(body["input"]) for body in asked] == [AT_ONCE, 4]
    assert asked[0]["model"] == "minilm"


async def test_a_server_that_is_busy_is_asked_again() -> None:
    async with serving(503, 429) as (model, asked), embedder(model, env={}) as embed:
        assert await embed(["tip"]) == [[1.0, 0.0, 0.0]]
    assert len(asked) == 3


@pytest.mark.parametrize(
    "nonsense",
    [
        {"data": []},
        {"data": [{"embedding": "AAAA", "index": 0}]},
        {"data": [{"embedding": [1.0], "index": 7}]},
        ["no"],
    ],
)
async def test_an_answer_without_the_vectors_is_an_error_in_the_end(nonsense: Any) -> None:
    tries = RetryPolicy().costly_attempts
    async with serving(*[nonsense] * tries) as (model, asked), embedder(model, env={}) as embed:
        with pytest.raises(ProviderError, match="no embeddings, or not one for each text"):
            await embed(["tip"])
    assert len(asked) == tries


async def test_a_model_that_cannot_embed_says_so_at_once() -> None:
    async with serving(501) as (model, asked), embedder(model, env={}) as embed:
        with pytest.raises(ProviderError, match="did not accept the request"):
            await embed(["tip"])
    assert len(asked) == 1


async def test_a_model_id_without_its_key_says_which_variable_to_set() -> None:
    with pytest.raises(ConfigurationError, match="OPENAI_API_KEY"):
        async with embedder("openai:text-embedding-3-small", env={}):
            pass


@pytest.mark.model
async def test_the_embedded_model_embeds_a_piece_of_any_text() -> None:
    if not (installed() and measured_weights().present()):
        pytest.skip("the embedded model is not in the cache: softhouse model pull")
    async with embedder("local") as embed:
        short, long = await embed(["a tip", "{é}" * (PIECE // 4)])
    assert len(short) == len(long) == 1536
    assert sum(value * value for value in short) == pytest.approx(1.0)
