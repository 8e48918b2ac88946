"""What a company says that gets everything right the first time: a tip calculator in three files.

`SCRIPT` is for the scripted provider, in its JSON form. The rules know a phase by words of its
prompt, so they hold in every chain and in parallel branches.
"""

import json
from pathlib import Path
from typing import Any

PRODUCT = Path(__file__).parent.parent / "data" / "tip_calculator"
PROGRAM = ("main.py", "report.py", "tip.py")
TASK = "A tip calculator for the command line: bill, tip in percent, number of people."


def file_block(path: str, text: str) -> str:
    """A file as a model writes it."""
    return f"### {path}\n```python\n{text.rstrip()}\n```\n"


def files_reply(*paths: str) -> str:
    """Files of the tip calculator, with a sentence before them."""
    blocks = [file_block(path, (PRODUCT / path).read_text()) for path in paths]
    return "Here it is.\n\n" + "\n".join(blocks)


def mended(line: str, path: str = "tip.py") -> str:
    """A file of the tip calculator with one line more, whole as a model writes it."""
    return file_block(path, f"{(PRODUCT / path).read_text()}\n{line}\n")


def fields_reply(**fields: object) -> str:
    """A decision or verdict."""
    return json.dumps(fields)


DEMAND = fields_reply(
    kind="command line",
    features=["asks for bill and percent as arguments", "shows tip and total", "shares the total"],
)
LANGUAGE = fields_reply(language="Python")
DESIGN = fields_reply(
    files=["main.py: arguments", "tip.py: sums", "report.py: text"],
    functions=["tip.py: tip_of(bill) -> Decimal", "report.py: report(bill) -> str"],
)
APPROVED = fields_reply(approved=True, comments=[])
REJECTED = fields_reply(approved=False, comments=["tip.py, tip_of: it rounds down"])
MANUAL = "# Tip calculator\n\nStart it with `python main.py 42.50 --people 2`.\n"

RULES: dict[str, str] = {
    "Decide what we build": DEMAND,
    "Which programming language": LANGUAGE,
    "Design the program": DESIGN,
    "Write the whole program": files_reply(*PROGRAM),
    "approved: true if": APPROVED,
    "Write tests in one new file": files_reply("test_main.py"),
    "Write the manual": MANUAL,
}


A_REVIEW_THAT_HELPS: dict[str, list[Any]] = {
    "approved: true if": [lambda call: APPROVED if "TIP = 1" in call.user else REJECTED],
    "every comment is answered": [mended("TIP = 1")],
}
"""Replies for `script` that answer by what is asked alone, so that any process may ask in any order."""


def script(**replies: list[Any]) -> dict[str, Any]:
    """The script, with other replies for the phases known by some of their words.

    `script(**{"Write the whole program": ["broken", "better"]})`
    """
    unknown = [{"user": words, "replies": given} for words, given in replies.items()]
    known = [
        {"user": words, "replies": [reply]}
        for words, reply in RULES.items()
        if words not in replies
    ]
    return {"rules": unknown + known}
