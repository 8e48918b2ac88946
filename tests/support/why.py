"""Products whose making is known, and `softhouse why` asked about them."""

import json
from pathlib import Path
from typing import Any

from tests.support.command_line import Softhouse
from tests.support.histories import RUN, Made, plain_git, write_history
from tests.support.journals import Step, answered, asked, started, write_run
from warehouse.history.why.carried_journal import carry_journal

PHASE = "2.review/round-1/change"
"""The step that changed the third line of the reviewed product."""
PROMPT = "Comments:\n- it is wrong\n" + "\n".join(f"rule {n}" for n in range(20))
REPLY = "Sure.\n```\none\ntwo\nTHREE\nfour\n```\nDone. \u202eevil\x1b]52;c;aGk=\x07"


def told(softhouse: Softhouse, *words: str) -> dict[str, Any]:
    """The answer as data."""
    shown = softhouse("why", *words, "--json")
    assert shown.code == 0, shown.err
    answer: dict[str, Any] = json.loads(shown.out)
    return answer


def spoken(where: str, prompt: str, text: str) -> list[Step]:
    """The programmer is asked, and answers."""
    return [asked(where, prompt), answered(where, text)]


def reviewed_product(products: Path) -> Path:
    """The product of a small run: `src/main.py`, of which one line was changed in a review."""
    steps = [
        started(),
        *spoken("1.coding/turn-1", "Write it", "```\none\ntwo\nthree\nfour\n```"),
        *spoken(f"{PHASE}/turn-1", PROMPT, "I would rather not"),
        ("deliverable.rejected", f"{PHASE}/turn-1", {"complaint": "no file"}),
        *spoken(f"{PHASE}/turn-1/repair-1", PROMPT, REPLY),
    ]
    folder = write_run(products, steps, RUN)
    text = "one\ntwo\nTHREE\nfour\n"
    commits = [
        Made({"src/main.py": text.replace("THREE", "three")}),
        Made({"src/main.py": text}, f"{PHASE}/commit", "Change", body="- wrong"),
    ]
    write_history(folder / "product", commits)
    return folder / "product"


def carrying_clone(product: Path) -> Path:
    """A clone far from its run, made after the journal was stored in the product."""
    carry_journal(product.parent)
    place = product.parent.parent.parent / "far" / "away"
    place.mkdir(parents=True)
    plain_git(place, "clone", "-q", str(product), "clone")
    return place / "clone"
