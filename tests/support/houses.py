"""Small companies at work on a scripted provider, for tests of the engine."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from company.cards.company_card import RunLimits
from company.company import Company
from company.engine.run import Run
from tests.support.scripted_provider import ScriptedProvider
from warehouse.journal.journal import Event, read_events

Card = Mapping[str, Any]


def write_cards(folder: Path, kind: str, **cards: Card) -> None:
    """Cards of the user's own, as an overlay."""
    place = folder / kind
    place.mkdir(parents=True, exist_ok=True)
    for name, card in cards.items():
        (place / f"{name}.yaml").write_text(yaml.safe_dump({"name": name, **card}))


def one_phase_company(folder: Path, **phase: Any) -> None:
    """A company called `tiny` whose chain is the one phase `work`."""
    write_cards(folder, "phases", work={"title": "Work", "prompt": "Do it: {{ task }}", **phase})
    write_cards(folder, "chains", tiny={"steps": ["work"]})
    write_cards(folder, "companies", tiny={"title": "Tiny", "chain": "tiny"})


def branching_company(folder: Path) -> None:
    """A company called `branches`, whose tests and manual are written side by side."""
    side_by_side = {"parallel": {"steps": ["test_writing", "manual"]}}
    write_cards(folder, "chains", branches={"steps": ["coding", side_by_side]})
    write_cards(folder, "companies", branches={"title": "Branches", "chain": "branches"})


def house(
    folder: Path, provider: ScriptedProvider, company: str = "tiny", chain: str | None = None
) -> Company:
    """A company of the overlay (or a built-in one) that speaks with the scripted provider."""
    return Company.load(
        company, model=f"url:{provider.url}#scripted", chain=chain, overlay=folder / "cards"
    )


async def work(
    folder: Path,
    provider: ScriptedProvider,
    company: str = "tiny",
    *,
    task: str = "a clock",
    sandbox: str = "none",
    limits: RunLimits | None = None,
    **more: Any,
) -> Run:
    """The finished run."""
    return await house(folder, provider, company, more.pop("chain", None)).work(
        task, products=folder / "products", sandbox=sandbox, seed=1, limits=limits, **more
    )


def only_journal(folder: Path) -> list[Event]:
    """The journal of the only run, finished or not."""
    (path,) = (folder / "products").glob("*/journal.jsonl")
    return read_events(path)


def prompts(provider: ScriptedProvider) -> list[list[str]]:
    """The contents of the messages of every call, in order."""
    return [[message["content"] for message in call.body["messages"]] for call in provider.calls]
