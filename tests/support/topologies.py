"""What the companies with another topology say: a network, a director's, a team.

Every reply follows from what is asked alone, so that any process may ask in any order.
"""

import hashlib
from typing import Any

from tests.support.scripted_company import fields_reply, file_block, files_reply, mended
from tests.support.scripted_provider import Call


def another_version(call: Call) -> str:
    """A change of one file that is another one in every place of the chain."""
    mark = hashlib.sha256(str(call.body["seed"]).encode()).hexdigest()[:8]
    return mended(f"VERSION = '{mark}'")


def the_share(call: Call) -> str:
    """The files that a programmer was dealt, and one that was not."""
    share = call.user.split("Write your part")[1].split("- Colleagues")[0]
    own = [path for path in ("main.py", "tip.py", "report.py") if f"- {path}" in share]
    return files_reply(*own) + file_block("stray.py", "nobody asked for it")


def by_the_book(call: Call) -> str:
    """The director's choice: coding, a review of what there is, tests, done."""
    done = call.user.split("Done so far:")[1].split("What can be done next:")[0]
    order = ("coding", "fix_bugs", "review_comment", "run_tests")
    next_ = next((phase for phase in order if f"{phase}: " not in done), "done")
    return fields_reply(reason="it is its turn", next=next_)


NETWORK: dict[str, list[Any]] = {
    "Name what most needs": [fields_reply(approved=False, comments=["tip.py: it rounds down"])],
    "What most needs to be better": [another_version],
    "Colleagues made the program better": [another_version],
}
DIRECTED: dict[str, list[Any]] = {"What can be done next": [by_the_book]}
TEAM: dict[str, list[Any]] = {
    "Split the program into files": [
        fields_reply(
            files=["main.py: arguments", "tip.py: sums", "report.py: text"],
            functions=["tip.py: tip_of(bill) -> Decimal"],
        )
    ],
    "Write your part": [the_share],
    "But this was left aside": ["OK"],
    "Make them one program": [mended("TIP = 'it fits'")],
}
TOPOLOGIES: dict[str, list[Any]] = {**NETWORK, **DIRECTED, **TEAM}
