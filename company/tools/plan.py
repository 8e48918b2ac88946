"""The tool `plan`: what a role means to do in its talk, as a checklist that people see too."""

from collections.abc import Sequence
from typing import ClassVar

from pydantic import Field

from company.tools.tool import Arguments, BadCall, Office, OfficeTool
from warehouse.events import PlanItem
from warehouse.terminal_text import safe_text

MOST_ITEMS = 30
LONGEST_ITEM = 200


class Checklist(Arguments):
    items: str = Field(
        default="", max_length=8_000, description="A line each; they take the place of the old."
    )
    done: int | None = Field(default=None, ge=1, description="The number of an item to tick.")


class Plan(OfficeTool):
    """Makes a checklist, or ticks an item of it."""

    about = "makes a checklist of `items`, a line each; with `done`, ticks the item of that number"
    example: ClassVar = {"items": "write the program\nrun it\nwrite tests"}
    arguments = Checklist

    async def call(self, arguments: Checklist, office: Office) -> str:
        """The checklist as it is now."""
        plan = _items(arguments.items) or office.plan
        if arguments.done is not None:
            plan = _ticked(plan, arguments.done)
        if plan != office.plan:
            office.make_plan(plan)
        return _shown(plan) or "There is no plan. Give its `items`, a line each."


def _items(text: str) -> tuple[PlanItem, ...]:
    lines = [" ".join(line.split()) for line in safe_text(text).split("\n")]
    items = [line[:LONGEST_ITEM] for line in lines if line]
    if len(items) > MOST_ITEMS:
        raise BadCall(f"A plan has at most {MOST_ITEMS} items; you gave {len(items)}.")
    return tuple(map(PlanItem, items))


def _ticked(plan: Sequence[PlanItem], number: int) -> tuple[PlanItem, ...]:
    if number > len(plan):
        raise BadCall(f"Nothing was ticked: the plan has {len(plan)} items.")
    before, item, after = plan[: number - 1], plan[number - 1], plan[number:]
    return (*before, PlanItem(item.text, done=True), *after)


def _shown(plan: Sequence[PlanItem]) -> str:
    return "\n".join(
        f"{number}. [{'x' if item.done else ' '}] {item.text}"
        for number, item in enumerate(plan, 1)
    )


TOOL = Plan()
