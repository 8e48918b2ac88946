"""Facts about the product that need no execution: its stack, its parts, what is unfinished."""

from dataclasses import dataclass
from functools import cached_property

from company.deliverables.unimplemented import Unimplemented, unimplemented
from company.state import State
from warehouse.sandbox.imports import third_party_modules
from warehouse.sandbox.stack import Stack, detect_stack


@dataclass(frozen=True)
class Inspection:
    """A look at the files of a state. Everything is computed when asked for, once."""

    state: State

    @cached_property
    def texts(self) -> dict[str, str]:
        return self.state.texts

    @cached_property
    def stack(self) -> Stack | None:
        """The language's entry in the stack table, or None where it is not known."""
        return detect_stack(self.state.files)

    @cached_property
    def main(self) -> str | None:
        """The file that starts the program."""
        return self.stack.main_file(self.texts) if self.stack else None

    @cached_property
    def tests(self) -> list[str]:
        return self.stack.test_files(self.texts) if self.stack else []

    @cached_property
    def third_party(self) -> list[str]:
        """Modules a Python product imports that neither Python, the sandbox nor itself brings."""
        provided = self.stack.provided if self.stack else ()
        return [name for name in third_party_modules(self.texts) if name not in provided]

    @cached_property
    def unimplemented(self) -> list[Unimplemented]:
        """Parts of the program that are only announced."""
        return unimplemented(self.texts)
