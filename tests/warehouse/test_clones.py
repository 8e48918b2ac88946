"""A program that lies elsewhere: cloned once, brought up to date, and nothing of its login is kept."""

import os
import random
import select
import socket
import stat
import subprocess
import threading
from functools import partial
from http.server import HTTPServer, SimpleHTTPRequestHandler
from pathlib import Path

import pytest

from tests.support.git_server import LOGIN, served
from warehouse.errors import ProductError
from warehouse.product.git import fetching
from warehouse.product.intake import clones, copies
from warehouse.product.intake.address import check_address, is_address, name_of
from warehouse.product.intake.bring_in import bring_in
from warehouse.product.intake.clones import clone_of, fetch_clone
from warehouse.product.intake.copies import alone
from warehouse.product.intake.repository import Wanted
from warehouse.product.product import Product

AT = "2026-03-01T12:00:00Z"


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=Ada", "-c", "user.email=a@b", "-c", "core.hooksPath=/dev/null")
    ran = subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)
    return ran.stdout.decode().strip()


@pytest.fixture
def theirs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a tag and two branches; hooks and a submodule that would leave a mark."""
    monkeypatch.setenv("SOFTHOUSE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    folder = tmp_path / "served/tips"
    folder.mkdir(parents=True)
    git(folder, "init", "-q", "-b", "trunk")
    commit(folder, "first")
    git(folder, "tag", "v1")
    (folder / ".gitmodules").write_text('[submodule "x"]\n\tpath = x\n\turl = ext::touch RAN\n')
    git(folder, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},x")
    commit(folder, "second")
    git(folder, "branch", "other", "v1")
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in ("reference-transaction", "post-checkout"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {tmp_path}/RAN\n")
        (hooks / name).chmod(0o755)
    (tmp_path / "gitconfig").write_text(f"[core]\n\thooksPath = {hooks}\n")
    return folder


def commit(folder: Path, word: str) -> str:
    (folder / "app.py").write_text(f"print('{word}')\n")
    git(folder, "add", "app.py", *([".gitmodules"] if (folder / ".gitmodules").exists() else []))
    git(folder, "commit", "-qm", word)
    return git(folder, "rev-parse", "HEAD")


def brought(folder: Path, address: str, revision: str = "") -> Product:
    product = Product.create(folder / "product")
    bring_in(product, address, Wanted(name_of(address), "run-1", AT, revision))
    return product


def test_it_is_cloned_once_and_brought_up_to_date(theirs: Path, tmp_path: Path) -> None:
    said: list[str] = []
    with served(theirs.parent) as url:
        place = fetch_clone(f"{url}/tips", said.append)
        first = brought(tmp_path / "1", f"{url}/tips")
        head = commit(theirs, "third")
        git(theirs, "branch", "-D", "other")
        assert fetch_clone(f"{url}/tips") == place
    assert first.head() == git(theirs, "rev-parse", "trunk~1")
    assert len(first.log()) == 1, "what came before is the customer's own"
    assert any("objects" in line for line in said)
    assert stat.S_IMODE(place.stat().st_mode) == stat.S_IMODE(place.parent.stat().st_mode) == 0o700
    # By now the server is gone, and the clone is enough.
    assert brought(tmp_path / "2", f"{url}/tips").head() == head
    early = brought(tmp_path / "3", f"{url}/tips", "v1")
    assert early.files() == {"app.py": b"print('first')\n"}
    with pytest.raises(ProductError, match="no commit that 'other'"):
        brought(tmp_path / "4", f"{url}/tips", "other")
    assert not (tmp_path / "RAN").exists()


def test_over_ssh_the_users_own_way_is_taken(
    theirs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ssh = tmp_path / "ssh"
    ssh.write_text('#!/bin/sh\nfor last; do :; done\nexec sh -c "$last"\n')
    ssh.chmod(0o755)
    monkeypatch.setenv("GIT_SSH_COMMAND", str(ssh))
    for address in (f"git@example.org:{theirs}", f"ssh://git@example.org{theirs}"):
        fetch_clone(address)
        assert git(clone_of(address), "log", "-1", "--format=%s") == "second"


def test_a_login_is_gits_own_and_kept_nowhere(theirs: Path, tmp_path: Path) -> None:
    with served(theirs.parent, login=True) as url:
        with pytest.raises(ProductError, match="credential helper"):
            fetch_clone(f"{url}/tips")
        helper = f"!f() {{ echo username={LOGIN[0]}; echo password={LOGIN[1]}; }}; f"
        git(tmp_path, "config", "--global", "credential.helper", helper)
        fetch_clone(f"{url}/tips")
        product = brought(tmp_path / "run-1", f"{url}/tips")
    for folder in (product.path, tmp_path / "cache"):
        held = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
        assert LOGIN[1].encode() not in held


def test_offline_it_is_said_what_there_is_from_before(theirs: Path) -> None:
    with served(theirs.parent) as url:
        place = fetch_clone(f"{url}/tips")
    with pytest.raises(ProductError, match=f"was fetched before is in {place}"):
        fetch_clone(f"{url}/tips")
    with pytest.raises(ProductError, match=r"could not be fetched: .*Look whether this machine is"):
        fetch_clone(f"{url}/other")
    assert not clone_of(f"{url}/other").exists()


def test_who_says_nothing_is_given_up(theirs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "SILENT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/tips"
        with pytest.raises(ProductError, match="did not answer in time"):
            fetch_clone(address)


def test_what_has_no_commit_is_said_to_have_none(theirs: Path, tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "--bare", "empty.git")
    with pytest.raises(ProductError, match="has no commit yet"):
        fetch_clone(f"file://{tmp_path}/empty.git")
    fetch_clone(f"file://{theirs}")


def test_a_history_has_a_bound_however_few_its_objects_are(
    theirs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clones, "MOST_HISTORY", 100_000)
    (theirs / "app.py").write_bytes(random.Random(1).randbytes(200_000))
    git(theirs, "commit", "-qam", "large")
    with pytest.raises(ProductError, match=r"history has more than 0 MB\. Clone its newest"):
        fetch_clone(f"file://{theirs}")
    place = clone_of(f"file://{theirs}")
    assert [each.name for each in place.parent.iterdir()] == [f"{place.name}.lock"]


def test_what_an_earlier_fetch_left_neither_counts_nor_bars_the_next(theirs: Path) -> None:
    place = fetch_clone(f"file://{theirs}")
    grown(place / "objects/pack/tmp_pack_x")
    (place / "refs/heads/trunk.lock").touch()
    head = commit(theirs, "third")
    fetch_clone(f"file://{theirs}")
    assert git(place, "rev-parse", "trunk") == head
    # What many updates have left is more than the history: it is cloned anew.
    old = grown(place / "objects/pack/old.pack")
    fetch_clone(f"file://{theirs}")
    assert not old.exists()
    assert git(place, "rev-parse", "trunk") == head


def grown(place: Path) -> Path:
    """A file that is larger than a history may be, and takes no room."""
    with place.open("wb") as file:
        file.truncate(2 << 30)
    return place


def test_a_folder_that_points_at_the_repository_of_another_is_not_read(
    theirs: Path, tmp_path: Path
) -> None:
    stranger = tmp_path / "stranger"
    stranger.mkdir()
    (stranger / ".git").write_text(f"gitdir: {theirs}/.git\n")
    with pytest.raises(ProductError, match="does not know it"):
        fetch_clone(f"file://{stranger}")
    with pytest.raises(ProductError, match="no repository that can be read"):
        fetch_clone(f"file://{stranger}/.git")


def test_files_that_a_plain_server_has_are_a_repository(theirs: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--bare", str(theirs), "plain.git")
    git(tmp_path / "plain.git", "repack", "-qad")
    git(tmp_path / "plain.git", "update-server-info")
    files = partial(_Silent, directory=str(tmp_path))
    with HTTPServer(("127.0.0.1", 0), files) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        place = fetch_clone(f"http://127.0.0.1:{server.server_address[1]}/plain.git")
        server.shutdown()
    assert git(place, "log", "-1", "--format=%s") == "second"


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_a_token_that_a_setting_puts_into_the_address_is_not_told(
    theirs: Path, tmp_path: Path
) -> None:
    with served(theirs.parent, login=True) as url:
        place = url.removeprefix("http://")
        git(tmp_path, "config", "--global", f"url.http://hunter2@{place}/.insteadOf", f"{url}/")
        with pytest.raises(ProductError, match="could not be fetched") as refused:
            fetch_clone(f"{url}/tips")
    assert "hunter2" not in str(refused.value)


def test_what_is_given_up_is_ended_with_all_that_it_began(
    theirs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "SILENT", 0.5)
    os.mkfifo(tmp_path / "alive")
    ssh = tmp_path / "ssh"
    ssh.write_text(f"#!/bin/sh\nexec 3>{tmp_path}/alive\necho begun >&3\nsleep 1000\n")
    ssh.chmod(0o755)
    monkeypatch.setenv("GIT_SSH_COMMAND", str(ssh))
    with os.fdopen(os.open(tmp_path / "alive", os.O_RDONLY | os.O_NONBLOCK), "rb", 0) as alive:
        with pytest.raises(ProductError, match="did not answer in time"):
            fetch_clone("git@example.org:tips")
        assert alive.read() == b"begun\n"
        assert select.select([alive], [], [], 10)[0], "it lives"
        assert alive.read() == b""


def test_who_is_at_it_is_not_waited_for_without_end(
    theirs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "LONGEST_WAIT", 0)
    address = f"file://{theirs}"
    with alone(clone_of(address)), pytest.raises(ProductError, match="Another process has held"):
        fetch_clone(address)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("https://ada:hunter2@example.org/tips", "a password or a token"),
        ("https://ghp_hunter2@example.org/tips", "a password or a token"),
        ("https://example.org/tips?token=hunter2", "a password or a token"),
        ("ssh://ghp_hunter2@example.org/tips", "a password or a token"),
        ("github_pat_hunter2@example.org:me/tips", "a password or a token"),
        ("ssh://git:hunter2@example.org/tips", "a password or a token"),
        ("http://example.org/tips", "with https"),
        ("git://example.org/hunter2", "Nothing is fetched by git"),
        ("ext://sh", "Nothing is fetched by ext"),
        ("ssh://-oProxyCommand=touch/hunter2", "names no host"),
        ("https:///hunter2", "names no host"),
        ("https://[hunter2/tips", "no address"),
        ("https://example.org/a b", "one line"),
    ],
)
def test_an_address_that_is_none_or_says_a_secret_is_refused_without_repeating_it(
    address: str, words: str
) -> None:
    assert is_address(address)
    with pytest.raises(ProductError, match=words) as refused:
        check_address(address)
    assert "hunter2" not in str(refused.value)


def test_an_address_is_written_in_more_than_one_way() -> None:
    assert check_address("HTTP://[::1]:8080/tips") == "http://[::1]:8080/tips"


@pytest.mark.parametrize("path", ["./tips", "/srv/tips", "tips.bundle", "C:tips", "a@b", "x:y"])
def test_a_path_is_no_address(path: str) -> None:
    assert not is_address(path)
