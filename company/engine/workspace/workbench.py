"""Where a run's product is verified, and against what."""

from dataclasses import dataclass
from pathlib import Path

from company.acceptance.check_card import CheckCard
from warehouse.errors import SandboxError
from warehouse.sandbox.sandbox import SandboxBackend


@dataclass(frozen=True)
class Workbench:
    """Where a run's product is verified: the sandbox it was ordered with, `none` for nowhere.

    The backend is only there while something may be performed; recalling needs the name alone.
    """

    sandbox: str
    backend: SandboxBackend | None
    folder: Path
    """The run's, where the pictures of witnesses are kept."""
    checks: tuple[CheckCard, ...] = ()
    """The acceptance checks that decide whether it works."""

    def require(self) -> SandboxBackend:
        """The backend. Raises SandboxError where it is not there."""
        if self.backend is None:
            raise SandboxError(f"The sandbox {self.sandbox} this run works with is not there.")
        return self.backend
