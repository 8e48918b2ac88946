"""What the house itself commits, so that the product is what the chain goes on with.

Fixes that did not help are undone; what parallel branches wrote into one file is settled.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from company.engine.effects import Effects
from company.engine.place import Place
from company.engine.state import State
from company.engine.workspace.committer import Committer, Work
from roles.role import Role

HOUSE = Role(name="softhouse", title="softhouse", human=True)


@dataclass(frozen=True)
class HouseCommits:
    """Commits in the name of the house."""

    committer: Committer
    effects: Effects

    async def undo_what_did_not_help(self, place: Place, before: State, state: State) -> None:
        """Take back the fixes of a loop that left the product no better than it was."""
        was, now = before.execution, state.execution
        if was is None or now is None or was.ok or now.rank > was.rank:
            return
        paths = state.files.keys() | before.files.keys()
        changes = {
            p: before.files.get(p) for p in paths if state.files.get(p) != before.files.get(p)
        }
        if not changes:
            return
        subject = "Undo fixes that did not help"
        await self.committer.commit(changes, Work(HOUSE, "undo", f"{place.where}/undo", subject))
        state.files, state.execution = before.files, was
        self.effects.emit(was.as_event(), f"{place.where}/undo")

    async def commit_what_holds(
        self, place: Place, disputed: Sequence[str], state: State, subject: str = ""
    ) -> None:
        """Of files that branches changed differently, keep what the chain goes on with, whichever branch
        was the last to commit."""
        files = {path: state.files.get(path) for path in disputed}
        subject = subject or f"Merge parallel work on {', '.join(sorted(files))}"
        await self.committer.commit(files, Work(HOUSE, "merge", f"{place.where}/merge", subject))

    async def mark(self, name: str) -> None:
        """Tag the product as it is at the end of a top-level step."""
        await self.committer.tag(name, name)
