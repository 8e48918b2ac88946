"""Runs that earlier versions recorded, put back as they were, and the company that goes on with them.

A folder of `tests/data/older_journals` holds the journal, the product as a git bundle, and in
`told.json` what the version that recorded it told of it. What is of the moment is left out: paths,
and the figures that version had wrong (the head of a fork, the cost of a model without a price).
"""

import json
import math
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any

from company.rights import MADE_ELSEWHERE
from tests.support.command_line import Softhouse
from tests.support.scripted_company import A_REVIEW_THAT_HELPS, fields_reply, file_block, script
from tests.support.scripted_provider import Call, ScriptedProvider
from tests.support.topologies import TOPOLOGIES
from warehouse.events import RunStarted
from warehouse.journal.journal import FILE_NAME, read_events

RUNS = Path(__file__).parent.parent / "data" / "older_journals"
DEMOS = ("demo", "demo-waterfall")
MODELS = ("LMSTUDIO_BASE_URL", "OPENAI_BASE_URL")
"""Where the providers of the recorded runs are looked for."""
_COSTS = ("cost", "shared_cost", "unpriced_calls")
_MONEY = re.compile(r"(?i)cost|\$|free")
_IDENTITY = (
    "seq",
    "run",
    "name",
    "task",
    "company",
    "chain",
    "model",
    "sandbox",
    "started_at",
    "at",
)

_TEST = """\
from pathlib import Path


def test_there_is_a_tip():
    assert "tip" in Path("main.py").read_text()
"""


@dataclass(frozen=True)
class OlderRun:
    """A recorded run, by the name of its folder."""

    name: str

    @property
    def told(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads((RUNS / self.name / "told.json").read_text("utf-8"))
        return told

    @property
    def run(self) -> str:
        return str(self.told["run"])

    def put_back(self, products: Path) -> Path:
        """The run's folder below `products`, as it was when it had been recorded."""
        folder = products / self.run
        shutil.copytree(
            RUNS / self.name, folder, ignore=shutil.ignore_patterns("told.json", "product.bundle")
        )
        bundle = RUNS / self.name / "product.bundle"
        _git(folder, "init", "-q", "-b", "main", "product")
        if bundle.exists():
            git = partial(_git, folder / "product")
            git("fetch", "-q", "--update-head-ok", str(bundle), "+refs/*:refs/*")
            git("reset", "-q", "--hard")
        return folder


def older_runs() -> list[str]:
    """The names of all recorded runs."""
    return sorted(path.parent.name for path in RUNS.glob("*/journal.jsonl"))


def company() -> ScriptedProvider:
    """What the recorded companies say: each reply follows from what is asked alone."""
    return ScriptedProvider.from_script(
        script(
            **{
                "Write the whole program": [_program],
                "Your reply holds no file": [_program],
                "Write tests in one new file": [file_block("test_main.py", _TEST)],
                "Make this change": [file_block("tip.py", "TIP = 2\n")],
                "Give the program this look": [file_block("look.py", "COLOUR = 'teal'\n")],
                "Decide how it looks": [
                    fields_reply(colours=["teal"], layout=["one column"], pictures=[])
                ],
                "The customer has this program": [
                    fields_reply(changes=["tip.py: more"], files=["tip.py"], stays=["main.py"])
                ],
                "Write the offer": [fields_reply(kind="command line", features=["shows the tip"])],
                "It was run, and this failed": [_mending],
                **A_REVIEW_THAT_HELPS,
                **TOPOLOGIES,
                "every comment is answered": [file_block("tip.py", "TIP = 1\n")],
                "What most needs to be better": [_another_version],
                "Colleagues made the program better": [_another_version],
            }
        )
    )


def _another_version(call: Call) -> str:
    return file_block("tip.py", f"TIP = 15\nVERSION = {call.body['seed']}\n")


def _program(call: Call) -> str:
    words = call.model.rpartition("/")[2]
    if words == "mute":
        return "I would rather not."
    if words == "clumsy" and len(call.body["messages"]) < 4:
        return "Here it is, in my head."
    if words == "broken":
        return file_block("main.py", "print(1 / 0)\n")
    return file_block("main.py", "import tip\n\nprint(tip.TIP)\n") + file_block(
        "tip.py", "TIP = 15\n"
    )


def _mending(call: Call) -> str:
    if "Mend it" not in call.user:
        return fields_reply(reason="it divides by zero", file="main.py", change="divide by one")
    return file_block("main.py", "import nothing_of_that_name\n")


def told_of(softhouse: Softhouse, command: str, name: str, products: Path) -> dict[str, Any]:
    """What a command says to standard output, and its exit code, without what is of the moment."""
    outcome = softhouse(*command.split())
    text = outcome.out.replace(str(products), "PRODUCTS")
    if text.startswith(("{", "[")):
        return {"code": outcome.code, "out": _right_figures(json.loads(text), name)}
    text = re.sub(r"(?s)<(style|script)\b.*?</\1>", "", text)
    if name.startswith("unpriced"):
        text = "\n".join(line for line in text.splitlines() if not _MONEY.search(line))
    if name.startswith("fork"):
        text = _without_the_head(text)
    return {"code": outcome.code, "out": text.splitlines()}


def _right_figures(told: Any, name: str) -> Any:
    """The JSON without the figures that the recording version had wrong."""
    if isinstance(told, list):
        return [_right_figures(item, name) for item in told]
    if not isinstance(told, dict):
        return told
    wrong = _COSTS if name.startswith("unpriced") else ()
    if name.startswith("fork") and ("parent" in told or told.get("entry") == "began"):
        wrong = _IDENTITY
    return {key: _right_figures(value, name) for key, value in told.items() if key not in wrong}


def _without_the_head(text: str) -> str:
    """From the first phase on."""
    first = re.search(r"(?m)^(● |## )|<h2", text)
    return text[first.start() :] if first else text


def outcome_of(
    softhouse: Softhouse, provider: ScriptedProvider, products: Path, *command: str
) -> dict[str, Any]:
    """What going on with a run leads to: the last run of the folder, its files and its calls."""
    began = len(provider.calls)
    # Runs were not sealed then.
    options = ["--allow", MADE_ELSEWHERE, "--plain"]
    if command[0] == "fork" and _was_on_the_host(products / command[1]):
        options += ["--set", "sandbox=bubblewrap"]
    code = softhouse(*command, *options).code
    row = json.loads(softhouse("runs", "--json").out)[-1]
    kept = (
        "status",
        "exit_code",
        "reason",
        "where",
        "calls",
        "shared_calls",
        "commits",
        "verified",
    )
    return {
        "code": code,
        "asked": len(provider.calls) - began,
        "files": tree(products / row["run"] / "product"),
        **{key: row[key] for key in kept},
    }


def _was_on_the_host(run: Path) -> bool:
    """Whether it was made in the sandbox `host`, which no run without a seal is given again."""
    spec = read_events(run / FILE_NAME)[0].data
    return isinstance(spec, RunStarted) and spec.sandbox == "host"


def tree(product: Path) -> str:
    """The hash of all files of a product, empty where it has none."""
    if not product.exists():
        return ""
    return _git(product, "rev-parse", "-q", "--verify", "HEAD^{tree}", check=False).strip()


def _git(folder: Path, *arguments: str, check: bool = True) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=folder, check=check, capture_output=True, text=True
    ).stdout


def still_tells(now: Any, then: Any) -> bool:
    """Whether everything that was told then is told now, in the same order, and more at the most."""
    match then:
        case dict():
            return isinstance(now, dict) and all(
                key in now and still_tells(now[key], value) for key, value in then.items()
            )
        case list() if then and all(isinstance(each, str) for each in then):
            # One character of a page can be spelled in two ways.
            lines = map(unescape, now)
            return all(unescape(line) in lines for line in then)
        case list():
            return len(now) == len(then) and all(map(still_tells, now, then))
        case float():
            return isinstance(now, float) and math.isclose(now, then, abs_tol=1e-6)
    return bool(now == then)
