"""Facts about the product that need no execution: its stack, its outline, what is unfinished."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from company.deliverables.unimplemented import Unimplemented, unimplemented
from warehouse.sandbox.stacks.cards import detect_stack, stacks
from warehouse.sandbox.stacks.stack import Stack


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
    def tests(self) -> list[str]:
        return self.stack.test_files(self.texts) if self.stack else []

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
