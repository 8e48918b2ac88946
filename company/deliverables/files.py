"""Files of the product: whole ones, or edits of those that are there."""

from collections.abc import Collection, Mapping
from typing import Any, Self

from company.deliverables.edits import DIVIDER, REPLACE, SEARCH
from company.deliverables.kind import Bounds, DeliverableKind, Delivery, Memory, Origin
from company.deliverables.languages import DEFAULT_FILES, language_of
from company.deliverables.markdown_files import read_files
from company.deliverables.writable import allowed
from phases.yields import TESTS, FilesYield
from warehouse.sandbox.stacks.cards import stacks

_WHOLE = "Reply with files only, each as a heading with its path and the whole file in a block:"
_EDITS = (
    "Give only the files you change. For a small change of a long file, put edits in its block"
    f" instead; quote the old lines exactly:\n{SEARCH}\nold lines\n{DIVIDER}\nnew lines\n{REPLACE}"
)

KEPT = "{path} stays as the house made it: what the reply holds of it was left aside"


class Files(DeliverableKind):
    """The program, or a part of it."""

    does = "writes files"
    makes_the_program = True

    def __init__(
        self,
        about: FilesYield,
        unseen: tuple[str, ...] = (),
        kept: frozenset[str] = frozenset(),
    ) -> None:
        self.about = about
        self._unseen, self._kept = unseen, kept

    def within(self, bounds: Bounds) -> Self:
        """Only the globs of the product's language; where files were dealt out, only those."""
        only = self.about.only
        if only is None:
            only = list(bounds.paths) or None
        else:
            tests = list(dict.fromkeys(stack.tests[0] for stack in stacks().values()))
            only = [each for glob in only for each in (tests if glob == TESTS else [glob])]
            if bounds.suffixes:
                only = [glob for glob in only if glob.endswith(bounds.suffixes)] or only
        about = self.about.model_copy(update={"only": only})
        return type(self)(about, bounds.unseen, bounds.kept)

    def after_showing(self, paths: Collection[str]) -> Self:
        unseen = tuple(path for path in self._unseen if path not in paths)
        return type(self)(self.about, unseen, self._kept)

    def instructions(self, example: str | None = None) -> str:
        about = self.about
        parts = [_WHOLE, _example_file(example or _usual_path(about))]
        if about.edits:
            parts.append(_EDITS)
        if about.only:
            parts.append(f"Write only {', '.join(about.only)}.")
        if about.at_most:
            parts.append(f"At most {about.at_most} file{'s' if about.at_most > 1 else ''}.")
        return "\n".join(parts)

    def read(self, reply: str, current: Mapping[str, str], accepted: bool = False) -> Delivery:
        theirs = {path: text for path, text in current.items() if path not in self._kept}
        written = read_files(reply, theirs, self.about, self._unseen, accepted)
        notes, aside = [*written.notes], () if accepted else tuple(written.aside)
        notes += [KEPT.format(path=path) for path in written.changes if path in self._kept]
        files = {path: text for path, text in written.changes.items() if path not in self._kept}
        return Delivery("files", files=files, notes=tuple(notes), aside=aside)

    def changes_nothing(self, delivery: Delivery, current: Mapping[str, str]) -> bool:
        return all(current.get(path) == text for path, text in delivery.files.items())

    def may_write(self, path: str) -> bool:
        return path not in self._kept and allowed(path, self.about.only)

    def describe(self, delivery: Delivery) -> dict[str, Any]:
        return {"files": tuple(sorted(delivery.files))}

    def apply(self, delivery: Delivery, origin: Origin, memory: Memory) -> Mapping[str, str]:
        return delivery.files


def _usual_path(files: FilesYield) -> str:
    usual = [path for paths in DEFAULT_FILES.values() for path in paths]
    path = next((path for path in usual if allowed(path, files.only)), "")
    if not path and files.only:
        path = files.only[0].replace("**/", "").replace("**", "main").replace("*", "main")
    return path


def _example_file(path: str) -> str:
    language = language_of(path)
    return f"### {path}\n```{'' if language == 'text' else language}\n…\n```"
