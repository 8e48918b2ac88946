"""`script:FILE` as a model: what a file says, drawn by seed and prompt, and a company at work on it."""

from collections import Counter
from pathlib import Path

import pytest

from company.cards.problems import CardError
from company.errors import ProviderError
from company.models.client import ModelClient
from company.models.request import ModelRequest
from company.models.settled import settled
from tests.support.command_line import as_process
from warehouse.events import CompletionResult

REVIEWER, PROGRAMMER = "You are the Code Reviewer.", "You are the Programmer."


def script(folder: Path, text: str) -> str:
    path = folder / "rehearsal.yaml"
    path.write_text(text, encoding="utf-8")
    return f"script:{path}"


async def ask(model: str, *said: tuple[str, str], seed: int = 1) -> CompletionResult:
    messages = [{"role": role, "content": text} for role, text in said]
    async with ModelClient(env={}) as client:
        return await client.complete(ModelRequest(model, messages, seed=seed, where="1.coding"))


async def test_the_first_reply_is_said_whose_words_all_stand_in_the_prompt(tmp_path: Path) -> None:
    model = script(
        tmp_path,
        "replies:\n"
        "- {when: [You are the Code Reviewer, tips], say: about tips}\n"
        "- {when: You are the Code Reviewer, say: a review}\n"
        "- {say: anything else}\n",
    )
    for system, asked, reply in [
        (REVIEWER, "Read tips.py", "about tips"),
        (REVIEWER, "Read bill.py", "a review"),
        (PROGRAMMER, "Write tips.py", "anything else"),
    ]:
        assert (await ask(model, ("system", system), ("user", asked))).text == reply


async def test_what_was_said_before_in_the_talk_does_not_count(tmp_path: Path) -> None:
    model = script(tmp_path, "replies:\n- {when: Write, say: a}\n- {when: Repair, say: b}\n")
    talk = ("user", "Write it"), ("assistant", "a"), ("user", "Repair it")
    assert (await ask(model, *talk)).text == "b"


async def test_one_of_several_is_drawn_by_seed_and_prompt_and_the_same_each_time(
    tmp_path: Path,
) -> None:
    model = script(tmp_path, "replies:\n- say: [a, b]\n")
    drawn = Counter([(await ask(model, ("user", "it"), seed=n)).text for n in range(40)])
    prompts = Counter([(await ask(model, ("user", f"it {n}"))).text for n in range(40)])
    for counts in (drawn, prompts):
        assert min(counts["a"], counts["b"]) > 8
    again = Counter([(await ask(model, ("user", "it"), seed=n)).text for n in range(40)])
    assert again == drawn


async def test_it_costs_nothing_and_its_tokens_are_estimates(tmp_path: Path) -> None:
    reply = await ask(script(tmp_path, "replies:\n- say: abcdefgh\n"), ("user", "words " * 10))
    assert (reply.cost, reply.seconds, reply.usage.completion_tokens) == (0.0, 0.0, 2)
    assert reply.usage.prompt_tokens > 10
    assert not reply.usage.reported


async def test_where_no_line_fits_it_says_what_was_asked_and_what_to_do(tmp_path: Path) -> None:
    model = script(tmp_path, "replies:\n- {when: tea, say: yes please}\n")
    with pytest.raises(ProviderError, match=r"at 1\.coding: “Write it…”\. Give one a `when`"):
        await ask(model, ("user", "Write\nit"))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("replies:\n- {when: tea}\n", "rehearsal.yaml:2.*missing key 'say'"),
        ("replies:\n- {say: []}\n", "rehearsal.yaml:2"),
        ("replies:\n- {says: tea}\n", "unknown key 'says'.*say"),
        ("replies: tea\n", "must be a list"),
    ],
)
async def test_a_script_that_cannot_be_used_is_told_by_its_line(
    tmp_path: Path, text: str, problem: str
) -> None:
    with pytest.raises(CardError, match=problem):
        await ask(script(tmp_path, text), ("user", "it"))


async def test_a_script_that_was_changed_is_read_again(tmp_path: Path) -> None:
    assert (await ask(script(tmp_path, "replies:\n- say: a\n"), ("user", "it"))).text == "a"
    assert (await ask(script(tmp_path, "replies:\n- say: bb\n"), ("user", "it"))).text == "bb"


def test_its_file_stays_the_same_wherever_it_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert settled("script:a/r.yaml", tmp_path) == f"script:{tmp_path}/a/r.yaml"


def test_a_company_works_on_a_script(tmp_path: Path) -> None:
    program = '### main.py\n```python\nprint("a tip of 8.50")\n```\n'
    lines = "\n".join(f"    {line}" for line in program.splitlines())
    script(tmp_path, f"replies:\n- when: Write the whole program\n  say: |\n{lines}\n")
    done = as_process(
        "run", "a tip", "--model", "script:rehearsal.yaml", "--company", "solo", "--sandbox", "bubblewrap",
        "--products", "out", "--plain", cwd=tmp_path,
    )  # fmt: skip
    assert done.code == 0, done.err
    (made,) = (tmp_path / "out").glob("*/product/main.py")
    assert made.read_text() == 'print("a tip of 8.50")\n'


def test_a_script_that_is_not_there_is_told_before_anything_begins(tmp_path: Path) -> None:
    done = as_process(
        "run", "a tip", "--model", "script:none.yaml", "--products", "out", cwd=tmp_path
    )
    assert "none.yaml:1: there is no such file" in done.fails_with(2)
    assert not (tmp_path / "out").exists()
