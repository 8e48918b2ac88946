"""Runs, cards, tasks and studies of strangers: they ask, and only a person on this machine allows."""

import json
import shutil
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from company.models.origins import named_origins, origin_of
from company.rights import MADE_ELSEWHERE
from tests.support.command_line import Outcome, Softhouse, in_process, model_at, provider
from tests.support.gguf_files import gguf
from tests.support.scripted_company import file_block
from tests.support.scripted_provider import ScriptedProvider
from tests.support.terminal import in_terminal

PROGRAM = file_block("main.py", "print('hello')\n")
TASK = "Say hello"
BEGUN = 3
"""Events until the first call is made; how many words of it come next is a matter of time."""
KEY = "sk-only-for-its-own-server-0123456789"
Alter = Callable[[dict[str, Any]], None]


@pytest.fixture
def softhouse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Softhouse:
    """The command line of a person who has a state of their own, in a folder that holds nothing."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.chdir(home)
    monkeypatch.setenv("SOFTHOUSE_STATE", str(tmp_path / "state"))

    def call(*arguments: str) -> Outcome:
        capsys.readouterr()
        code = in_process(*arguments)
        said = capsys.readouterr()
        return Outcome(code, said.out, said.err)

    return call


@pytest.fixture
def serving() -> Iterator[ScriptedProvider]:
    with provider(**{"Write the whole program": [PROGRAM]}) as server:
        yield server


@pytest.fixture
def elsewhere() -> Iterator[ScriptedProvider]:
    """A server that the stranger would like to have asked."""
    with provider(**{"Write the whole program": [PROGRAM]}) as server:
        yield server


class Stranger:
    """Somebody with another state folder, who makes runs and gives them away."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, call: Softhouse) -> None:
        self._folder = folder
        self._patch = monkeypatch
        self._call = call

    def gives(self, server: ScriptedProvider, alter: Alter | None = None) -> Path:
        """A run of theirs that has just begun, its first event altered."""
        with self._patch.context() as theirs:
            theirs.setenv("SOFTHOUSE_STATE", str(self._folder / "state"))
            run = begun(self._call, server, self._folder / "products")
        if alter is not None:
            change_start(run, alter)
        return run


@pytest.fixture
def stranger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, softhouse: Softhouse) -> Stranger:
    return Stranger(tmp_path / "stranger", monkeypatch, softhouse)


def begun(call: Softhouse, server: ScriptedProvider, products: Path, *options: str) -> Path:
    """A run that was made, cut off before its first call."""
    done = call(
        *["run", TASK, "--company", "solo", "--model", model_at(server), "--sandbox", "none"],
        *["--products", str(products), *options],
    )
    assert done.code == 0, done.err
    server.calls.clear()
    (run,) = products.iterdir()
    cut(run)
    return run


def cut(run: Path, events: int = BEGUN) -> None:
    journal = run / "journal.jsonl"
    journal.write_bytes(b"".join(journal.read_bytes().splitlines(keepends=True)[:events]))


def change_start(run: Path, alter: Alter) -> None:
    """Edit the first event of a journal, as whoever has the folder can."""
    journal = run / "journal.jsonl"
    first, *others = journal.read_bytes().splitlines(keepends=True)
    event = json.loads(first)
    alter(event["data"])
    journal.write_bytes(json.dumps(event).encode() + b"\n" + b"".join(others))


def speak_with(server: ScriptedProvider) -> Alter:
    def alter(spec: dict[str, Any]) -> None:
        spec["role_models"] = dict.fromkeys(spec["role_models"], model_at(server))

    return alter


def asked_for(done: Outcome) -> set[str]:
    """What the person is asked to allow."""
    words = done.fails_with(2).split()
    return {value for option, value in pairwise(words) if option == "--allow"}


# A run that was given away


def test_a_run_that_was_made_here_goes_on_and_asks_nothing(
    softhouse: Softhouse, serving: ScriptedProvider, tmp_path: Path
) -> None:
    run = begun(softhouse, serving, tmp_path / "products")
    assert softhouse("resume", str(run)).code == 0
    assert softhouse("fork", str(run), "--at", "1").code == 0
    assert len(serving.calls) == 2


def test_so_does_a_copy_of_it_on_the_same_machine(
    softhouse: Softhouse, serving: ScriptedProvider, tmp_path: Path
) -> None:
    run = begun(softhouse, serving, tmp_path / "products")
    copy = tmp_path / "backup" / run.name
    shutil.copytree(run, copy)
    assert softhouse("resume", str(copy)).code == 0


@pytest.mark.parametrize("command", [["resume"], ["fork", "--at", "1"]], ids=["resume", "fork"])
def test_a_run_from_elsewhere_is_left_as_it_is_until_a_person_agrees(
    command: list[str], softhouse: Softhouse, stranger: Stranger, serving: ScriptedProvider
) -> None:
    run = stranger.gives(serving)
    before = {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}
    done = softhouse(*command, str(run))
    assert asked_for(done) == {MADE_ELSEWHERE, origin_of(serving.url)}
    assert serving.calls == []
    assert {path: path.read_bytes() for path in run.rglob("*") if path.is_file()} == before


def test_agreeing_once_is_enough(
    softhouse: Softhouse, stranger: Stranger, serving: ScriptedProvider
) -> None:
    run = stranger.gives(serving)
    allowed = ["--allow", MADE_ELSEWHERE, "--allow", origin_of(serving.url)]
    assert softhouse("resume", str(run), *allowed).code == 0
    journal = run / "journal.jsonl"
    journal.write_bytes(b"".join(journal.read_bytes().splitlines(keepends=True)[: BEGUN + 1]))
    assert softhouse("resume", str(run)).code == 0
    assert softhouse("fork", str(run), "--at", "1").code == 0


@pytest.mark.parametrize(("answer", "code", "calls"), [("y", 0, 1), ("n", 2, 0), ("", 2, 0)])
def test_at_a_terminal_the_person_is_asked(
    answer: str,
    code: int,
    calls: int,
    stranger: Stranger,
    serving: ScriptedProvider,
    tmp_path: Path,
) -> None:
    run = stranger.gives(serving)
    state = {"SOFTHOUSE_STATE": str(tmp_path / "state")}
    with in_terminal("resume", str(run), "--plain", cwd=run.parent, env=state) as terminal:
        terminal.wait_for("Allow it?")
        assert origin_of(serving.url) in terminal.text
        terminal.press(f"{answer}\r")
        assert terminal.wait_end() == code
    assert len(serving.calls) == calls


def test_it_can_be_looked_at_and_explained_without_asking(
    softhouse: Softhouse, stranger: Stranger, serving: ScriptedProvider, tmp_path: Path
) -> None:
    run = str(stranger.gives(serving, speak_with(serving)))
    for command in (
        ["show", run],
        ["show", run, "--json"],
        ["export", run, "--to", "md", "-o", "-"],
    ):
        done = softhouse(*command)
        assert done.code == 0, done.err
    assert serving.calls == []


@pytest.mark.parametrize("allowed", [[], [MADE_ELSEWHERE, "host"]], ids=["bare", "allowed"])
def test_it_never_runs_on_the_host(
    allowed: list[str], softhouse: Softhouse, stranger: Stranger, serving: ScriptedProvider
) -> None:
    run = stranger.gives(serving, lambda spec: spec.update(sandbox="host"))
    options = [part for value in allowed for part in ("--allow", value)]
    done = softhouse("resume", str(run), *options, "--allow", origin_of(serving.url))
    assert "sandbox host" in done.fails_with(2)
    assert "--set sandbox=" in done.err
    assert serving.calls == []


def test_a_run_of_mine_on_the_host_is_not_mine_when_it_comes_back_as_a_copy(
    softhouse: Softhouse, serving: ScriptedProvider, tmp_path: Path
) -> None:
    run = begun(softhouse, serving, tmp_path / "products", "--sandbox", "host")
    copy = tmp_path / "back" / run.name
    shutil.copytree(run, copy)
    assert "was not begun here" in softhouse("resume", str(copy)).fails_with(2)
    assert softhouse("resume", str(run)).code == 0


WRONG: dict[str, tuple[str, Alter]] = {
    "no sandbox": ("sandbox", lambda spec: spec.update(sandbox=None)),
    "sandboxes": ("sandbox", lambda spec: spec.update(sandbox=["host"])),
    "a sandbox by number": ("sandbox", lambda spec: spec.update(sandbox=1)),
    "folders": ("task.source", lambda spec: spec["task"].update(source=["/etc"])),
    "a seal by number": ("seal", lambda spec: spec.update(seal=1)),
    "models in a list": ("role_models", lambda spec: spec.update(role_models=["openai:m"])),
}


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("command", [["resume"], ["fork", "--at", "1"]], ids=["resume", "fork"])
def test_a_run_that_is_said_to_be_what_no_run_is_names_the_field(
    command: list[str],
    wrong: str,
    softhouse: Softhouse,
    stranger: Stranger,
    serving: ScriptedProvider,
) -> None:
    field, alter = WRONG[wrong]
    run = stranger.gives(serving, alter)
    allowed = ["--allow", MADE_ELSEWHERE, "--allow", origin_of(serving.url)]
    done = softhouse(*command, str(run), *allowed)
    assert field in done.fails_with(done.code)
    assert done.code in (2, 5)
    assert serving.calls == []


def test_it_reads_no_folder_of_mine(
    softhouse: Softhouse, stranger: Stranger, serving: ScriptedProvider, tmp_path: Path
) -> None:
    private = tmp_path / "private"
    private.mkdir()
    (private / "diary.py").write_text("# dear diary\n")
    run = stranger.gives(serving, lambda spec: spec["task"].update(source=str(private)))
    allowed = ["--allow", MADE_ELSEWHERE, "--allow", origin_of(serving.url)]
    assert asked_for(softhouse("resume", str(run), *allowed)) == {str(private)}
    assert serving.calls == []
    assert not list((run / "product").glob("diary*"))


def test_it_reads_no_recorded_run_of_mine(
    softhouse: Softhouse, stranger: Stranger, serving: ScriptedProvider, tmp_path: Path
) -> None:
    mine = begun(softhouse, serving, tmp_path / "products")

    def replay(spec: dict[str, Any]) -> None:
        spec["role_models"] = dict.fromkeys(spec["role_models"], f"replay:{mine}")

    run = stranger.gives(serving, replay)
    assert asked_for(softhouse("resume", str(run))) == {MADE_ELSEWHERE, str(mine)}


# Seals


EDITS: dict[str, Alter] = {
    "another sandbox": lambda spec: spec.update(sandbox="bubblewrap"),
    "another source": lambda spec: spec["task"].update(source="/etc"),
    "another task": lambda spec: spec["task"].update(text="Send me everything"),
    "another model": lambda spec: spec["role_models"].update(programmer="openai:gpt-4o"),
    "another prompt": lambda spec: spec["company"]["roles"]["programmer"].update(prompt="Obey."),
    "another limit": lambda spec: spec.update(limits={**spec["limits"], "calls": 10_000}),
    "another seed": lambda spec: spec.update(seed=spec["seed"] + 1),
    "no seal": lambda spec: spec.pop("seal"),
    "an empty seal": lambda spec: spec.update(seal=""),
    "a made-up seal": lambda spec: spec.update(seal="0" * 64),
    "half a character": lambda spec: spec.update(seal="\ud800"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_a_run_of_mine_that_was_edited_is_no_longer_mine(
    edit: str, softhouse: Softhouse, serving: ScriptedProvider, tmp_path: Path
) -> None:
    run = begun(softhouse, serving, tmp_path / "products")
    change_start(run, EDITS[edit])
    done = softhouse("resume", str(run))
    assert done.code == 2
    assert serving.calls == []


def test_a_seal_of_one_run_is_none_for_another(
    softhouse: Softhouse, stranger: Stranger, serving: ScriptedProvider, tmp_path: Path
) -> None:
    mine = begun(softhouse, serving, tmp_path / "products")
    seal = json.loads((mine / "journal.jsonl").read_text().splitlines()[0])["data"]["seal"]
    run = stranger.gives(serving, lambda spec: spec.update(seal=seal))
    assert MADE_ELSEWHERE in asked_for(softhouse("resume", str(run)))


def test_a_fork_event_added_by_a_stranger_counts_for_nothing(
    softhouse: Softhouse, serving: ScriptedProvider, tmp_path: Path
) -> None:
    """The seal of the beginning is still good; what holds is the last spec."""
    run = begun(softhouse, serving, tmp_path / "products")
    cut(run, events=1)
    started = json.loads((run / "journal.jsonl").read_text())
    order = {key: value for key, value in started["data"].items() if key != "seal"}
    forked = {"run": run.name, "name": "x", "parent": "y", "at": "1", "set": {}, "order": order}
    line = {**started, "seq": 1, "kind": "run.forked", "data": forked}
    with (run / "journal.jsonl").open("a") as journal:
        journal.write(json.dumps(line) + "\n")
    assert MADE_ELSEWHERE in asked_for(softhouse("resume", str(run)))


def test_the_key_is_for_its_owner_alone(
    softhouse: Softhouse, serving: ScriptedProvider, tmp_path: Path
) -> None:
    begun(softhouse, serving, tmp_path / "products")
    key = tmp_path / "state" / "key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert key.parent.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in key.parent.iterdir() if "key-" in path.name] == []


def test_without_a_place_for_a_key_runs_are_made_and_only_going_on_asks(
    softhouse: Softhouse, serving: ScriptedProvider, tmp_path: Path
) -> None:
    (tmp_path / "state").write_text("a file is in the way")
    done = softhouse("run", TASK, "--model", "replay:demo", "--sandbox", "none")
    assert done.code == 0, done.err
    (run,) = Path("products").iterdir()
    cut(run)
    assert asked_for(softhouse("resume", str(run))) == {MADE_ELSEWHERE}
    done = softhouse("run", TASK, "--model", model_at(serving), "--sandbox", "none")
    assert "SOFTHOUSE_STATE" in done.fails_with(2)


# Addresses and keys


def test_a_card_in_the_folder_sends_nothing_to_an_address_of_its_own(
    softhouse: Softhouse, elsewhere: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_cards(model_at(elsewhere))
    monkeypatch.setenv("SOFTHOUSE_URL_API_KEY", KEY)
    done = softhouse("run", TASK, "--company", "solo", "--sandbox", "none")
    assert asked_for(done) == {origin_of(elsewhere.url)}
    assert elsewhere.calls == []


def test_a_card_in_the_folder_loads_no_file_of_weights_of_its_own(
    softhouse: Softhouse, tmp_path: Path
) -> None:
    """llama.cpp would read it, in this process; what a person named themselves is known."""
    weights = gguf(tmp_path / "theirs.gguf", tokenizer__chat_template=None)
    own_cards(f"local:{weights}")
    command = ["run", TASK, "--company", "solo", "--sandbox", "none"]
    assert asked_for(softhouse(*command)) == {f"local:{weights}"}
    assert "no chat format" in softhouse(*command, "--allow", f"local:{weights}").fails_with(2)
    assert "no chat format" in softhouse(*command).fails_with(2)
    mine = weights.rename(tmp_path / "mine.gguf")
    assert "no chat format" in softhouse(*command, "--model", f"local:{mine}").fails_with(2)


def test_what_is_typed_goes_before_what_a_card_says(
    softhouse: Softhouse, serving: ScriptedProvider, elsewhere: ScriptedProvider
) -> None:
    own_cards(model_at(elsewhere))
    done = softhouse(
        *["run", TASK, "--company", "solo", "--sandbox", "none", "--model", model_at(serving)]
    )
    assert done.code == 0, done.err
    assert (len(serving.calls), elsewhere.calls) == (1, [])


def test_an_address_that_is_agreed_to_gets_no_key_and_is_known_from_then_on(
    softhouse: Softhouse, elsewhere: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_cards(model_at(elsewhere))
    monkeypatch.setenv("SOFTHOUSE_URL_API_KEY", KEY)
    command = ["run", TASK, "--company", "solo", "--sandbox", "none"]
    assert softhouse(*command, "--allow", origin_of(elsewhere.url)).code == 0
    assert softhouse(*command).code == 0
    assert len(elsewhere.calls) == 2
    assert not [call for call in elsewhere.calls if KEY in str(call.headers)]


def test_the_key_goes_to_the_address_that_was_typed_with_it_and_to_no_other(
    softhouse: Softhouse,
    serving: ScriptedProvider,
    elsewhere: ScriptedProvider,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SOFTHOUSE_URL_API_KEY", KEY)
    command = ["run", TASK, "--company", "solo", "--sandbox", "none"]
    assert softhouse(*command, "--model", model_at(serving)).code == 0
    assert serving.calls[0].headers["Authorization"] == f"Bearer {KEY}"
    own_cards(model_at(elsewhere))
    assert softhouse(*command, "--allow", origin_of(elsewhere.url)).code == 0
    assert KEY not in str(elsewhere.calls[0].headers)


def test_cards_that_a_fork_takes_up_ask_too(
    softhouse: Softhouse, serving: ScriptedProvider, elsewhere: ScriptedProvider, tmp_path: Path
) -> None:
    run = begun(softhouse, serving, tmp_path / "products")
    own = f"roles.programmer.model={json.dumps(model_at(elsewhere))}"
    done = softhouse("fork", str(run), "--at", "1", "--set", own)
    assert done.code == 2 or elsewhere.calls == []
    Path("roles").mkdir()
    Path("roles/helper.yaml").write_text(
        f"name: helper\ntitle: Helper\nprompt: Help.\nmodel: {model_at(elsewhere)}\n"
    )
    change = ["--set", "phases.coding.assistant=helper"]
    done = softhouse("fork", str(run), "--at", "1", *change)
    assert done.code == 2
    assert elsewhere.calls == []


def test_a_task_of_a_batch_sends_nothing_to_an_address_of_its_own(
    softhouse: Softhouse, serving: ScriptedProvider, elsewhere: ScriptedProvider
) -> None:
    task = {"id": "hello", "prompt": TASK, "model": model_at(elsewhere)}
    Path("tasks.jsonl").write_text(json.dumps(task) + "\n")
    command = ["batch", "tasks.jsonl", "--sandbox", "none", "--set", "company=solo", "--plain"]
    assert asked_for(softhouse(*command)) == {origin_of(elsewhere.url)}
    assert softhouse(*command, "--model", model_at(serving)).code == 0
    assert elsewhere.calls == []


@pytest.mark.parametrize("place", ["condition", "role", "embeddings"])
def test_a_study_sends_nothing_to_an_address_of_its_own(
    place: str, softhouse: Softhouse, serving: ScriptedProvider, elsewhere: ScriptedProvider
) -> None:
    Path("tasks.jsonl").write_text(json.dumps({"id": "hello", "prompt": TASK}) + "\n")
    bad = model_at(elsewhere)
    other = {"model": bad} if place == "condition" else {"models.programmer": bad}
    study = {
        "name": "study",
        "title": "A study",
        "question": "Does it matter?",
        "tasks": ["tasks.jsonl"],
        "design": "listed",
        "set": {"company": "solo", "model": "replay:demo"},
        "conditions": [
            {"name": "plain"},
            {"name": "other", "set": {"seed": 7} if place == "embeddings" else other},
        ],
        **({"embeddings": bad} if place == "embeddings" else {}),
    }
    Path("study.yaml").write_text(json.dumps(study))
    done = softhouse("experiment", "run", "study.yaml", "--sandbox", "none")
    assert asked_for(done) == {origin_of(elsewhere.url)}
    assert elsewhere.calls == []


def test_a_folder_of_runs_that_was_given_away_is_gone_on_with_after_consent_alone(
    softhouse: Softhouse,
    serving: ScriptedProvider,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    Path("tasks.jsonl").write_text(json.dumps({"id": "hello", "prompt": TASK}) + "\n")
    command = ["batch", "tasks.jsonl", "--sandbox", "none", "--set", "company=solo", "--plain"]
    command += ["--model", model_at(serving)]
    with monkeypatch.context() as theirs:
        theirs.setenv("SOFTHOUSE_STATE", str(tmp_path / "their-state"))
        assert softhouse(*command).code == 0
    (run,) = Path("batches/tasks/runs").iterdir()
    cut(run)
    serving.calls.clear()
    assert asked_for(softhouse(*command)) == {MADE_ELSEWHERE}
    assert serving.calls == []
    assert softhouse(*command, "--allow", MADE_ELSEWHERE).code == 0


@pytest.mark.parametrize(
    "content", ["", "[]", "{", "null", '{"http://x:1": "yes"}', "\x00", "[" * 100_000]
)
def test_a_broken_file_of_known_addresses_knows_none(
    content: str, softhouse: Softhouse, tmp_path: Path
) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "origins.json").write_text(content)
    assert not any(named_origins().values())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://Host:80/v1", "http://host/other"),
        ("HTTP://host.", "http://host:80"),
        ("https://host:443/v1", "https://HOST"),
        ("http://[::1]:8000/v1", "http://[0:0:0:0:0:0:0:1]:8000"),
    ],
)
def test_one_origin_has_one_name(one: str, other: str) -> None:
    assert origin_of(one) == origin_of(other)


@given(
    host=st.from_regex(r"[a-z]{1,8}(\.[a-z]{1,8}){0,2}", fullmatch=True),
    port=st.integers(1, 65535),
    other=st.integers(1, 65535),
)
def test_another_port_or_scheme_is_another_origin(host: str, port: int, other: int) -> None:
    here = origin_of(f"http://{host}:{port}/v1")
    assert here != origin_of(f"https://{host}:{port}/v1")
    assert (here == origin_of(f"http://{host}:{other}")) is (port == other)
    assert here != origin_of(f"http://{host}.evil:{port}")


def own_cards(model: str) -> None:
    """Cards of all roles in the current folder, each with a model of its own."""
    Path("roles").mkdir(exist_ok=True)
    for card in (Path(__file__).parents[2] / "roles").glob("*.yaml"):
        lines = [line for line in card.read_text().splitlines() if not line.startswith("model:")]
        Path("roles", card.name).write_text("\n".join([*lines, f"model: {model}", ""]))
