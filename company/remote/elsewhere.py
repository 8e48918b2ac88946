"""A person who is somewhere else, and answers by mail."""

import asyncio

PERSON = "SOFTHOUSE_PERSON"
ELSEWHERE = "elsewhere"
"""Value of the environment variable PERSON where nobody sits at the terminal of a process."""


class Elsewhere:
    """Is asked and says nothing here: what is answered comes through the mailbox."""

    async def answer(self, role: str, question: str) -> str:
        """Never returns; cancelled once there is an answer."""
        await asyncio.Event().wait()
        raise AssertionError("not reached")
