"""What can stop a company, with the exit code each stands for."""

import re
from asyncio import CancelledError
from typing import TYPE_CHECKING, Self

from warehouse.errors import SofthouseError

if TYPE_CHECKING:
    from warehouse.events import UsedInVain


_CALL = re.compile(r"/turn-\d+(?:/(?:repair|revision)-\d+)*/tool-\d+.*")
"""What follows the place of a phase in that of a call of a tool: a fork there would keep the phase's past."""


class ConfigurationError(SofthouseError):
    """A card, option or setting is wrong."""


class NobodyThere(ConfigurationError):
    """A person is to answer, and there is none."""


class Diverged(SofthouseError):
    """A recorded effect no longer matches what the engine asks: the past was edited."""

    @classmethod
    def at(cls, where: str, why: str) -> Self:
        """The run diverged at a place, and how to go on from there all the same."""
        return cls(
            f"The run diverged at {where}: {why}. To go on from that phase with the change: "
            f"softhouse fork RUN --at {_CALL.sub('', where)}"
        )


class NotRecorded(Diverged):
    """Nothing may be performed, and the journal holds no result for what is asked."""


class Unanswered(SofthouseError):
    """A model was to be called, and there is no answer.

    `used` is what broken answers cost all the same; None where nothing was used.
    """

    def __init__(self, message: str, *, used: "UsedInVain | None" = None) -> None:
        super().__init__(message)
        self.used = used


class BudgetReached(Unanswered):
    """A limit on money, tokens, calls or seconds was reached; the run can be resumed with more.

    `of_all` tells whether it is one of many runs together.
    """

    exit_code = 3

    def __init__(
        self, message: str, *, used: "UsedInVain | None" = None, of_all: bool = False
    ) -> None:
        super().__init__(message, used=used)
        self.of_all = of_all


class ProviderError(Unanswered):
    """The model provider failed; `retryable` tells whether the same call can succeed later."""

    exit_code = 4

    def __init__(
        self,
        message: str,
        *,
        retryable: bool = False,
        status: int | None = None,
        used: "UsedInVain | None" = None,
    ) -> None:
        super().__init__(message, used=used)
        self.retryable = retryable
        self.status = status


class CallCancelled(CancelledError):
    """A call was given up from outside; `used` is what its attempts had used by then."""

    def __init__(self, used: "UsedInVain") -> None:
        super().__init__()
        self.used = used


class Interrupted(SofthouseError):
    """The person asked to stop; the run can be resumed."""

    exit_code = 130


class NothingDelivered(SofthouseError):
    """The company wrote no program at all."""

    exit_code = 1
