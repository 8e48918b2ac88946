"""Roles that use servers of tools: allowed by a person, recorded, recalled without the server."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from company.cards.company_card import RunLimits
from company.engine.resources import open_resources
from company.engine.run import Run
from company.errors import BudgetReached, ConfigurationError
from company.mcp.settings import own_servers
from company.rights import ConsentNeeded
from tests.support.command_line import ROOT, in_process
from tests.support.graveyard import Graveyard
from tests.support.hands import DONE, PROGRAM, call
from tests.support.houses import house, only_journal, prompts, work, write_cards
from tests.support.scripted_provider import ScriptedProvider
from tests.support.tool_servers import hostile
from warehouse.events.conversion import as_json

NOTE = "mcp:notes/note"


@pytest.fixture(autouse=True)
def _read_settings_anew() -> Iterator[None]:
    own_servers.cache_clear()
    yield
    own_servers.cache_clear()


def own_server(config: Path, *behaviour: str, **more: Any) -> None:
    """The person's own server of notes, which companies may use unasked."""
    card = hostile(*behaviour).model_dump(mode="json", exclude_defaults=True)
    config.mkdir(parents=True, exist_ok=True)
    (config / "mcp.yaml").write_text(yaml.safe_dump({"notes": {**card, "ask": False, **more}}))


def company_with_a_server(
    folder: Path, name: str = "tiny", tools: tuple[str, ...] = ("mcp:notes", "edit"), **card: Any
) -> None:
    maker = {"title": "Maker", "prompt": "You make.", "tools": list(tools)}
    make = {"title": "Make", "talk": {"instructor": "cto", "assistant": "maker"}}
    write_cards(folder, "roles", maker=maker)
    make |= {"prompt": "By hand: {{ task }}", "sees": ["task"], "yields": {"files": {}}}
    write_cards(folder, "phases", make=make)
    write_cards(folder, "chains", **{name: {"steps": ["make"]}})
    write_cards(folder, "companies", **{name: {"title": "Served", "chain": name, **card}})


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "config"
    monkeypatch.setenv("SOFTHOUSE_CONFIG", str(folder))
    return folder


def notes_of(folder: Path) -> list[str]:
    return [as_json(each.data)["text"] for each in only_journal(folder) if each.kind == "note"]


async def test_a_role_is_told_of_its_tools_and_of_what_calls_come_to(
    tmp_path: Path, config: Path
) -> None:
    own_server(config, "answers")
    company_with_a_server(tmp_path / "cards")
    async with ScriptedProvider([PROGRAM + call(NOTE, line="one"), DONE]) as provider:
        run = await work(tmp_path, provider)
        first, second = prompts(provider)
        async with open_resources("none") as resources:
            own_server(config, "dies")
            rehearsal = await Run.recorded(run.folder, resources).rehearse()

    assert '{"tool": "mcp:notes/note"} Keeps a line.' in first[-1]
    assert second[-1].endswith("mcp:notes/note one comes to:\nkept one")
    (commit,) = run.product.log()
    assert "mcp:notes/note one" in commit.trailers["Softhouse-Tools"]
    assert rehearsal.ending is not None
    assert rehearsal.unasked == []


async def test_what_a_server_lacks_or_breaks_costs_a_note_and_the_run_goes_on(
    tmp_path: Path, config: Path
) -> None:
    own_server(config, "speaks another version")
    company_with_a_server(tmp_path / "cards")
    async with ScriptedProvider([PROGRAM]) as provider:
        run = await work(tmp_path, provider)

    (note,) = notes_of(tmp_path)
    assert note.startswith("The tool server notes failed: ")
    assert "1066-10-14" in note
    assert note.endswith(" The maker works without it.")
    assert list(run.product.files()) == ["main.py"]


async def test_a_server_that_dies_is_told_to_the_role(tmp_path: Path, config: Path) -> None:
    own_server(config, "dies")
    company_with_a_server(tmp_path / "cards", tools=(NOTE, "mcp:notes/sing"))
    async with ScriptedProvider([call(NOTE, line="one"), PROGRAM]) as provider:
        await work(tmp_path, provider)
        told = prompts(provider)[1][-1]

    assert told.startswith("The tool server notes failed: ")
    assert "It was all too much" in told
    (note,) = notes_of(tmp_path)
    assert "notes offers no sing" in note


@pytest.mark.parametrize("rule", ["mcp:notes", NOTE])
async def test_a_person_s_rules_hold_for_servers_as_well(
    tmp_path: Path, config: Path, rule: str
) -> None:
    log = tmp_path / "log"
    own_server(config, "answers", str(log))
    company_with_a_server(tmp_path / "cards")
    async with ScriptedProvider([call(NOTE, line="one"), PROGRAM]) as provider:
        await work(tmp_path, provider, approve={rule: "never"})
        told = prompts(provider)[1][-1]

    assert told == f"Nothing was done: {NOTE} is not to be used in this run."
    assert not log.exists()


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"a": [1, {"b": "\ud800"}]}, "plain text or a number"),
        ([[]], "kept"),
        (30, "nested too deep"),
    ],
)
async def test_arguments_may_be_nested_within_reason(
    tmp_path: Path, config: Path, value: Any, told: str
) -> None:
    if isinstance(value, int):
        for _ in range(value):
            value = [value]
    own_server(config, "answers")
    company_with_a_server(tmp_path / "cards")
    async with ScriptedProvider([call(NOTE, line="one", more=value), PROGRAM]) as provider:
        await work(tmp_path, provider)
        assert told in prompts(provider)[1][-1]


async def test_a_tool_that_changed_since_it_was_shown_is_not_called(
    tmp_path: Path, config: Path
) -> None:
    log = tmp_path / "log"
    own_server(config, "changes its tools", str(log))
    company_with_a_server(tmp_path / "cards")
    replies = [call(NOTE, line="one"), call(NOTE, line="two"), PROGRAM]
    async with ScriptedProvider(replies) as provider:
        await work(tmp_path, provider)
        told = prompts(provider)[2][-1]

    assert told.startswith("It was not called: the server notes now says something else")
    assert log.read_text() == "one\n"


async def test_a_run_that_is_taken_up_again_notices_what_changed_meanwhile(
    tmp_path: Path, config: Path
) -> None:
    """What it was shown is recalled from its journal, and not asked for anew."""
    log = tmp_path / "log"
    own_server(config, "changes its tools", str(log))
    company_with_a_server(tmp_path / "cards")
    replies = [call(NOTE, line="one"), call(NOTE, line="two"), PROGRAM]
    async with ScriptedProvider(replies) as provider:
        with pytest.raises(BudgetReached):
            await work(tmp_path, provider, limits=RunLimits(calls=1))
        (folder,) = (tmp_path / "products").iterdir()
        async with open_resources("none") as resources:
            await Run.reopen(folder, resources, limits=RunLimits(calls=9)).work()
        shown, told = prompts(provider)[1], prompts(provider)[2][-1]

    assert "Keeps a line." in shown[1]
    assert told.startswith("It was not called: the server notes now says something else")
    assert log.read_text() == "one\n"


ASKED = {"notes": {"command": ["python3", "-m", "notes"], "packages": ["notes==1"]}}


async def test_only_a_person_can_allow_what_a_company_asks_for(
    tmp_path: Path, config: Path
) -> None:
    company_with_a_server(tmp_path / "cards", mcp=ASKED)
    async with ScriptedProvider([PROGRAM]) as provider:
        with pytest.raises(ConsentNeeded) as needed:
            await work(tmp_path, provider)
        (right,) = needed.value.rights
        assert right.value == "mcp:notes=python3 -m notes +notes==1"
        async with open_resources("none", allowed={right.value}) as resources:
            await work(tmp_path, provider, resources=resources)
    (note,) = notes_of(tmp_path)
    assert "this company works without a sandbox" in note

    own_server(config, "answers", ask=True)
    own_servers.cache_clear()
    async with ScriptedProvider([PROGRAM]) as provider:
        with pytest.raises(ConsentNeeded) as needed:
            await work(tmp_path, provider)
    assert [each.value for each in needed.value.rights] == ["mcp:notes"]


def test_the_command_line_says_how_it_is_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    company_with_a_server(tmp_path, mcp=ASKED)
    monkeypatch.chdir(tmp_path)
    options = ["--company", "tiny", "--model", "url:http://127.0.0.1:9#m", "--sandbox", "none"]
    assert in_process("run", "a clock", *options) == 2
    told = capsys.readouterr().err
    assert "--allow 'mcp:notes=python3 -m notes +notes==1'" in told
    assert "allowed={'mcp:notes=python3 -m notes +notes==1'}" in told


@pytest.mark.parametrize("key", ["host: true", "folder: /", "env: [SECRET]", "key_env: SECRET"])
def test_a_company_cannot_say_what_only_its_user_may(tmp_path: Path, key: str) -> None:
    company_with_a_server(tmp_path / "cards")
    card = tmp_path / "cards" / "companies" / "tiny.yaml"
    card.write_text(card.read_text() + f"mcp:\n  notes:\n    command: [notes]\n    {key}\n")
    with pytest.raises(ConfigurationError, match=key.partition(":")[0]):
        house(tmp_path, ScriptedProvider([]))


async def test_a_server_that_nobody_named_is_asked_for_before_anything_begins(
    tmp_path: Path, config: Path
) -> None:
    company_with_a_server(tmp_path / "cards")
    async with ScriptedProvider([PROGRAM]) as provider:
        with pytest.raises(ConfigurationError, match="There is no server of tools called 'notes'"):
            await work(tmp_path, provider)
    assert provider.calls == []


def test_a_run_without_servers_never_loads_the_sdk() -> None:
    code = """if True:
        import sys
        from company.engine.run import Run
        from company.engine import tool_servers
        from company.cli.run import begin
        sys.exit("mcp" in sys.modules or "anyio" in sys.modules and "loaded")
    """
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


AT_WORK = {
    "^By hand: ": [PROGRAM + call(NOTE, line="one")],
    "kept one": [call(NOTE, line="two")],
    "kept two": [DONE],
}


@pytest.mark.slow  # A run and its resumption for each event of its journal.
def test_killed_at_any_write_of_the_journal(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Same tree, no call that ended is made again, and nothing outlives a death."""
    folder = tmp_path_factory.mktemp("served")
    monkeypatch.setenv("SOFTHOUSE_CONFIG", str(folder / "config"))
    own_server(folder / "config", "answers", str(folder / "log"))
    with (
        ScriptedProvider.from_script(_script()).in_thread() as provider,
        _Yard.open(folder, provider, "tiny") as yard,
    ):
        events = yard.undisturbed["tiny"].events
        assert yard.kill_everywhere("tiny", "after", events) >= events - 3
    # The undisturbed run, the warm ones, and the deaths, of which each may cost the call in flight.
    lines = len((folder / "log").read_text().splitlines())
    assert lines <= 2 * (events + 3) + 2 * 3


def _script() -> dict[str, Any]:
    rules = [{"user": pattern, "replies": replies} for pattern, replies in AT_WORK.items()]
    return json.loads(json.dumps({"rules": rules}))


class _Yard(Graveyard):
    def place(self, name: str) -> Path:
        company_with_a_server(self.folder / name / "cards")
        return self.folder / name
