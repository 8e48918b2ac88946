"""Programs started with nobody there: the right ones are never called broken, the broken ones are."""

import shutil

import pytest

from company.engine.workspace import verification
from tests.verdicts.conftest import Verdict

RIGHT = {
    "a filter": (
        "main.py",
        "import sys\nfor line in sys.stdin:\n    print(line.upper(), end='')\n",
    ),
    "a filter that found nothing": (
        "main.py",
        "import sys\nfound = [line for line in sys.stdin if 'x' in line]\nsys.exit(not found)\n",
    ),
    "a menu that asks again": (
        "main.py",
        "while True:\n    try:\n        print('1) add  2) quit')\n        if input('> ') == '2':\n"
        "            break\n    except Exception as error:\n        print('again:', error)\n",
    ),
    "a chat server": (
        "main.py",
        "import socket\nserver = socket.socket()\nserver.bind(('127.0.0.1', 0))\nserver.listen()\n"
        "server.accept()\n",
    ),
    "a game for the terminal": (
        "main.py",
        "import os, termios\nos.get_terminal_size()\ntermios.tcgetattr(0)\n",
    ),
    "a game in curses": (
        "main.py",
        "import curses\ncurses.wrapper(lambda screen: screen.getch())\n",
    ),
    "usage in Chinese": ("main.py", "import sys\nprint('用法：main.py 文件')\nsys.exit(1)\n"),
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
async def test_nothing_speaks_against_a_right_program_that_is_given_nothing(
    verdict: Verdict, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    path, text = RIGHT[program]
    if path.endswith("js") and not shutil.which("node"):
        pytest.skip("needs node")
    monkeypatch.setattr(verification, "START_SECONDS", 2.0)
    execution = await verdict({path: text})
    assert execution.ok, execution.summary
    assert execution.failures == ()
    assert "unseen" in execution.summary


WRONG = {
    "an exception": ("main.py", "print(1 / 0)\n"),
    "an exception before a question": ("main.py", "{}['name']\ninput('? ')\n"),
    "an exception in a usage text": ("main.py", "print('Usage: main.py')\nraise ValueError\n"),
    "a signal": ("main.py", "import os\nos.kill(os.getpid(), 11)\n"),
    "an exit code nobody explains": ("main.py", "import sys\nsys.exit(70)\n"),
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
