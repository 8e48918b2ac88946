"""A company whose reviewer never approves, really at work in a sandbox, and what the lab measures of it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from company.lab.metrics.measure import measure
from tests.support.houses import write_cards
from tests.support.labs import plan_of, task, work_on
from tests.support.sandboxes import make_backend
from tests.support.scripted_company import fields_reply, file_block, script
from tests.support.scripted_provider import ScriptedProvider
from warehouse.journal.journal import FILE_NAME, read_events
from warehouse.product.product import Product


async def measured_review(folder: Path, *programs: str, prints: str) -> Mapping[str, Any]:
    """The metrics of a run that delivers the first program, and each other one upon an objection; of the
    task's checks there is one for each letter that the program is to print."""
    await (await make_backend("bubblewrap", folder)).close()
    first, *others = (file_block("main.py", program) for program in programs)
    replies: dict[str, list[Any]] = {
        "Write the whole program": [first],
        "approved: true if": [fields_reply(approved=False, comments=["main.py: other words"])]
        * len(others),
        "every comment is answered": others,
    }
    steps = ["review_comment", "review_modification"]
    loop = {"name": "review", "max": len(others), "until": "review.approved", "steps": steps}
    write_cards(folder / "cards", "chains", reviewed={"steps": ["coding", {"loop": loop}]})
    checks = [
        {"name": letter, "run": "python main.py", "stdout": {"contains": [letter]}}
        for letter in prints
    ]
    async with ScriptedProvider.from_script(script(**replies)) as provider:
        plan = await plan_of(
            [task(checks=checks)],
            {"reviewed": {"company": "default", "chain": "reviewed"}},
            provider,
            sandbox="bubblewrap",
            overlay=folder / "cards",
        )
        tally = await work_on(plan, folder / "runs")
    assert tally.problems == {}
    run = folder / "runs" / "reviewed--tip"
    return measure(read_events(run / FILE_NAME), Product.open(run / "product").files())
