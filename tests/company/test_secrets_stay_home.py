"""What git does not track, or what says that it is secret, leaves the machine by no way at all."""

import asyncio
import json
import subprocess
from pathlib import Path

from company.company import Company
from tests.support.command_line import in_process
from tests.support.hands import call
from tests.support.scripted_company import file_block
from tests.support.scripted_provider import ScriptedProvider
from warehouse.product.bundle import share_history

WORD = "hunter2-0451"
SECRETS = {
    ".env": f"KEY={WORD}\n",
    ".env.local": f"TOKEN={WORD}\n",
    "id_ed25519": f"-----BEGIN OPENSSH PRIVATE KEY-----\n{WORD}\n",
    "server.pem": f"-----BEGIN CERTIFICATE-----\n{WORD}\n",
    ".netrc": f"machine x password {WORD}\n",
    ".npmrc": f"//registry/:_authToken={WORD}\n",
    "deploy/credentials.json": json.dumps({"password": WORD}),
    "terraform.tfstate": json.dumps({"secret": WORD}),
    "notes.private": f"the word is {WORD}\n",
    "scratch.txt": f"not added: {WORD}\n",
}
"""Ten kinds; the last two are told by `.gitignore`, and by not being tracked."""


def repository(folder: Path) -> Path:
    folder.mkdir()
    (folder / "main.py").write_text("print('open')\n")
    (folder / ".gitignore").write_text("*.private\n")
    git = ["git", "-c", "user.name=Ada", "-c", "user.email=a@example.org"]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "Begin"]):
        subprocess.run([*git, *command], cwd=folder, check=True)
    for path, text in SECRETS.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text)
    return folder


def holders(folder: Path) -> list[Path]:
    """The files below a folder that hold the word, objects of git opened."""
    plain = [path for path in folder.rglob("*") if path.is_file()]
    found = [path for path in plain if WORD.encode() in path.read_bytes()]
    for git_dir in folder.rglob(".git"):
        asked = ["git", "--git-dir", str(git_dir), "cat-file", "--batch-all-objects", "--batch"]
        told = subprocess.run(asked, check=True, capture_output=True).stdout
        found += [git_dir] * (WORD.encode() in told)
    return found


async def test_no_secret_is_in_a_request_journal_commit_sandbox_or_fork(tmp_path: Path) -> None:
    theirs = repository(tmp_path / "theirs")
    asks = [
        *(call("read", path=path) for path in SECRETS),
        call("search", pattern="hunter2"),
        call("list", only="*"),
        call("run", command="cat .env* *.pem .n* */*.json *.tfstate *.private *.txt; env; ls -a"),
    ]
    done = file_block("main.py", "print('closed')")
    async with ScriptedProvider([*asks, done, done, done]) as provider:
        company = Company.load("agent", model=f"url:{provider.url}#scripted")
        run = await company.work(
            "Say that the shop is closed", products=tmp_path / "products", sandbox="bubblewrap",
            source=theirs, seed=1,
        )  # fmt: skip
    assert len(provider.calls) > len(asks)
    assert WORD not in json.dumps([asked.body for asked in provider.calls])
    assert run.product.files()["main.py"] == b"print('closed')\n"
    share_history(run.product.path, tmp_path / "products" / "shared", run.product.head(), {})
    await asyncio.to_thread(send_away, run.folder, tmp_path / "products" / "sent")
    assert holders(tmp_path / "products") == []


def send_away(run: Path, folder: Path) -> None:
    """Everything that a run is sent as: its exports, and a bundle, opened as who gets it does."""
    folder.mkdir()
    for form in ("html", "md", "json", "patch"):
        assert in_process("export", str(run), "--to", form, "-o", str(folder / form)) == 0
    assert "print('closed')" in (folder / "patch").read_text()
    assert in_process("export", str(run), "--journal") == 0
    bundle = folder / "all.bundle"
    for command in (
        ["git", "-C", str(run / "product"), "bundle", "create", "-q", str(bundle), "--all"],
        ["git", "clone", "-q", "--mirror", str(bundle), str(folder / "opened" / ".git")],
    ):
        subprocess.run(command, check=True)
