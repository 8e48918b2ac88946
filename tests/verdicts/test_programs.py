"""Programs before a witness that gives them lines, keys and arguments: what they attempt decides."""

import shutil

import pytest

from tests.support.witnessing import See

pytestmark = pytest.mark.asyncio(loop_scope="module")


ASKS, KEYS = "asks for input", "answers keys in a terminal of 80×24"
RIGHT = {
    "a filter": ("import sys\nfor line in sys.stdin:\n    print(line.upper(), end='')\n", ASKS),
    "a filter that finds nothing": (
        "import sys\nsys.exit(not [line for line in sys.stdin if 'never' in line])\n",
        ASKS,
    ),
    "a filter that wants no terminal": (
        "import sys\nif sys.stdin.isatty():\n    sys.exit('pipe something')\n"
        "print(len(sys.stdin.read()))\n",
        ASKS,
    ),
    "a sum of numbers": ("import sys\nprint(sum(int(line) for line in sys.stdin))\n", ASKS),
    "two numbers a line": ("a, b = map(int, input('두 수? ').split()[:2])\nprint(a + b)\n", ASKS),
    "a question in Japanese": ("print('こんにちは、' + input('お名前は？ '))\n", ASKS),
    "a menu until its end": (
        "while (answer := input('1) neu  2) beenden\\n> ')) != '2':\n    print('noch einmal')\n",
        ASKS,
    ),
    "a menu that never gives up": (
        "while True:\n    try:\n        input('> ')\n    except Exception as error:\n"
        "        print('again', error)\n",
        ASKS,
    ),
    "a menu that nobody ends": ("while True:\n    print(int(input('Zahl? ')) ** 2)\n", ASKS),
    "a password": ("import getpass\nprint(len(getpass.getpass()))\n", ASKS),
    "a game in curses": (
        "import curses\ndef play(screen):\n    screen.addstr(23, 70, 'score')\n"
        "    while screen.getch() != ord('q'):\n        pass\ncurses.wrapper(play)\n",
        KEYS,
    ),
    "a game that draws all the time": (
        "import curses\ndef play(screen):\n    screen.timeout(30)\n    while True:\n"
        "        key = screen.getch()\n        if key == 27:\n            break\n"
        "        screen.addstr(1, 1, str(key))\n        screen.refresh()\ncurses.wrapper(play)\n",
        KEYS,
    ),
    "a game with termios": (
        "import sys, tty, termios\nbefore = termios.tcgetattr(0)\ntty.setcbreak(0)\n"
        "try:\n    while sys.stdin.read(1) != 'q':\n        print('step')\n"
        "finally:\n    termios.tcsetattr(0, termios.TCSADRAIN, before)\n",
        KEYS,
    ),
    "usage in Chinese": (
        "import sys\nif len(sys.argv) < 2:\n    print('用法：main.py 文件')\n    sys.exit(1)\n"
        "print(open(sys.argv[1]).read())\n",
        "asks for arguments",
    ),
    "usage of two arguments in Finnish": (
        "import sys\nif len(sys.argv) != 3:\n    print('Käyttö: main.py mistä mihin')\n"
        "    sys.exit(64)\nprint(sys.argv[1:])\n",
        "asks for arguments",
    ),
    "usage of argparse": (
        "import argparse\nparser = argparse.ArgumentParser()\nparser.add_argument('file')\n"
        "parser.parse_args()\n",
        "asks for arguments",
    ),
    "a tool without a usage": (
        "import sys\nprint(open(sys.argv[1]).read())\n",
        "asks for arguments",
    ),
    "a greeting": ("print('hello')\n", ""),
}


@pytest.mark.parametrize("program", RIGHT)
async def test_a_right_program_starts(see: See, program: str) -> None:
    text, words = RIGHT[program]
    sighting = await see({"main.py": text})
    assert (sighting.holds, sighting.how) == (True, words), sighting.output


WRONG = {
    "a filter that raises on its first line": (
        "import sys\nfor line in sys.stdin:\n    print(line.uper())\n",
        "exit code 1 after a line of input",
    ),
    "a menu whose second choice is missing": (
        "input('1) ')\ninput('2) ')\nchoose()\n",
        "exit code 1 after 2 lines of input",
    ),
    "an average of nothing": (
        "import sys\nlines = [each for each in sys.stdin if not each]\n"
        "print(sum(map(int, lines)) / len(lines))\n",
        "exit code 1 after 8 lines of input",
    ),
    "a game that is larger than the terminal": (
        "import curses\ncurses.wrapper(lambda screen: screen.addstr(30, 0, 'score'))\n",
        "exit code 1",
    ),
    "a game that breaks on a key": (
        "import curses\ncurses.wrapper(lambda screen: screen.getch().upper())\n",
        "exit code 1",
    ),
    "a tool that breaks on its argument too": (
        "import sys\nprint(open(sys.argv[1]).read().uper())\n",
        "exit code 1",
    ),
    "an exception": ("print(1 / 0)\n", "exit code 1"),
    "a signal": ("import os\nos.kill(os.getpid(), 11)\n", "killed by signal 11"),
    "an exit code nobody explains": ("import sys\nsys.exit(70)\n", "exit code 70"),
}


@pytest.mark.parametrize("program", WRONG)
async def test_a_broken_program_does_not_start(see: See, program: str) -> None:
    text, words = WRONG[program]
    sighting = await see({"main.py": text})
    assert (sighting.holds, sighting.how) == (False, words), sighting.output


NETWORK = "needs the network, which this sandbox does not have"
UNSEEN = {
    "a tool that asks a web server": (
        "from urllib.request import urlopen\nprint(urlopen('http://example.org').read())\n",
        NETWORK,
    ),
    "a client of a database": (
        "import socket\ntry:\n    socket.create_connection(('127.0.0.1', 5432))\n"
        "except OSError:\n    raise SystemExit('kein Anschluss')\n",
        NETWORK,
    ),
    "an address without a name": (
        "import socket\nsocket.create_connection(('10.1.2.3', 80))\n",
        NETWORK,
    ),
    "input of a kind of its own": (
        "import json, sys\nprint(json.load(sys.stdin)['orders'])\n",
        "can read none of the lines that it was given",
    ),
    "nothing to be seen": ("def total(numbers):\n    return sum(numbers)\n",
                           "ends without a word when it is given nothing"),
    "a window of Qt without the libraries of its display": (
        "import os, sys\nsys.stderr.write('This application failed to start because no Qt platform plugin '"
        "'could be initialized.\\n')\nsys.stderr.flush()\nos.abort()\n",
        "needs the libraries with which Qt shows windows, which this sandbox does not have",
    ),
    "an error that nothing explains": (
        "import sys\nsys.exit('nicht heute')\n",
        "ends with exit code 1 when it is given nothing, and with no sign of a fault",
    ),
}  # fmt: skip


@pytest.mark.parametrize("program", UNSEEN)
async def test_what_nothing_speaks_for_or_against_is_unseen(see: See, program: str) -> None:
    text, words = UNSEEN[program]
    sighting = await see({"main.py": text})
    assert (sighting.holds, sighting.how) == (None, words), sighting.output


NODE = {
    "questions in Node": (
        "const readline = require('node:readline');\n"
        "const asker = readline.createInterface({ input: process.stdin, output: process.stdout });\n"
        "asker.question('¿Quién? ', name => { console.log(name); asker.close(); });\n",
        True,
    ),
    "an answer that Node cannot use": (
        "process.stdin.on('data', data => console.log(data.uper()));\n",
        False,
    ),
}


@pytest.mark.parametrize("program", NODE)
async def test_programs_of_node_are_given_lines_too(see: See, program: str) -> None:
    if not shutil.which("node"):
        pytest.skip("needs node")
    text, holds = NODE[program]
    sighting = await see({"main.js": text})
    assert sighting.holds is holds, sighting.how
