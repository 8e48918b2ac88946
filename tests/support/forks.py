"""Forks of a company whose reviewer has an opinion."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from company.cards.company_card import RunLimits
from company.engine.fork.fork import Fork
from company.engine.resources import open_resources
from company.engine.run import Run
from tests.support.scripted_company import APPROVED, fields_reply, mended, script
from tests.support.scripted_provider import ScriptedProvider

REJECTED = fields_reply(approved=False, comments=["tip.py, tip_of: it rounds down"])
MENDED = mended("TIP = 1")


def company(**replies: list[Any]) -> ScriptedProvider:
    return ScriptedProvider.from_script(script(**replies))


def opinionated() -> ScriptedProvider:
    """A company whose reviewer is not content at first, and a model called `strict` that never is."""
    return company(
        **{
            "approved: true if": [
                lambda call: (
                    REJECTED if call.model == "strict" or "TIP = 1" not in call.user else APPROVED
                )
            ],
            "every comment is answered": [MENDED],
        }
    )


async def fork(
    parent: Run,
    at: str,
    changes: Mapping[str, str] | None = None,
    *,
    limits: RunLimits | None = None,
    overlay: Path | None = None,
) -> Run:
    """The fork, worked to its end, beside its parent."""
    async with open_resources("none") as resources:
        plan = Fork.plan(parent.folder, at, changes or {}, overlay=overlay)
        run = await plan.begin(resources, parent.folder.parent, limits=limits)
        await run.work()
    return run
