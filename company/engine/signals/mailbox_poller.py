"""Going round the mailboxes of all runs of a process: one timer for any number of them."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from company.remote.commands import Command
from company.remote.mailbox import Mailbox

SECONDS_BETWEEN_ROUNDS = 0.25


class MailboxPoller:
    """Looks into every mailbox four times a second. Costs nothing while there is none."""

    def __init__(self) -> None:
        self._boxes: dict[Mailbox, Callable[[Command], None]] = {}
        self._timer: asyncio.TimerHandle | None = None

    @contextmanager
    def bringing(self, mailbox: Mailbox, deliver: Callable[[Command], None]) -> Iterator[None]:
        """Bring what arrives in a mailbox to `deliver`, which raises nothing, for as long as this lasts."""
        self._boxes[mailbox] = deliver
        if self._timer is None:
            self._set_out()
        try:
            yield
        finally:
            del self._boxes[mailbox]
            if not self._boxes and self._timer is not None:
                self._timer.cancel()
                self._timer = None

    def _set_out(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(SECONDS_BETWEEN_ROUNDS, self._go)

    def _go(self) -> None:
        for mailbox, deliver in list(self._boxes.items()):
            for command in mailbox.new_commands():
                deliver(command)
        self._set_out()
