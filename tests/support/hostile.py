"""Runs in which everything that can be a text is an attack on the terminal that shows it."""

import itertools
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.support.journals import (
    Step,
    answered,
    asked,
    check_data,
    ended,
    events,
    phase,
    started,
)

ATTACKS = (
    "\x1b]52;c;{0}\x07",  # writes the clipboard
    "\x1b]8;;http://{0}.example\x1b\\{0}\x1b]8;;\x1b\\",  # a link that says something else
    "\x1b[2J\x1b[H{0}",  # clears the screen
    "\x1b]0;{0}\x07",  # forges the title
    "\x1bP{0}\x1b\\",  # a device control string
    "\x1b_{0}\x1b\\",  # an application program command, in which some terminals draw pictures
    "\x1b^{0}\x1b\\\x1bX{0}\x1b\\",  # a privacy message, a start of string
    "\x1b]{0}",  # a string that never ends
    "\x1b[?1049l{0}\x1bc",  # leaves the window's screen, resets the terminal
    "\x9b2J\x9d52;c;{0}\x9c\x90{0}\x9c\x85",  # the same in single characters
    "\u202e{0}\u202c\u2066{0}\u2069\u200f",  # reads otherwise than it is
    "{0}\rgone\x08\x08\x07\x00\x0e\x7f",  # writes over itself, rings, another character set
    "[@click=app.quit]{0}[/] [red]{0}[/red] [/{0}] [link=http://{0}.example]{0}[/link] [",  # markup
    "{0}\u2028{0}\u2029{0}\x0b{0}\x0c{0}\ud800",  # lines that are none, a half character
)
"""What a text may hold; `{0}` is a word of its own, by which it is known again."""


class Words:
    """Hostile texts, each with a word of its own: `q7hostile12q`."""

    def __init__(self) -> None:
        self._numbers = itertools.count()

    def __call__(self, before: str = "") -> str:
        """A text with all attacks in it."""
        return " ".join((before, *self._attacks())).strip()

    def line(self, before: str = "") -> str:
        """The same for a place that holds no newline."""
        return self(before).replace("\n", " ")

    def _attacks(self) -> Iterator[str]:
        for attack in ATTACKS:
            yield attack.format(f"q7hostile{next(self._numbers)}q")


FINISHED, CUT_OFF, NAMED = "20260102-030405", "20260102-030406", "20260102-030407"
"""How the ids of the runs begin: one with a product, one that was cut off in the middle of an
answer, and one whose files have hostile names.
"""
ORDINARY_NAME = b"main.py"
HOSTILE_NAME = b"src-\x1b]0;q7fileq\x07-[red]-\xe2\x80\xae.py"


def write_hostile_runs(products: Path) -> None:
    """Runs in which every text is an attack."""
    say = Words()
    _write_whole_run(products / f"{FINISHED}-hostile-abcd", ORDINARY_NAME, say)
    _write(
        products / f"{CUT_OFF}-\x1b]0;q7folderq\x07-[red]-[-beef",
        [_beginning(say), *_talk(say)[:-2]],
    )
    _write_whole_run(products / f"{NAMED}-names-abcd", HOSTILE_NAME, say)


def _write_whole_run(folder: Path, name: bytes, say: Words) -> None:
    folder.mkdir(parents=True)
    sha = _write_product(folder / "product", name, say)
    _write(folder, [_beginning(say), *_talk(say), *_commit(say, sha, name), *_end(say)])


def _write(folder: Path, steps: list[Step]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    lines = (event.line() for event in events(steps))
    (folder / "journal.jsonl").write_bytes(b"".join(lines))


def _beginning(say: Words) -> Step:
    company = {
        "company": {"name": say.line("company"), "title": say.line()},
        "roles": {"programmer": {"title": say("Title")}, "cto": {"title": say("Chief")}},
        "phases": {},
        "chains": {"pair": {"name": "pair", "steps": ["coding", say.line(), "run_tests"]}},
    }
    return started(
        name=say("Name"),
        task={"text": say("Task"), "images": [], "source": None},
        company=company,
        model=say.line("model"),
        sandbox=say.line("sandbox"),
        role_models={"programmer": say.line(), "cto": say.line()},
        experiment=say.line("experiment"),
    )


def _talk(say: Words) -> list[Step]:
    code = f"Here it is:\n\n{say.line('a')}.py\n```python {say.line()}\nx = '{say.line()}'\n```\n"
    return [
        phase("1.coding", say("Phase")),
        ("step.started", "2.review", {"name": say.line(), "kind": "loop", "title": say("Loop")}),
        asked("1.coding/turn-1", say("Asked")),
        answered("1.coding/turn-1", f"# {say.line('Heading')}\n\n{code}\n- {say.line()}\n{say()}"),
        ("deliverable", "1.coding", {"phase": say.line(), "kind": "files", "files": [say.line()]}),
        ("deliverable.rejected", "1.coding", {"phase": say.line(), "text": say("No")}),
        ("interjection", "1.coding", {"role": say.line("cto"), "text": say("Listen")}),
        ("note", "1.coding", {"text": say("Note")}),
        asked("1.coding/turn-2", say("Again"), 1),
        ("effect.started", "2.review/answer", _question(say)),
        ("retry", "1.coding/turn-2", {"text": say("Retry")}),
        ("words", "1.coding/turn-2", {"text": say("Streamed")}),
    ]


def _question(say: Words) -> dict[str, object]:
    """A person is asked."""
    request = {"question": say("Question")}
    who = {"speaker": "programmer", "listener": "cto"}
    return {"effect": "answer", "ordinal": 0, "digest": "d", **who, "request": request}


def _commit(say: Words, sha: str, name: bytes) -> list[Step]:
    identity = {"effect": "commit", "ordinal": 0, "digest": "d"}
    request = {"author": say.line("Author"), "message": say("Message"), "files": {}}
    files = [{"path": say.line("src"), "status": say.line(), "added": 1, "removed": 1}]
    files.append({"path": name.decode(), "status": "added", "added": 3, "removed": 0})
    failure = {"error": say("Error"), "kind": say.line()}
    return [
        ("effect.started", "1.coding/commit", {**identity, "speaker": say(), "request": request}),
        ("effect.ended", "1.coding/commit", {**identity, "result": {"sha": sha, "files": files}}),
        ("effect.failed", "1.coding/turn-2", {"effect": "completion", "ordinal": 1, **failure}),
        ended("1.coding", "failed", say("Because")),
    ]


def _end(say: Words) -> list[Step]:
    checks = [
        {**check_data(say.line("tests"), False, say("Output")), "command": say("Command")},
        {**check_data("start", None, say()), "remark": say("Remark")},
    ]
    execution = {"ok": False, "verified": False, "summary": say("Summary"), "checks": checks}
    return [
        phase("3.testing/round-1/run_tests", say("Tests")),
        ("execution", "3.testing/round-1/run_tests", execution),
        ended("3.testing/round-1/run_tests", say.line("done"), say("Reason")),
        (say.line("kind"), say.line("where"), {"text": say()}),
        ("run.ended", "", {"status": "failed", "exit_code": 1, "reason": say("The end")}),
    ]


def _write_product(folder: Path, path: bytes, say: Words) -> str:
    """A repository whose authors, messages and contents are hostile; the id of its commit."""
    author = say.line("Author").replace("<", "").replace(">", "").replace("\x00", "")
    message = say("Message").replace("\x00", "").encode("utf-8", "replace")
    content = "\n".join(say.line(str(number)) for number in range(3)).encode("utf-8", "replace")
    name = "".join(f"\\{byte:03o}" for byte in path).encode()
    who = author.encode("utf-8", "replace") + b" <author@example.org> 1700000000 +0000\n"
    stream = b'commit refs/heads/main\nauthor %scommitter %sdata %d\n%s\nM 100644 inline "%s"\ndata %d\n%s\n'
    folder.mkdir()
    git = ["git", "-c", "init.defaultBranch=main"]
    env = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}
    subprocess.run([*git, "init", "--quiet"], cwd=folder, env=env, check=True)
    subprocess.run(
        [*git, "fast-import", "--quiet"],
        cwd=folder,
        env=env,
        input=stream % (who, who, len(message), message, name, len(content), content),
        check=True,
    )
    head = subprocess.run(
        [*git, "rev-parse", "main"], cwd=folder, env=env, capture_output=True, check=True
    )
    return head.stdout.decode().strip()
