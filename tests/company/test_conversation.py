"""Two roles talk until the deliverable is there."""

from pathlib import Path

import pytest

from company.engine.resources import open_resources
from company.engine.run import Run
from company.errors import NothingDelivered
from tests.support.houses import one_phase_company, only_journal, prompts, work
from tests.support.scripted_company import file_block
from tests.support.scripted_provider import Call, Reply, ScriptedProvider
from warehouse.events.conversion import as_json

PROGRAM = file_block("main.py", "print('tick')")
BETTER = file_block("main.py", "print('tick tock')")
ROLES = {"instructor": "cto", "assistant": "programmer"}
DECISION = {"decision": {"colour": "str"}}


def talk(folder: Path, yields: object = None, **more: object) -> None:
    one_phase_company(
        folder / "cards",
        talk={**ROLES, **more},
        sees=["task"],
        yields={"files": {}} if yields is None else yields,
    )


async def test_the_instructors_words_are_the_prompt_and_the_reply_is_the_deliverable(
    tmp_path: Path,
) -> None:
    talk(tmp_path)
    async with ScriptedProvider([PROGRAM]) as provider:
        run = await work(tmp_path, provider)
    ((system, user),) = prompts(provider)
    assert "You are the Programmer" in system
    assert user.startswith("Do it: a clock\n\nReply with files only")
    assert run.product.files() == {"main.py": b"print('tick')\n"}


async def test_an_unreadable_reply_goes_back_with_the_exact_complaint(tmp_path: Path) -> None:
    talk(tmp_path)
    async with ScriptedProvider(["I would rather not.", PROGRAM]) as provider:
        run = await work(tmp_path, provider)
    assert prompts(provider)[1][2] == "I would rather not."
    (rejected,) = [e for e in only_journal(tmp_path) if e.kind == "deliverable.rejected"]
    assert prompts(provider)[1][3] == as_json(rejected.data)["complaint"]
    assert run.product.files() == {"main.py": b"print('tick')\n"}


async def test_each_repair_is_sampled_more_freely(tmp_path: Path) -> None:
    talk(tmp_path)
    async with ScriptedProvider(["no", "no", PROGRAM]) as provider:
        await work(tmp_path, provider)
    assert [call.body["temperature"] for call in provider.calls] == [0.2, 0.5, 0.8]


async def test_a_reply_that_was_cut_off_is_told_so(tmp_path: Path) -> None:
    talk(tmp_path)
    cut = Reply("### main.py\n```python\nprint(", finish_reason="length")
    async with ScriptedProvider([cut, PROGRAM]) as provider:
        await work(tmp_path, provider)
    assert prompts(provider)[1][3].startswith("Your reply was cut off because it grew too long.")


async def test_a_role_sees_its_last_attempt_and_not_every_one_of_them(tmp_path: Path) -> None:
    """Attempts that all grew too long would fill a small model's window; the embedded one did."""
    talk(tmp_path)
    endless = Reply(
        "### main.py\n```python\n" + "".join(f"print({n * n})\n" for n in range(2_000)),
        finish_reason="length",
    )
    async with ScriptedProvider([endless, endless, PROGRAM]) as provider:
        await work(tmp_path, provider)
    again = prompts(provider)[2]
    assert len(again) == 4
    assert again[2].startswith("### main.py")
    assert "\n…\n" in again[2]
    assert len(again[2]) < 1_300


def refusing_prompts_over(characters: int) -> ScriptedProvider:
    def answer(call: Call) -> Reply:
        return Reply(PROGRAM, fault="context_overflow" if len(call.user) > characters else None)

    return ScriptedProvider([answer])


async def test_a_prompt_that_the_model_finds_too_long_is_asked_again_with_less(
    tmp_path: Path,
) -> None:
    talk(tmp_path)
    async with refusing_prompts_over(2_000) as provider:
        run = await work(tmp_path, provider, task="a clock " + "x" * 3_000)
    lengths = [len(prompt[-1]) for prompt in prompts(provider)]
    assert lengths[-1] <= 2_000 < lengths[-2]
    assert run.product.files() == {"main.py": b"print('tick')\n"}
    notes = [as_json(e.data)["text"] for e in only_journal(tmp_path) if e.kind == "note"]
    assert "The prompt was longer than" in notes[0]
    assert "the task was cut short" in notes[-1]


async def test_a_prompt_known_to_be_too_long_is_not_sent_again_by_a_resumed_run(
    tmp_path: Path,
) -> None:
    talk(tmp_path)
    async with refusing_prompts_over(2_000) as provider:
        run = await work(tmp_path, provider, task="a clock " + "x" * 3_000)
        whole = (run.folder / "journal.jsonl").read_bytes().splitlines(keepends=True)
        last = max(i for i, line in enumerate(whole) if b'"completion"' in line)
        (run.folder / "journal.jsonl").write_bytes(b"".join(whole[:last]))
        provider.calls.clear()
        async with open_resources("none") as resources:
            await Run.reopen(run.folder, resources).work()
    assert [len(call.user) <= 2_000 for call in provider.calls] == [True]


async def test_a_model_that_finds_any_prompt_too_long_ends_the_phase(tmp_path: Path) -> None:
    talk(tmp_path)
    async with refusing_prompts_over(0) as provider:
        with pytest.raises(NothingDelivered, match="larger context window"):
            await work(tmp_path, provider)
    assert len(provider.calls) == 4


async def test_two_repairs_are_all_and_a_company_that_wrote_nothing_has_failed(
    tmp_path: Path,
) -> None:
    talk(tmp_path)
    async with ScriptedProvider(["no"]) as provider:
        with pytest.raises(NothingDelivered, match="Work delivered no program"):
            await work(tmp_path, provider)
    assert len(provider.calls) == 3
    assert as_json(only_journal(tmp_path)[-1].data)["status"] == "failed"


async def test_the_talk_ends_when_the_instructor_agrees(tmp_path: Path) -> None:
    talk(tmp_path, turns=5)
    async with ScriptedProvider([PROGRAM, "AGREED."]) as provider:
        await work(tmp_path, provider)
    judge = prompts(provider)[1]
    assert "You are the Chief Technology Officer" in judge[0]
    assert PROGRAM.strip() in judge[1]
    assert len(provider.calls) == 2


async def test_the_instructors_remark_is_answered_by_the_assistant(tmp_path: Path) -> None:
    talk(tmp_path, turns=2)
    async with ScriptedProvider([PROGRAM, "It must also say tock.", BETTER]) as provider:
        run = await work(tmp_path, provider)
    assert prompts(provider)[2][2:] == [PROGRAM, "It must also say tock."]
    assert run.product.files() == {"main.py": b"print('tick tock')\n"}


async def test_the_assistant_may_ask_back_before_it_answers(tmp_path: Path) -> None:
    talk(tmp_path, clarify=2)
    replies = ["Which sound?", "Tick.", "READY", PROGRAM]
    async with ScriptedProvider(replies) as provider:
        await work(tmp_path, provider)
    ask, answer, again, final = prompts(provider)
    assert "ask up to three short questions" in ask[-1]
    assert "Which sound?" in answer[1]
    assert again[2:5] == [ask[-1], "Which sound?", "Tick."]
    assert final[2:] == [ask[-1], "Which sound?", "Tick."]


async def test_an_assistant_that_is_ready_at_once_costs_one_call_more(tmp_path: Path) -> None:
    talk(tmp_path, clarify=3)
    async with ScriptedProvider(["Ready.", PROGRAM]) as provider:
        await work(tmp_path, provider)
    assert len(provider.calls) == 2


async def test_a_talk_without_a_conclusion_is_concluded_by_the_counselor(tmp_path: Path) -> None:
    talk(tmp_path, yields={"decision": {"colour": "str", "hands": "int"}}, reflect=True)
    vague = "Colours are a wide field, and it depends."
    async with ScriptedProvider(
        [vague, vague, vague, '{"colour": "blue", "hands": 2}']
    ) as provider:
        await work(tmp_path, provider)
    counselor = prompts(provider)[3]
    assert "You are the Counselor" in counselor[0]
    assert vague in counselor[1]
    delivered = [as_json(e.data) for e in only_journal(tmp_path) if e.kind == "deliverable"]
    assert delivered[0]["fields"] == {"colour": "blue", "hands": 2}


async def test_a_decision_is_asked_for_by_schema_where_the_provider_has_it(tmp_path: Path) -> None:
    talk(tmp_path, yields=DECISION)
    async with ScriptedProvider(['{"colour": "red"}']) as provider:
        await work(tmp_path, provider)
    schema = provider.calls[0].body["response_format"]["json_schema"]
    assert schema["name"] == "work"
    assert schema["schema"]["required"] == ["colour"]


async def test_a_delivery_that_changes_nothing_is_no_conclusion(tmp_path: Path) -> None:
    talk(tmp_path)
    source = tmp_path / "source"
    source.mkdir()
    (source / "main.py").write_text("print('tick')\n")
    async with ScriptedProvider([PROGRAM, BETTER]) as provider:
        await work(tmp_path, provider, source=source)
    assert len(provider.calls) == 1
    (ended,) = [
        as_json(e.data)
        for e in only_journal(tmp_path)
        if e.where == "1.work" and "outcome" in as_json(e.data)
    ]
    assert ended == {"outcome": "failed", "reason": "the reply leaves every file as it was"}
