"""The house at work: companies, runs, conversations, deliverables, models.

from company import Company

house = Company.load("pair", model="local:qwen2.5-coder-1.5b")
run = await house.work("A tip calculator for the command line")
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from company.company import Company
    from company.engine.run import Run

__all__ = ["Company", "Run"]


def __getattr__(name: str) -> Any:
    """Load the engine when it is asked for, so that the command line starts at once."""
    if name == "Company":
        from company.company import Company

        return Company
    if name == "Run":
        from company.engine.run import Run

        return Run
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
