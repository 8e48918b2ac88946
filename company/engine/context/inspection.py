"""Facts about the product that need no execution: its stack, its outline, what is unfinished.

Parts of a program that are announced but not written are found by reading its syntax. The word `pass`
proves nothing: handlers, markers and hooks are rightly empty. What counts is a function whose whole
body stands for work still to be done.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from company.deliverables.languages import language_of
from warehouse.sandbox.stacks.cards import detect_stack, stacks
from warehouse.sandbox.stacks.code import Start
from warehouse.sandbox.stacks.folder import folder_of, within
from warehouse.sandbox.stacks.stack import Stack

_MOST_CHARACTERS = 400_000


@dataclass(frozen=True, slots=True)
class Unimplemented:
    """One such part: `name` as its language would say it, `why` in a few words."""

    path: str
    line: int
    name: str
    why: str


def unimplemented(files: Mapping[str, str]) -> list[Unimplemented]:
    """Every unimplemented part of the files whose language can tell them, by path and line."""
    sources = {path: text for path, text in files.items() if len(text) <= _MOST_CHARACTERS}
    stubs = (
        stub
        for stack in stacks().values()
        for stub in stack.code.stubs(
            {path: text for path, text in sources.items() if language_of(path) in stack.languages}
        )
    )
    return sorted((Unimplemented(*stub) for stub in stubs), key=lambda part: (part.path, part.line))


@dataclass(frozen=True)
class Inspection:
    """A look at the files of a product. Everything is computed when asked for, once."""

    files: Mapping[str, bytes]

    @cached_property
    def texts(self) -> dict[str, str]:
        """The files that are text; a role is never shown the others."""
        decoded: dict[str, str] = {}
        for path, content in sorted(self.files.items()):
            try:
                decoded[path] = content.decode("utf-8")
            except UnicodeDecodeError:
                continue
        return decoded

    @cached_property
    def outlines(self) -> dict[str, str]:
        """What each text offers, without how."""
        return {path: outline(path, text) for path, text in self.texts.items()}

    @cached_property
    def stack(self) -> Stack | None:
        """The card of its language, or None where there is none."""
        return detect_stack(self.files)

    @cached_property
    def main(self) -> str | None:
        """The file that starts the program."""
        return self.stack.main_file(self.texts) if self.stack else None

    @cached_property
    def start(self) -> Start | None:
        """How it is started."""
        return self.stack.start_of(self.texts) if self.stack else None

    @cached_property
    def tests(self) -> list[str]:
        return self.stack.all_tests(self.texts) if self.stack else []

    @cached_property
    def foreign_runner(self) -> str | None:
        """What its tests are run by, where that is nothing we have."""
        return self.stack.code.foreign_runner(self.texts) if self.stack else None

    @cached_property
    def folder(self) -> str:
        """The folder that the program is started in; empty for the product's own."""
        return folder_of(self.stack, self.texts) if self.stack else ""

    @cached_property
    def program(self) -> "Inspection":
        """A look at that folder alone."""
        return Inspection(within(self.folder, self.files)) if self.folder else self

    @cached_property
    def third_party(self) -> list[str]:
        """Modules the product imports that neither its language, the sandbox nor itself brings."""
        provided = self.stack.provided if self.stack else ()
        imported = (
            name for stack in stacks().values() for name in stack.code.third_party(self.texts)
        )
        return [name for name in imported if name not in provided]

    @cached_property
    def unimplemented(self) -> list[Unimplemented]:
        """Parts of the program that are only announced."""
        return unimplemented(self.texts)


def outline(path: str, text: str) -> str:
    """One file as a line of its own and a line for each public definition in it."""
    head = f"- {path} ({len(text.splitlines())} lines)"
    stack = detect_stack([path])
    if stack is None:
        return head
    try:
        definitions = stack.code.outline(text)
    except SyntaxError:
        return f"{head}, does not parse"
    return "\n".join([head, *(f"  {line}" for line in definitions)])
