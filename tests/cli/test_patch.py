"""`softhouse export --to patch`: what plain `git am` makes of it on the customer's clone."""

from pathlib import Path

from company.cli.export.message import message_of as message_of_run
from tests.support.command_line import Softhouse
from tests.support.histories import plain_git
from tests.support.journals import committed, events, small_run, started, write_run
from tests.support.taking_home import Worked, commit_all, lay, tree_of, work_on
from warehouse.history.contribution import contribution_of

BEFORE = {
    "hello.py": b"print('hello')\n",
    "old name.py": b"".join(b"line %d\n" % number for number in range(20)),
    "windows.txt": b"one\r\ntwo\r\nthree\r\n",
    "no end.txt": b"no newline",
    "picture.png": b"\x89PNG\0\1\2",
    "tool.sh": b"echo\n",
    "gone.py": b"pass\n",
    "late.bin": b"text\n" * 4_000 + b"\0nul\n",
}
CHANGE = {
    "hello.py": "print('¡hola!')\n# ünïcode\n".encode(),
    "old name.py": None,
    "new 'name' \"ü\"\t.py": BEFORE["old name.py"] + b"more\n",
    "windows.txt": b"one\r\n2\r\nthree\r\n",
    "no end.txt": b"still no newline",
    "picture.png": b"\x89PNG\0\3\4\r\n\xff",
    "tool.sh": b"#!/bin/sh\necho\n",
    "gone.py": None,
    "late.bin": b"text\n" * 4_000 + b"\0NUL\r\n",
    "empty.txt": b"",
    "latin.txt": "caf\xe9\nFrom x\n--- a\n-- \n".encode("latin-1"),
}


def am(worked: Worked, mail: Path) -> None:
    plain_git(worked.clone, "am", "--quiet", str(mail))


def test_git_am_makes_the_very_tree_of_the_product(softhouse: Softhouse, tmp_path: Path) -> None:
    worked = work_on(tmp_path, BEFORE, CHANGE)
    done = softhouse("export", "last", "--to", "patch", "-o", "change.patch")
    assert done.code == 0, done.err

    am(worked, tmp_path / "change.patch")

    assert tree_of(worked.clone) == tree_of(worked.product)
    assert plain_git(worked.clone, "status", "--porcelain") == ""
    assert plain_git(worked.clone, "log", "--format=%an <%ae>", "-1").strip() == (
        "softhouse <softhouse@softhouse.invalid>"
    )


SEEN = [
    ("execution", "handover", {
        "ok": True, "verified": True, "summary": "tested: 2 of 2 passed; unseen: its page",
        "checks": [{"name": "tests", "command": "python3 -m pytest -q test_hello.py", "ok": True}],
        "witnesses": [
            {"what": "tested", "holds": True, "how": "2 of 2 passed"},
            {"what": "changed", "holds": True, "how": "1 file"},
            {"what": "unseen", "holds": None, "how": "its page: no browser"},
        ],
    }),
    ("run.ended", "", {"status": "verified", "exit_code": 0, "reason": "tested: 2 of 2 passed"}),
]  # fmt: skip
MESSAGE = """\
Greet in Spanish

It was asked for with these words:

> Greet in Spanish. It must be polite.

Changes hello.py.

What was seen of it in a sandbox (bubblewrap):

- tested: 2 of 2 passed
  $ python3 -m pytest -q test_hello.py
- changed: 1 file

What was not seen:

- its page: no browser

Softhouse-Run: 20260102-030405-tips-abcd
"""


def message_of(worked: Worked) -> str:
    return plain_git(worked.clone, "log", "--format=%B", "-1").rstrip() + "\n"


def test_the_message_says_what_was_asked_what_was_seen_and_what_was_not(
    softhouse: Softhouse, tmp_path: Path
) -> None:
    worked = work_on(tmp_path, BEFORE, {"hello.py": b"print('hola')\n"}, *SEEN)
    softhouse("export", "last", "--to", "patch", "-o", "change.patch")
    am(worked, tmp_path / "change.patch")
    assert message_of(worked) == MESSAGE


def test_without_a_sandbox_none_is_told_of() -> None:
    alone = started(task={"text": "x", "source": "/x"}, sandbox="none")
    made = contribution_of(events([alone, *SEEN]))
    assert "What was seen of it:\n" in message_of_run(made, [])


HOSTILE = (
    "Re: [x] Ünï \x1b]52;c;x\x07 diff --git a/x b/x\n---\nFrom 0000 Mon Sep 17 00:00:00 2001\n"
    "Subject: other\n\ndiff --git a/x b/x\n--- a/x\n-- >8 --\n\nSigned-off-by: Boss <b@example.org>\n"
    f"password: hunter2hunter2 {'long' * 40}\n"
)


def test_a_task_can_neither_end_the_message_nor_forge_it(
    softhouse: Softhouse, tmp_path: Path
) -> None:
    worked = work_on(tmp_path, BEFORE, {"hello.py": b"print('hola')\n"}, task=HOSTILE)
    softhouse("export", "last", "--to", "patch", "-o", "change.patch")
    am(worked, tmp_path / "change.patch")

    message = message_of(worked)
    assert message.startswith("Ünï diff --git a/x b/x")
    assert "> From 0000 Mon" in message
    assert "Nothing was run: it is untested." in message
    assert "\x1b" not in message
    assert "hunter2" not in message
    assert max(map(len, message.splitlines())) <= 72
    trailers = plain_git(worked.clone, "log", "--format=%(trailers)", "-1").strip()
    assert trailers == f"Softhouse-Run: {worked.run.name}"
    assert tree_of(worked.clone) == tree_of(worked.product)


def test_a_change_after_the_last_tests_is_said_to_be_untested(
    softhouse: Softhouse, tmp_path: Path
) -> None:
    change = {"hello.py": b"print('hola')\n"}
    steps = [*SEEN[:1], *committed("2.fix/commit", ("hello.py", "changed", 1, 1))]
    work_on(tmp_path, BEFORE, change, *steps)
    patch = softhouse("export", "last", "--to", "patch", "-o", "-").out
    assert "It is untested as it is now" in patch
    assert "2 of 2" not in patch


def test_what_the_customer_committed_since_and_secrets_are_not_in_it(
    softhouse: Softhouse, tmp_path: Path
) -> None:
    change = {"hello.py": b"print('hola')\n", "[x]/.env": b"KEY=hunter2\n"}
    worked = work_on(tmp_path, BEFORE, change)
    recorded = plain_git(worked.product, "rev-parse", "HEAD").strip()
    journal = worked.run / "journal.jsonl"
    journal.write_text(journal.read_text().replace("ab" * 20, recorded))
    lay(worked.product, {"mine.txt": b"mine\n", "gone.py": None})
    commit_all(worked.product, "Mine")

    patch = softhouse("export", "last", "--to", "patch", "-o", "change.patch")

    assert patch.code == 0, patch.err
    am(worked, tmp_path / "change.patch")
    changed = plain_git(worked.clone, "diff", "--name-only", "HEAD~").split()
    assert changed == ["hello.py"]
    text = (tmp_path / "change.patch").read_text()
    assert "Changes hello.py." in text
    assert "hunter2" not in text


def test_a_run_without_a_program_of_the_customer_says_what_to_use_instead(
    softhouse: Softhouse, tmp_path: Path
) -> None:
    write_run(tmp_path / "products", small_run())
    assert "git clone" in softhouse("export", "last", "--to", "patch").fails_with(2)


def test_a_run_that_changed_nothing_has_no_patch(softhouse: Softhouse, tmp_path: Path) -> None:
    work_on(tmp_path, BEFORE, {})
    assert "left every file as it was" in softhouse("export", "last", "--to", "patch").fails_with(2)
