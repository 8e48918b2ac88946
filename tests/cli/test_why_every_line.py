"""`softhouse why` is right for every line that a company at work has written."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from company.engine.fork.fork import Fork
from company.engine.resources import open_resources
from tests.support.command_line import Softhouse
from tests.support.houses import work, write_cards
from tests.support.scripted_company import APPROVED, fields_reply, file_block, script
from tests.support.scripted_provider import ScriptedProvider
from tests.support.why import told

CALC = '''\
"""Sums."""  # coding

import math  # coding


def double(x):  # coding
    # The sum.  # coding
    return x * 3  # coding


def gone(x):  # coding
    return math.floor(x)  # coding


def half(x):  # coding
    return math.floor(x / 2)  # coding
'''
MAIN = """\
from calc import double, half  # coding

def show(x):  # coding
    print(double(x))  # coding
    print(half(x))  # coding
    return x  # coding

if __name__ == "__main__":  # coding
    show(4)  # coding
"""
MAIN_REVIEWED = '''\
"""Shows sums."""  # review
from calc import double, half  # coding

def show(x):  # coding
    print("double", double(x))  # review
    print(half(x))  # coding

if __name__ == "__main__":  # coding
    show(4)  # coding
    show(5)  # review
'''
CALC_REVIEWED = """\
### calc.py
```
<<<<<<< SEARCH
    # The sum.  # coding
    return x * 3  # coding
=======
    # The sum.  # coding
    assert x is not None  # review
    return x * 5  # review
>>>>>>> REPLACE
```

### calc.py
```
<<<<<<< SEARCH
def gone(x):  # coding
    return math.floor(x)  # coding
=======
>>>>>>> REPLACE
```
"""
TESTS = """\
from calc import double, half  # tests


def test_double():  # tests
    assert double(2) == 4  # tests
    assert half(5) == 2  # tests


def test_half():  # tests
    assert half(4) == 3  # tests
"""
FIXED = """\
### calc.py
```
<<<<<<< SEARCH
    return x * 5  # review
=======
    return x * 2  # fix
>>>>>>> REPLACE
```

### test_calc.py
```
<<<<<<< SEARCH
    assert half(4) == 3  # tests
=======
    assert half(4) == 2  # fix
>>>>>>> REPLACE
```
"""
MANUAL = "# Sums <!-- manual -->\n\nStart it. <!-- manual -->\n"
REPLIES: dict[str, list[Any]] = {
    "Write the whole program": [
        f"Here:\n\n{file_block('calc.py', CALC)}\n{file_block('main.py', MAIN)}"
    ],
    "approved: true if": [fields_reply(approved=False, comments=["calc.py: wrong sum"]), APPROVED],
    "every comment is answered": [f"{CALC_REVIEWED}\n{file_block('main.py', MAIN_REVIEWED)}"],
    "Write tests in one new file": [file_block("test_calc.py", TESTS)],
    "Which file is wrong": [fields_reply(reason="sum", file="calc.py", change="x * 2")],
    "Mend it": [FIXED],
    "Write the manual": [MANUAL],
}
TRUTH = {
    "coding": ("Programmer", "4.coding/commit", "Write the whole program"),
    "review": ("Programmer", "6.review/round-1/review_modification/commit", "every comment is"),
    "tests": ("Software Tester", "7.test_writing/commit", "Write tests in one new file"),
    "fix": ("Programmer", "10.testing/round-1/fix_bugs/commit", "Mend it"),
    "manual": ("Chief Technology Officer", "11.manual/commit", "Write the manual"),
}
"""Who wrote the lines that end in such a word, at which step, after which words."""
EARLIER = {
    "    assert x is not None  # review": ["    return x * 3  # coding"],
    "    return x * 2  # fix": ["    return x * 5  # review", "    return x * 3  # coding"],
    "    assert half(4) == 2  # fix": ["    assert half(4) == 3  # tests"],
    '    print("double", double(x))  # review': ["    print(double(x))  # coding"],
}


def provider(**replies: list[Any]) -> ScriptedProvider:
    return ScriptedProvider.from_script(script(**replies))


BLANK = {"calc.py": "coding", "main.py": "coding", "test_calc.py": "tests", "MANUAL.md": "manual"}
"""Who wrote the empty lines of a file: nobody else added any."""


def every_line(files: Mapping[str, bytes]) -> Iterator[tuple[str, int, str, str]]:
    """File, number, text and the word that says who wrote it."""
    for path, content in files.items():
        for number, text in enumerate(content.decode().splitlines(), 1):
            tag = re.search(r"(?:#|<!--) (\w+)(?: -->)?$", text)
            yield path, number, text, tag[1] if tag else BLANK[path]


async def test_why_is_right_for_every_line_written_in_coding_changed_in_review_and_in_a_fix(
    tmp_path: Path, softhouse: Softhouse
) -> None:
    async with provider(**REPLIES) as serving:
        run = await work(tmp_path, serving, "default", task="sums", sandbox="bubblewrap")
    assert run.summary.verified, run.summary.checks
    seen: dict[str, int] = {}
    for file, number, text, tag in every_line(run.product.files()):
        answer = told(softhouse, "last", f"{file}:{number}")
        author, step, prompt = TRUTH[tag]
        origin, talk = answer["origin"], answer["talk"]
        assert (answer["text"], origin["author"], origin["step"]) == (text, author, step)
        assert prompt in talk["prompt"]
        assert (talk["report"] is not None) == (tag == "fix"), "the fault was looked for before"
        assert talk["reply"].split("\n")[talk["reply_line"] - 1].strip() == text.strip()
        old = [line for share in answer["earlier"] for line in share["texts"]]
        assert old == EARLIER.get(text, []), f"{file}:{number}"
        seen[tag] = seen.get(tag, 0) + 1
    assert seen == {"coding": 20, "review": 4, "tests": 9, "fix": 2, "manual": 3}


@pytest.mark.parametrize("company", ["default", "pair"])
async def test_fixes_that_were_undone_wrote_no_line_of_the_product(
    tmp_path: Path, softhouse: Softhouse, company: str
) -> None:
    """The fixes turn the file upside down, so that its lines would seem to be theirs."""
    lines = CALC.splitlines()
    broken = [file_block("calc.py", "\n".join([f"raise {n}", *lines[::-1]])) for n in (1, 2, 3)]
    replies = {**REPLIES, "approved: true if": [APPROVED], "Mend it": broken}
    async with provider(**replies) as serving:
        run = await work(tmp_path, serving, company, task="sums", sandbox="bubblewrap")
    assert any("go back" in e.subject or "Undo" in e.subject for e in run.product.log())
    coding = {"default": "4.coding/commit", "pair": "1.coding/commit"}[company]
    (share,) = told(softhouse, "last", "calc.py")["shares"]
    assert share["origin"]["step"] == coding
    assert share["lines"] == [[1, len(lines)]]
    assert told(softhouse, "last", "calc.py:8")["earlier"] == []


async def test_a_fork_knows_the_words_of_the_past_it_shares(
    tmp_path: Path, softhouse: Softhouse
) -> None:
    async with provider(**REPLIES) as serving:
        parent = await work(tmp_path, serving, "default", task="sums")
        async with open_resources("none") as resources:
            plan = Fork.plan(parent.folder, "review", {"seed": "9"})
            fork = await plan.begin(resources, parent.folder.parent)
            await fork.work()
    runs = {"coding": parent.folder.name, "review": fork.folder.name, "tests": fork.folder.name}
    file = fork.folder / "product" / "main.py"
    for _, number, text, tag in every_line({"main.py": file.read_bytes()}):
        for asked in ([fork.folder.name, f"main.py:{number}"], [f"{file}:{number}"]):
            answer = told(softhouse, *asked)
            assert (answer["text"], answer["origin"]["run"]) == (text, runs[tag])
            assert TRUTH[tag][2] in answer["talk"]["prompt"]


def words(*tags: str) -> str:
    return "".join(f"{number}  # {tag}\n" for number, tag in enumerate(tags))


async def test_what_parallel_branches_wrote_into_one_file_is_told_of_each(
    tmp_path: Path, softhouse: Softhouse
) -> None:
    """Their lines are merged: each is told from the branch that wrote it."""
    talk = {"instructor": "cto", "assistant": "programmer"}
    about = {"talk": talk, "sees": ["files"], "yields": {"files": {}}}
    cards = {
        "one": {**about, "title": "One", "prompt": "Be first: {{ files }}"},
        "two": {**about, "title": "Two", "prompt": "Be second: {{ files }}"},
    }
    write_cards(tmp_path / "cards", "phases", **cards)
    steps = ["coding", {"parallel": {"name": "both", "steps": ["one", "two"]}}]
    write_cards(tmp_path / "cards", "chains", branches={"steps": steps})
    write_cards(
        tmp_path / "cards", "companies", branches={"title": "Branches", "chain": "branches"}
    )
    replies: dict[str, list[Any]] = {
        "Write the whole program": [file_block("main.py", words("coding", "coding", "coding"))],
        "Be first": [file_block("main.py", words("one", "coding", "coding"))],
        "Be second": [file_block("main.py", words("coding", "coding", "two"))],
    }
    async with provider(**replies) as serving:
        run = await work(tmp_path, serving, "branches", task="numbers")
    truth = {"coding": "1.coding/commit", "one": "2.both/one/commit", "two": "2.both/two/commit"}
    lines = list(every_line(plain_files(run.folder / "product")))
    assert {tag for *_, tag in lines} == {"coding", "one", "two"}
    for file, number, _, tag in lines:
        assert told(softhouse, "last", f"{file}:{number}")["origin"]["step"] == truth[tag]


def plain_files(product: Path) -> dict[str, bytes]:
    """The files as they lie in the work tree."""
    return {path.name: path.read_bytes() for path in product.glob("*.py")}
