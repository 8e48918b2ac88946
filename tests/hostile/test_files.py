"""Files that cards, tasks, studies and runs from strangers name: only plain ones, below their root."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from company.cards.catalogue import Cards
from company.engine.workspace.attachments import attach, attached
from company.errors import ConfigurationError
from company.lab.experiment import Experiment
from company.lab.tasks.reading import read_tasks
from tests.support.canary import Canary
from tests.support.command_line import ROOT, in_process, model_at, provider
from tests.support.histories import plain_git
from tests.support.people import Person
from tests.support.products import made_run
from tests.support.scripted_company import TASK
from warehouse.errors import JournalError, ProductError, SofthouseError
from warehouse.history.why.carried_journal import carry_journal
from warehouse.journal.journal import FILE_NAME, Journal, is_locked, read_events
from warehouse.journal.tail import JournalTail
from warehouse.plain_file import open_plain_file, read_below, read_plain_file
from warehouse.product.intake.import_tree import import_tree
from warehouse.product.product import Product
from warehouse.runs.folders import ATTACHMENTS, PRODUCT
from warehouse.runs.removal import delete_run

Plant = Callable[[Path, Canary], object]
"""Puts something at a place where a plain file is expected."""


def _huge(place: Path, _: Canary) -> None:
    place.touch()
    os.truncate(place, 1 << 42)


PLANTED: dict[str, Plant] = {
    "a link to a private file": lambda place, canary: place.symlink_to(canary.root / "diary.txt"),
    "a link upwards": lambda place, canary: place.symlink_to(
        os.path.relpath(canary.root / "diary.txt", place.parent)
    ),
    "a link to nothing": lambda place, canary: place.symlink_to(canary.root / "none"),
    "a link to itself": lambda place, _: place.symlink_to(place.name),
    "a link to a device": lambda place, _: place.symlink_to("/dev/zero"),
    "a link to what is open": lambda place, _: place.symlink_to("/proc/self/environ"),
    "a pipe": lambda place, _: os.mkfifo(place),
    "a socket": lambda place, _: os.mknod(place, stat.S_IFSOCK | 0o600),
    "a folder": lambda place, _: place.mkdir(),
    "a file of 4 TB without content": _huge,
}
planted = pytest.mark.parametrize("plant", PLANTED.values(), ids=PLANTED)


@planted
def test_no_reader_of_plain_files_takes_anything_else(
    tmp_path: Path, canary: Canary, plant: Plant
) -> None:
    (tmp_path / "deep").mkdir()
    place = tmp_path / "deep" / "x.txt"
    plant(place, canary)
    assert read_plain_file(place, 1_000) is None
    with pytest.raises(SofthouseError):
        read_below(tmp_path, "deep/x.txt", 1_000)
    if not place.is_file() or place.is_symlink():
        with pytest.raises(OSError):
            open_plain_file(place)


@pytest.mark.parametrize(
    "path",
    [
        "../private/diary.txt",
        "/etc/passwd",
        "a/../../private/diary.txt",
        "link/diary.txt",
        "..",
        "",
        ".",
    ],
)
def test_what_lies_below_a_folder_is_reached_by_no_other_way(
    tmp_path: Path, canary: Canary, path: str
) -> None:
    root = tmp_path / "root"
    (root / "a").mkdir(parents=True)
    (root / "link").symlink_to(canary.root)
    with pytest.raises(SofthouseError):
        read_below(root, path, 1_000)


@planted
@pytest.mark.parametrize("suffix", [".yaml", ".jsonl", ".csv", ".txt"])
def test_a_file_of_tasks_is_a_plain_file(
    tmp_path: Path, canary: Canary, plant: Plant, suffix: str
) -> None:
    place = tmp_path / f"tasks{suffix}"
    plant(place, canary)
    with pytest.raises(ConfigurationError) as refused:
        read_tasks(place)
    assert canary.word not in str(refused.value)


@planted
def test_a_folder_of_tasks_holds_plain_files(tmp_path: Path, canary: Canary, plant: Plant) -> None:
    folder = tmp_path / "tasks"
    folder.mkdir()
    (folder / "good.yaml").write_text("id: good\nprompt: A program\n")
    plant(folder / "other.yaml", canary)
    with pytest.raises(ConfigurationError, match=r"other\.yaml") as refused:
        read_tasks(folder)
    assert canary.word not in str(refused.value)


STUDY = "name: s\ndesign: listed\nconditions: [{{name: a, set: {{company: solo}}}},\n  {{name: b, set: {{company: pair}}}}]\ntasks: [{tasks!r}]\n"


def _study(folder: Path, tasks: str) -> Experiment:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "study.yaml").write_text(STUDY.format(tasks=tasks))
    return Experiment.load(folder / "study.yaml", folder=folder / "kept")


@pytest.mark.parametrize(
    "named",
    [
        *("../private/diary.txt", "../private", "sub/../../private/diary.txt"),
        *("{root}/private/diary.txt", "link.txt", "linked/diary.txt", "linked", "~/diary.txt"),
        *("..", "/dev/stdin", "/proc/self/environ", "../study/../private/diary.txt"),
    ],
)
def test_a_study_s_tasks_lie_in_its_own_folder(tmp_path: Path, canary: Canary, named: str) -> None:
    folder = tmp_path / "study"
    (folder / "sub").mkdir(parents=True)
    (folder / "link.txt").symlink_to(canary.root / "diary.txt")
    (folder / "linked").symlink_to(canary.root)
    experiment = _study(folder, named.format(root=tmp_path))
    with pytest.raises(ConfigurationError) as refused:
        _ = experiment.tasks
    assert canary.word not in str(refused.value)


def test_a_study_s_tasks_may_lie_elsewhere_in_what_git_tracks_with_it(tmp_path: Path) -> None:
    plain_git(tmp_path, "init", "-q")
    (tmp_path / "tasks.yaml").write_text("id: one\nprompt: A program\n")
    (tmp_path / "untracked.yaml").write_text("id: two\nprompt: A program\n")
    experiment = _study(tmp_path / "studies", "../tasks.yaml")
    plain_git(tmp_path, "add", "tasks.yaml", "studies/study.yaml")
    assert [task.id for task in experiment.tasks] == ["one"]
    with pytest.raises(ConfigurationError, match="outside of the study's folder"):
        _ = _study(tmp_path / "studies", "../untracked.yaml").tasks


@planted
def test_a_study_is_a_plain_file(tmp_path: Path, canary: Canary, plant: Plant) -> None:
    plant(tmp_path / "study.yaml", canary)
    with pytest.raises(ConfigurationError) as refused:
        Experiment.load(tmp_path / "study.yaml")
    assert canary.word not in str(refused.value)


@planted
@pytest.mark.parametrize("kind", ["roles/ceo", "phases/coding", "chains/default", "companies/solo"])
def test_a_card_is_a_plain_file(tmp_path: Path, canary: Canary, plant: Plant, kind: str) -> None:
    place = tmp_path / f"{kind}.yaml"
    place.parent.mkdir()
    plant(place, canary)
    folder, _, name = kind.partition("/")
    singular = {"companies": "company"}.get(folder, folder.removesuffix("s"))
    with pytest.raises(ConfigurationError) as refused:
        Cards(tmp_path).read(singular, name)  # type: ignore[arg-type]
    assert canary.word not in str(refused.value)


@pytest.mark.parametrize("folder", ["roles", "phases", "chains", "companies"])
def test_a_folder_of_cards_is_no_link(tmp_path: Path, folder: str) -> None:
    (tmp_path / "private").mkdir()
    (tmp_path / folder).symlink_to(tmp_path / "private")
    singular = {"companies": "company"}.get(folder, folder.removesuffix("s"))
    with pytest.raises(ConfigurationError, match="is a link"):
        Cards(tmp_path).of(singular)  # type: ignore[arg-type]


@planted
def test_a_picture_is_a_plain_file(tmp_path: Path, canary: Canary, plant: Plant) -> None:
    run = tmp_path / "run"
    run.mkdir()
    plant(tmp_path / "x.png", canary)
    with pytest.raises(ConfigurationError):
        attach([tmp_path / "x.png"], run)
    assert not (run / ATTACHMENTS).exists()


@planted
def test_a_picture_of_a_run_from_elsewhere_is_a_plain_file(
    tmp_path: Path, canary: Canary, plant: Plant
) -> None:
    (tmp_path / ATTACHMENTS).mkdir()
    plant(tmp_path / ATTACHMENTS / "x.png", canary)
    with pytest.raises(ConfigurationError):
        attached(tmp_path, "x.png")


@pytest.mark.parametrize("name", ["diary.txt", "../private/diary.txt", "../../private/diary.txt"])
def test_a_folder_of_pictures_that_leads_away_is_not_entered(
    tmp_path: Path, canary: Canary, name: str
) -> None:
    run = made_run(tmp_path / "products", {"a.py": b"1\n"})
    (run / ATTACHMENTS).symlink_to(canary.root)
    with pytest.raises(ConfigurationError):
        attached(run, name)
    carried = carry_journal(run)
    assert carried.skipped
    assert canary.word not in plain_git(run / PRODUCT, "show", f"{carried.sha}:{FILE_NAME}")
    assert plain_git(run / PRODUCT, "ls-tree", "-r", "--name-only", carried.sha) == f"{FILE_NAME}\n"


@planted
def test_a_journal_is_a_plain_file(tmp_path: Path, canary: Canary, plant: Plant) -> None:
    run = tmp_path / "20260102-030405-run-abcd"
    run.mkdir()
    plant(run / FILE_NAME, canary)
    for use in (
        lambda: read_events(run / FILE_NAME),
        lambda: Journal.open(run / FILE_NAME),
        lambda: JournalTail(run / FILE_NAME).new_events(),
    ):
        with pytest.raises(JournalError) as refused:
            use()
        assert canary.word not in str(refused.value)
    assert not is_locked(run / FILE_NAME)


@planted
@pytest.mark.parametrize("command", ["show", "resume", "fork", "replay", "export", "runs", "diff"])
def test_no_command_takes_a_journal_that_is_no_plain_file(
    tmp_path: Path,
    canary: Canary,
    plant: Plant,
    command: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    run = tmp_path / "products" / "20260102-030405-run-abcd"
    run.mkdir(parents=True)
    plant(run / FILE_NAME, canary)
    given = {"runs": [], "diff": [str(run), str(run)]}.get(command, [str(run)])
    in_process(command, *given)
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    assert canary.word not in said.out + said.err


@planted
def test_a_run_whose_journal_is_something_else_is_deleted_without_it(
    tmp_path: Path, canary: Canary, plant: Plant
) -> None:
    run = tmp_path / "20260102-030405-run-abcd"
    run.mkdir()
    plant(run / FILE_NAME, canary)
    (run / "out").symlink_to(canary.root)
    delete_run(run, tmp_path)
    assert not run.exists()


def test_a_link_to_anothers_folder_of_runs_clears_nothing(
    tmp_path: Path, canary: Canary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch takes away folders of runs that had not begun: not behind a link."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tasks.yaml").write_text("id: tmp_notes\nprompt: A program\n")
    (tmp_path / "batch").mkdir()
    (tmp_path / "batch" / "runs").symlink_to(canary.root)
    with provider() as serving:
        options = ["--model", model_at(serving), "--sandbox", "none", "--company", "solo"]
        assert in_process("batch", "tasks.yaml", "--to", "batch", "--plain", *options) == 2


def _import(source: Path, tmp_path: Path) -> tuple[set[str], list[str]]:
    product = Product.create(tmp_path / "imported")
    imported = import_tree(product, source, at="2026-01-02T03:04:05.678Z")
    return set(product.files()), imported.skipped


@pytest.mark.parametrize(
    "name",
    [
        *("a\nb.py", "a\x1b]0;x\x07.py", "a\u202eyp.exe", "a\u200b.py", "\u2066a.py", "a\rb.py"),
        *("con.py", "a:b.py", "a .py ", "x" * 200, ".GIT", "git~1", ".g\u200cit"),
    ],
)
def test_names_that_mislead_stay_out_of_a_product(tmp_path: Path, name: str) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "main.py").write_text("1\n")
    (source / name).write_text("2\n")
    taken, skipped = _import(source, tmp_path)
    assert taken == {"main.py"} or (name.strip() in taken and name.strip() != name)
    assert len(skipped) == 2 - len(taken)
    assert not any({"\n", "\x1b", "\u202e"} & set(line) for line in skipped)


@pytest.mark.parametrize(
    "name",
    [
        *(".env", ".ENV", ".Env.Production", "prod.env", "Server.PEM", "id_rsa", "ID_ED25519"),
        *(".netrc", ".NPMRC", "credentials.json", "Secrets.yaml", "a/.ssh/config", ".AWS/config"),
        *("terraform.tfstate", "x/.git-credentials", "Client_Secret_1.json", "vault.KDBX"),
    ],
)
@pytest.mark.parametrize("tracked", [False, True], ids=["no git", "tracked"])
def test_secrets_stay_at_home_by_their_name_in_any_case(
    tmp_path: Path, name: str, tracked: bool
) -> None:
    source = tmp_path / "source"
    (source / name).parent.mkdir(parents=True)
    (source / "main.py").write_text("1\n")
    (source / name).write_text("secret\n")
    if tracked:
        plain_git(source, "init", "-q")
        plain_git(source, "add", "-Af", ".")
    taken, skipped = _import(source, tmp_path)
    assert taken == {"main.py"}
    assert skipped


@planted
@pytest.mark.parametrize("tracked", [False, True], ids=["no git", "tracked"])
def test_what_is_no_plain_file_stays_out_of_a_product(
    tmp_path: Path, canary: Canary, plant: Plant, tracked: bool
) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "main.py").write_text("1\n")
    (source / "x.py").write_text("2\n")
    if tracked:
        plain_git(source, "init", "-q")
        plain_git(source, "add", ".")
    (source / "x.py").unlink()
    plant(source / "x.py", canary)
    assert _import(source, tmp_path)[0] == {"main.py"}


@pytest.mark.parametrize("way", ["nested", "submodule", "bare", "a .git file", "a link"])
def test_other_repositories_in_a_folder_are_not_its_program(
    tmp_path: Path, canary: Canary, way: str
) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "main.py").write_text("1\n")
    plain_git(source, "init", "-q")
    plain_git(source, "add", "main.py")
    other = source / "other"
    if way == "a link":
        other.symlink_to(canary.root / "repository")
    else:
        other.mkdir()
        plain_git(other, "init", "-q", *(["--bare"] if way == "bare" else []))
        (other / "private.txt").write_text(canary.word)
    if way == "submodule":
        (source / ".gitmodules").write_text('[submodule "other"]\n\tpath = other\n\turl = x\n')
        sha = "1" * 40
        plain_git(source, "update-index", "--add", "--cacheinfo", f"160000,{sha},other")
    elif way == "a .git file":
        (other / ".git").rename(tmp_path / "moved")
        (other / ".git").write_text(f"gitdir: {tmp_path / 'moved'}\n")
    taken, _ = _import(source, tmp_path)
    assert taken == {"main.py"}


def test_folders_full_of_holes_are_refused_before_they_are_read(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for number in range(30):
        (source / f"{number}.py").touch()
        os.truncate(source / f"{number}.py", 1_900_000)
    with pytest.raises(ProductError, match="32"):
        _import(source, tmp_path)


def test_nobody_else_reads_a_run(person: Person, open_ground: Path, other_user: Person) -> None:
    """Journals, products, pictures, mailboxes and locks are for their owner's eyes."""
    picture = person.home / "x.png"
    picture.write_bytes(b"PNG")
    if person.uid != os.getuid():
        person.owns(picture)
    config = picture.parent / "config"
    config.mkdir()
    (config / "providers.yaml").write_text("url: {capabilities: {images: true}}\n")
    with provider() as serving:
        options = ["--model", model_at(serving), "--sandbox", "none", "--company", "default"]
        kept = ["--products", str(open_ground / "products")]
        begun = ["run", TASK, *options, *kept, "--image", str(picture)]
        assert person.softhouse(*begun, SOFTHOUSE_CONFIG=str(config)).code == 0
        (open_ground / "tasks.yaml").write_text("id: one\nprompt: A program\n")
        batch = ["batch", "tasks.yaml", "--to", "kept", "--plain", *options]
        person.softhouse(*batch, cwd=person.home)
    looking = (
        "import os, sys\n"
        "for folder, _, names in os.walk(sys.argv[1]):\n"
        "    print(folder, *names, sep='\\n')\n"
    )
    seen = other_user.run(sys.executable, "-c", looking, str(open_ground)).out.splitlines()
    assert FILE_NAME not in seen
    (run,) = (open_ground / "products").iterdir()
    assert stat.S_IMODE(run.stat().st_mode) == 0o700
    open_to_others = [
        path
        for path in run.iterdir()
        if path.name != PRODUCT and stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    assert open_to_others == []


PLANTED_MODULES = (
    *("asyncio", "calendar", "csv", "decimal", "email", "fcntl", "html", "http", "json", "locale"),
    *(
        "logging",
        "platform",
        "pwd",
        "random",
        "secrets",
        "shlex",
        "socket",
        "statistics",
        "tempfile",
    ),
    *(
        "aiohttp",
        "click",
        "docker",
        "git",
        "httpx",
        "jinja2",
        "msgspec",
        "openai",
        "pathspec",
        "pip",
    ),
    *("platformdirs", "polars", "pydantic", "ray", "requests", "rich", "ruff", "textual", "yaml"),
)


@pytest.mark.parametrize(
    "command",
    [
        *(["doctor"], ["model", "list"], ["check"], ["runs"], ["show", "tip_calculator"]),
        *(["run", "A program", "--plain"], ["fork", "tip_calculator"], ["why", "x.py"]),
        ["batch", "tasks.csv", "--engine", "ray"],
    ],
    ids=" ".join,
)
def test_nothing_is_imported_from_the_current_folder(
    person: Person, open_ground: Path, command: list[str]
) -> None:
    for name in PLANTED_MODULES:
        (open_ground / f"{name}.py").write_text(
            f"open('{open_ground}/rang', 'a').write('{name} ')\n"
        )
    (open_ground / "tasks.csv").write_text("id,prompt\none,A program\n")
    done = person.softhouse(
        *command, cwd=open_ground, PYTHONPATH=f"{ROOT}{os.pathsep}{os.pathsep}.", RAY_TMPDIR="/tmp"
    )
    assert "Traceback" not in done.err
    assert not (open_ground / "rang").exists(), (open_ground / "rang").read_text()
