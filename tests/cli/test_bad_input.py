"""Bad input, row by row: a paragraph that says what is wrong and what to do, the right exit code,
no traceback, and `softhouse runs` works afterwards."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.command_line import ROOT, Softhouse, as_process, model_at, provider
from tests.support.engine import docker_backend
from tests.support.scripted_company import TASK, file_block
from tests.support.scripted_provider import ScriptedProvider
from tests.support.waiting import PATIENCE

AS_ROOT = os.geteuid() == 0


@pytest.fixture
def serving() -> Iterator[ScriptedProvider]:
    with provider() as server:
        yield server


@pytest.fixture(autouse=True)
def _runs_can_be_listed_afterwards(softhouse: Softhouse) -> Iterator[None]:
    yield
    listed = softhouse("runs")
    assert listed.code == 0, listed.err
    assert "broken" not in listed.out


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A disk of its own at `folder`, so that it can be full."""
    if not AS_ROOT:
        pytest.skip("mounting a small disk needs root")
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


# The task


@pytest.mark.parametrize("task", ["", "   ", "\n\t\n", "\u2003"])
def test_an_empty_task(softhouse: Softhouse, task: str) -> None:
    said = softhouse("run", task, "--model", "openai:gpt-4o").fails_with(2)
    assert "The task is empty" in said
    assert "softhouse run" in said


def test_a_task_of_100_kilobytes(softhouse: Softhouse, tmp_path: Path) -> None:
    said = softhouse("run", "word " * 20_000).fails_with(2)
    assert "99,999 characters" in said
    assert "--from" in said
    assert not (tmp_path / "products").exists()


def test_a_task_of_a_gigabyte_on_standard_input_is_not_read_to_its_end(tmp_path: Path) -> None:
    with Path("/dev/zero").open("rb") as endless:
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                "from softhouse.__main__ import main; main()",
                "run",
                "-",
            ],
            stdin=endless,
            timeout=PATIENCE,
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
    assert done.returncode == 2
    assert done.stderr.startswith("softhouse: The task has")


def test_a_task_that_is_not_text(softhouse: Softhouse, tmp_path: Path) -> None:
    done = as_process("run", "-", cwd=tmp_path, stdin=b"caf\xe9")
    assert "not UTF-8" in done.fails_with(2)
    assert "NUL" in softhouse("run", "a\x00b").fails_with(2)
    assert "not UTF-8" in softhouse("run", "caf\udce9").fails_with(2)


@pytest.mark.parametrize(
    "task",
    [
        "一个命令行小费计算器",
        "حاسبة إكرامية لسطر الأوامر",
        "कमांड लाइन के लिए टिप कैलकुलेटर",
        "Ein Trinkgeldrechner — für die Kommandozeile",
        "🧮👩‍💻",
        "\u202eesrever",
        "-x --help; rm -rf / $(boom) `boom` {{ 7 * 7 }}",
    ],
)
def test_a_task_in_any_script_is_worked_on(
    softhouse: Softhouse, serving: ScriptedProvider, task: str, tmp_path: Path
) -> None:
    done = softhouse(
        "run", "--company", "solo", "--model", model_at(serving), "--sandbox", "none", "--", task
    )
    assert done.code == 0, done.err
    assert task in serving.calls[0].user
    (folder,) = (tmp_path / "products").iterdir()
    assert folder.name.isascii()
    assert "\u202e" not in done.out


# The name


@pytest.mark.parametrize(
    "name", ["with spaces", "a/b/../../c", "..", "🚀", "-rf", "C:\\x", "a" * 200]
)
def test_a_name_of_any_shape(
    softhouse: Softhouse, serving: ScriptedProvider, name: str, tmp_path: Path
) -> None:
    done = softhouse(
        *["run", TASK, "--company", "solo", "--model", model_at(serving)],
        *["--sandbox", "none", f"--name={name}"],
    )
    assert done.code == 0, done.err
    (folder,) = (tmp_path / "products").iterdir()
    assert (folder / "journal.jsonl").is_file()
    assert name in softhouse("show", "last").out


def test_a_name_that_could_not_be_shown(softhouse: Softhouse) -> None:
    said = softhouse(
        "run", TASK, "--name", "two\nlines", "--model", "lmstudio:x", "--sandbox", "none"
    )
    assert "printable" in said.fails_with(2)


# The products folder


def test_a_products_folder_that_is_not_there_is_made(
    softhouse: Softhouse, serving: ScriptedProvider, tmp_path: Path
) -> None:
    done = softhouse(
        *["run", TASK, "--company", "solo", "--model", model_at(serving), "--sandbox", "none"],
        *["--products", "a/b/c"],
    )
    assert done.code == 0, done.err
    assert len(list((tmp_path / "a" / "b" / "c").iterdir())) == 1
    assert "softhouse show a/b/c/" in done.out


def test_a_products_folder_that_is_a_file(
    softhouse: Softhouse, serving: ScriptedProvider, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("mine")
    run = ["run", TASK, "--company", "solo", "--model", model_at(serving), "--sandbox", "none"]
    said = softhouse(*run, "--products", "taken").fails_with(2)
    assert "--products" in said
    assert (tmp_path / "taken").read_text() == "mine"
    assert not serving.calls
    softhouse("runs", "--products", "taken").fails_with(2)


@pytest.mark.parametrize("folder", ["/proc/softhouse", "/sys/softhouse"])
def test_a_products_folder_where_nothing_can_be_written(
    softhouse: Softhouse, serving: ScriptedProvider, folder: str
) -> None:
    run = ["run", TASK, "--company", "solo", "--model", model_at(serving), "--sandbox", "none"]
    said = softhouse(*run, "--products", folder).fails_with(2)
    assert folder in said
    assert not serving.calls


def test_a_read_only_products_folder(
    softhouse: Softhouse, serving: ScriptedProvider, tmp_path: Path
) -> None:
    with small_disk(tmp_path / "disk", "1m") as disk:
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        run = ["run", TASK, "--company", "solo", "--model", model_at(serving), "--sandbox", "none"]
        said = softhouse(*run, "--products", str(disk)).fails_with(2)
        assert "Read-only file system" in said
        assert softhouse("runs", "--products", str(disk)).code == 0


def test_a_full_disk(softhouse: Softhouse, serving: ScriptedProvider, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "256k") as disk:
        (disk / "filler").write_bytes(b"x" * 200 * 1024)
        run = ["run", TASK, "--company", "solo", "--model", model_at(serving), "--sandbox", "none"]
        said = softhouse(*run, "--products", str(disk)).fails_with(74)
        assert "No space left on device" in said or "disk" in said
        assert softhouse("runs", "--products", str(disk)).code == 0


def test_a_disk_that_fills_up_in_the_middle_loses_nothing(
    softhouse: Softhouse, tmp_path: Path
) -> None:
    large = file_block("main.py", "print('large')\n" + "".join(f"# {n}\n" for n in range(130_000)))
    small = file_block("main.py", "print('small')\n")
    with (
        small_disk(tmp_path / "disk", "700k") as disk,
        provider(**{"Write the whole program": [large, small]}) as server,
    ):
        run = ["run", TASK, "--company", "solo", "--model", model_at(server), "--sandbox", "none"]
        said = softhouse(*run, "--products", str(disk)).fails_with(74)
        assert "No space left on device" in said
        listed = softhouse("runs", "--products", str(disk))
        assert listed.code == 0, listed.err
        assert "broken" not in listed.out
        assert len(listed.out.splitlines()) == 1


# Programs and services that are missing


def test_no_git(serving: ScriptedProvider, tmp_path: Path) -> None:
    run = ["run", TASK, "--company", "solo", "--model", model_at(serving), "--sandbox", "none"]
    said = as_process(*run, cwd=tmp_path, env={"PATH": str(tmp_path)}).fails_with(2)
    assert "git" in said
    assert "nstall" in said
    assert not serving.calls
    doctor = as_process("doctor", cwd=tmp_path, env={"PATH": str(tmp_path)})
    assert doctor.code == 1
    assert "✗ git" in doctor.out


def test_no_model_can_be_reached(softhouse: Softhouse) -> None:
    with provider() as server:
        gone = model_at(server)
    run = ["run", TASK, "--company", "solo", "--model", gone, "--sandbox", "none"]
    done = softhouse(*run, "--max-seconds", "1")
    assert "resume the run with a higher --max-seconds" in done.fails_with(3)


def test_a_provider_that_cannot_be_paid(softhouse: Softhouse) -> None:
    with provider(**{"Write the whole program": [{"fault": "quota"}]}) as server:
        run = ["run", TASK, "--company", "solo", "--model", model_at(server), "--sandbox", "none"]
        done = softhouse(*run)
    assert "resume" in done.fails_with(4) + done.out
    assert len(server.calls) == 1


def test_a_wrong_key(softhouse: Softhouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-wrong-0123456789abcdef")
    with ScriptedProvider(["never said"], key="sk-right").in_thread() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        run = ["run", TASK, "--company", "solo", "--model", "openai:gpt-4o", "--sandbox", "none"]
        done = softhouse(*run)
    said = done.fails_with(4)
    assert "OPENAI_API_KEY" in said
    assert "sk-wrong" not in said + done.out
    assert len(server.calls) == 1


def test_no_key(softhouse: Softhouse, tmp_path: Path) -> None:
    said = softhouse("run", TASK, "--model", "openai:gpt-4o", "--sandbox", "none").fails_with(2)
    assert "set OPENAI_API_KEY" in said
    assert not (tmp_path / "products").exists()


@pytest.mark.parametrize(
    ("model", "hint"),
    [
        ("opnai:gpt-4o", "openai"),
        ("gpt-4o", "openai:gpt-4o"),
        ("nothing", "softhouse model list"),
        ("local:llama", "local:PATH.gguf"),
        ("local:./none.gguf", "/none.gguf cannot be read: No such file"),
        ("local:~nobody-at-all/at.gguf", "names no file"),
        ("url:ftp://x", "http://host:port"),
        ("url:http://user:secret@host/v1#m", "must not hold"),
    ],
)
def test_an_unknown_model(softhouse: Softhouse, model: str, hint: str) -> None:
    said = softhouse("run", TASK, "--model", model, "--sandbox", "none").fails_with(2)
    assert hint in said
    assert "secret@" not in said


def test_a_model_that_the_provider_does_not_have(softhouse: Softhouse) -> None:
    with provider(**{"Write the whole program": [{"fault": "no_such_model"}]}) as server:
        done = softhouse(
            *["run", TASK, "--company", "solo", "--model", model_at(server), "--sandbox", "none"]
        )
    assert "scripted" in done.fails_with(4)
    assert len(server.calls) == 1


def test_the_embedded_model_is_not_fetched_behind_one_s_back(softhouse: Softhouse) -> None:
    said = softhouse("run", TASK, "--model", "local:", "--sandbox", "none").fails_with(2)
    assert "softhouse model pull" in said or "softhouse[local]" in said


# Companies


def test_an_unknown_company(softhouse: Softhouse) -> None:
    said = softhouse("run", TASK, "--company", "pear", "--model", "lmstudio:x").fails_with(2)
    assert "'pair'" in said


def test_an_unknown_chain_and_an_unknown_role(softhouse: Softhouse) -> None:
    run = ["run", TASK, "--model", "lmstudio:x", "--sandbox", "none"]
    assert "waterfall" in softhouse(*run, "--chain", "waterfal").fails_with(2)
    assert "programmer" in softhouse(*run, "--human", "programer").fails_with(2)
    said = softhouse(*run, "--role-model", "programer=lmstudio:x").fails_with(2)
    assert "programmer" in said
    assert "ROLE=ID" in softhouse(*run, "--role-model", "programmer").fails_with(2)


def company_with(folder: Path, cards: dict[str, str]) -> str:
    """A company of one's own, `mine`, working by the chain `mine`."""
    given = {
        "companies/mine.yaml": "name: mine\ntitle: Mine\nchain: mine\n",
        "chains/mine.yaml": "name: mine\nsteps: [coding]\n",
        **cards,
    }
    for path, text in given.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text)
    return "companies/mine.yaml"


@pytest.mark.parametrize(
    ("path", "text", "complaint"),
    [
        ("companies/mine.yaml", "name: [mine\n", "companies/mine.yaml:"),
        ("companies/mine.yaml", "a: &a {b: *a}\n", "companies/mine.yaml:1: anchors"),
        ("chains/mine.yaml", "name: mine\nstepps: [coding]\n", "did you mean 'steps'?"),
        ("chains/mine.yaml", "name: mine\nsteps: [codding]\n", "did you mean 'coding'?"),
        ("roles/programmer.yaml", "name: programmer\ntitle: P\n", "needs a prompt"),
        (
            "chains/mine.yaml",
            "name: mine\nsteps:\n  - loop: {name: l, until: 'false', steps: [coding]}\n",
            "missing key 'max'",
        ),
        (
            "chains/mine.yaml",
            "name: mine\nsteps:\n  - loop: {name: l, max: 1000000, until: 'false', steps: [coding]}\n",
            "max",
        ),
        ("chains/mine.yaml", "name: mine\nsteps:\n  - chain: {chain: mine}\n", "mine"),
    ],
    ids=[
        "broken YAML",
        "an alias bomb",
        "an unknown key",
        "an unknown phase",
        "a role without a prompt",
        "a loop without an end",
        "a loop with a far end",
        "a chain within itself",
    ],
)
def test_cards_that_cannot_work(
    softhouse: Softhouse,
    serving: ScriptedProvider,
    tmp_path: Path,
    path: str,
    text: str,
    complaint: str,
) -> None:
    company = company_with(tmp_path, {path: text})
    run = ["run", TASK, "--company", company, "--model", model_at(serving), "--sandbox", "none"]
    said = softhouse(*run).fails_with(2)
    assert complaint in said
    assert path in said
    assert not serving.calls
    assert not (tmp_path / "products").exists()
    checked = softhouse("check", company)
    assert checked.code == 2
    assert complaint in checked.out


# The sandbox


def test_no_sandbox_of_the_wanted_kind(serving: ScriptedProvider, tmp_path: Path) -> None:
    run = ["run", TASK, "--company", "solo", "--model", model_at(serving), "--sandbox", "docker"]
    nobody = {"DOCKER_HOST": f"unix://{tmp_path}/nobody.sock"}
    said = as_process(*run, cwd=tmp_path, env=nobody).fails_with(5)
    assert "Docker" in said
    assert not serving.calls
    assert not (tmp_path / "products").exists()


def test_an_unknown_sandbox(softhouse: Softhouse) -> None:
    said = softhouse("run", TASK, "--sandbox", "jail").fails_with(2)
    assert "bubblewrap" in said


@pytest.mark.engine
def test_an_image_that_is_missing(
    serving: ScriptedProvider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asyncio.run(docker_backend())
    run = ["run", TASK, "--company", "solo", "--model", model_at(serving), "--sandbox", "docker"]
    other_version = (
        "import warehouse.sandbox.docker.image as image; image.REPOSITORY = 'softhouse-nothing-here';"
        "from softhouse.__main__ import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", other_version, *run],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 5
    assert "softhouse sandbox build" in done.stderr
    assert "Traceback" not in done.stderr


# Usage


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["rnu"], "did you mean 'run'"),
        (["run"], "Missing argument 'TASK'"),
        (["run", TASK, "--frobnicate"], "--frobnicate"),
        (["run", TASK, "--budget", "-1"], "--budget"),
        (["run", TASK, "--budget", "nan"], "--budget"),
        (["run", TASK, "--max-calls", "many"], "--max-calls"),
        (["run", TASK, "--image", "nowhere.png"], "nowhere.png"),
        (["run", TASK, "--company", "~nobody-of-that-name/c.yaml"], "there is no such file"),
        (["run", TASK, "--from", "nowhere"], "nowhere"),
        (["run", TASK, "--plain", "--json"], "exclude"),
        (["resume", "nowhere"], "no runs"),
        (["show", "last"], "no runs"),
        (["export", "last", "--to", "pdf"], "html"),
        (["check", "nowhere.txt"], "nowhere.txt"),
        (["roles", "programer"], "programmer"),
        (["new", "role", "Bad Name"], "small letters"),
        (["model", "test", "nothing"], "softhouse model list"),
    ],
)
def test_what_is_typed_wrong(softhouse: Softhouse, arguments: list[str], hint: str) -> None:
    given = [*arguments, "--model", "lmstudio:x", "--sandbox", "none"]
    said = softhouse(*(given if "--budget" in arguments else arguments)).fails_with(2)
    assert hint in said


@pytest.mark.parametrize("command", ["run", "estimate"])
def test_a_task_without_quotes_is_told_to_have_them(softhouse: Softhouse, command: str) -> None:
    said = softhouse(command, "make", "me", "a", "calculator").fails_with(2)

    assert 'put it into quotes: "make me a calculator"' in said


@pytest.mark.parametrize("words", [["make", "me", "a calculator"], ["make me a calculator"]])
def test_a_task_where_a_file_of_tasks_belongs_is_told_where_it_belongs(
    softhouse: Softhouse, words: list[str]
) -> None:
    message = softhouse("batch", *words).fails_with(2)
    assert "no file or folder 'make me a calculator'" in message
    assert 'softhouse run "make me a calculator"' in message


def test_a_batch_is_made_of_one_file(softhouse: Softhouse, tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).touch()
    files = str(tmp_path / "a.txt"), str(tmp_path / "b.txt")
    assert "one file or folder of tasks, not 2" in softhouse("batch", *files).fails_with(2)
