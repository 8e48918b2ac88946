"""`softhouse why` of a product that means harm."""

from pathlib import Path

import pytest

from tests.support.command_line import Softhouse
from tests.support.histories import RUN, Made, plain_git, write_history
from tests.support.journals import started, write_run
from tests.support.why import carrying_clone, reviewed_product, spoken, told


def test_a_product_that_says_hostile_things_drives_no_terminal(
    softhouse: Softhouse, tmp_path: Path
) -> None:
    evil = "\x1b]52;c;aGk=\x07\u202e\r[bold]x[/nothing]"
    folder = write_run(
        tmp_path / "products", [started(), *spoken("1.coding/turn-1", evil, evil)], RUN
    )
    made = Made({"main.py": f"{evil}\n"}, title=evil, body=evil, role="programmer")
    root = write_history(folder / "product", [made])[0].path
    name = f"{evil.replace('/', '')}.py"
    (root / name).write_text(evil)
    plain_git(root, "-c", f"user.name=x{evil}", "add", ".")
    plain_git(root, "-c", f"user.name=x{evil}", "commit", "-qm", evil)
    for asked_for in ("main.py:1", "main.py", name, f"{name}:1", f"none{evil}"):
        for option in ([], ["--full"], ["--json"]):
            shown = softhouse("why", "last", asked_for, *option)
            assert not set("\x1b\x07\u202e\r") & set(shown.out + shown.err)


def test_a_hostile_repository_runs_nothing(
    softhouse: Softhouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alarm = tmp_path / "alarm"
    clone = carrying_clone(reviewed_product(tmp_path / "products"))
    monkeypatch.chdir(clone)
    plain_git(clone, "fetch", "-q", "origin", "refs/softhouse/journal:refs/softhouse/journal")
    origin = told(softhouse, "src/main.py:3")["origin"]
    set_traps(clone, alarm)
    (clone / "src" / "main.py").write_text("one\nmine\nTHREE\nfour\n")
    for careless in (["blame", "src/main.py"], ["diff"], ["log", "-p"], ["status"]):
        plain_git(clone, *careless)
        assert alarm.exists(), f"these traps catch git {careless[0]}"
        alarm.unlink()
    for asked_for in ("src/main.py", "src/main.py:2", "src/main.py:3", ".gitattributes:1"):
        assert softhouse("why", asked_for, "--full").code == 0
    assert told(softhouse, "src/main.py:2")["origin"]["maker"] == "uncommitted"
    answer = told(softhouse, "src/main.py:3")
    assert (answer["origin"], answer["talk"] is not None) == (origin, True)
    assert not alarm.exists()


def set_traps(root: Path, alarm: Path) -> None:
    """Whatever git can be told to run, told in every place that git looks at."""
    changed = plain_git(root, "rev-parse", "HEAD")
    trap = root / ".git" / "trap"
    trap.write_text(f"#!/bin/sh\ntouch '{alarm}'\nexec cat\n")
    trap.chmod(0o755)
    (root / ".git" / "hooks").mkdir(exist_ok=True)
    for hook in ("post-index-change", "reference-transaction", "pre-commit", "post-checkout"):
        (root / ".git" / "hooks" / hook).symlink_to(trap)
    obeyed = [
        "core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "core.askPass",
        "core.alternateRefsCommand", "diff.external", "diff.evil.textconv", "diff.evil.command",
        "filter.evil.clean", "filter.evil.smudge", "filter.evil.process", "gpg.program",
        "pager.blame", "pager.log", "uploadpack.packObjectsHook",
    ]  # fmt: skip
    with (root / ".git" / "config").open("a") as config:
        for name in obeyed:
            section, _, key = name.rpartition(".")
            first, _, inner = section.partition(".")
            head = f'{first} "{inner}"' if inner else first
            config.write(f'[{head}]\n\t{key} = "{trap}"\n')
        config.write(f'[blame]\n\tignoreRevsFile = "{root / ".git" / "ignored"}"\n')
        config.write("[log]\n\tshowSignature = true\n")
    (root / ".git" / "ignored").write_text(changed)
    (root / ".gitattributes").write_text("* diff=evil filter=evil\n")
    (root / ".git" / "info").mkdir(exist_ok=True)
    (root / ".git" / "info" / "attributes").write_text("* diff=evil filter=evil\n")
