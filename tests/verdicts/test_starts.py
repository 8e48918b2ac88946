"""Programs as a run judges them: the right ones are never called broken, the broken ones are."""

import shutil

import pytest

from tests.verdicts.conftest import Verdict

RIGHT = {
    "a menu that asks again": (
        "main.py",
        "while True:\n    try:\n        print('1) add  2) quit')\n        if input('> ') == '2':\n"
        "            break\n    except Exception as error:\n        print('again:', error)\n",
    ),
    "a tool that asks a web server": (
        "main.py",
        "from urllib.request import urlopen\nprint(urlopen('http://example.org').read())\n",
    ),
    "a library": ("sums.py", "def total(numbers):\n    return sum(numbers)\n"),
    "a page": ("script.js", "document.body.append('Welcome');\n"),
    "questions in Node": (
        "main.mjs",
        "import { createInterface } from 'node:readline/promises';\n"
        "const asker = createInterface({ input: process.stdin, output: process.stdout });\n"
        "console.log('Hello, ' + (await asker.question('Who? ')));\nasker.close();\n",
    ),
}


@pytest.mark.parametrize("program", RIGHT)
async def test_nothing_speaks_against_a_right_program(verdict: Verdict, program: str) -> None:
    path, text = RIGHT[program]
    if path.endswith("js") and not shutil.which("node"):
        pytest.skip("needs node")
    execution = await verdict({path: text})
    assert execution.ok, execution.summary
    assert execution.failures == ()
    assert "unseen" in execution.summary


WRONG = {
    "an exception before a question": ("main.py", "{}['name']\ninput('? ')\n"),
    "an exception in a usage text": ("main.py", "print('Usage: main.py')\nraise ValueError\n"),
    "an exception in Node": ("main.js", "console.log(nothing.called.so);\n"),
    "a name that a page does not have": ("main.js", "console.log('hi');\nnull.x;\n"),
}


@pytest.mark.parametrize("program", WRONG)
async def test_a_program_that_breaks_does_not_start(verdict: Verdict, program: str) -> None:
    path, text = WRONG[program]
    if path.endswith("js") and not shutil.which("node"):
        pytest.skip("needs node")
    execution = await verdict({path: text})
    assert not execution.ok
    assert "does not start" in execution.summary
