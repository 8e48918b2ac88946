"""Files read from a reply: whole ones, edits and diffs, in the Markdown models write.

No block is dropped silently: each becomes a change, or is named in a note or in the complaint.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from company.deliverables.blocks import Block, blocks
from company.deliverables.changes import Changes, listed
from company.deliverables.diffs import is_diff, starts_diff
from company.deliverables.kind import Unreadable
from company.deliverables.labels import heading_path
from company.deliverables.languages import language_of, suits
from company.deliverables.left_aside import LeftAside
from company.deliverables.pages import loaded
from company.deliverables.reply_text import plain, thoughts
from company.deliverables.text_style import plain_lines
from company.deliverables.writable import allowed, sole_target
from phases.yields import FilesYield
from warehouse.errors import PathRejected
from warehouse.paths import check_path, check_tree
from warehouse.python_source import looks_like_python

HOW_TO_WRITE_FILES = (
    "Write each file whole in a fenced block of its own, with its path alone on the line above."
)
_DIFFS = frozenset({".diff", ".patch"})
_PAGE_PARTS = frozenset({"css", "javascript", "typescript"})
_WRITES_FILES = re.compile(
    r"<<\s*-?['\"]?\w|^[ \t]*(?:echo|printf|cat)\s.*>|^[ \t]*(?:rm|mv|cp|sed|touch|patch|tee)\s",
    re.M,
)
_NOTES_TOLD = 12
_FAULTS_TOLD = 6


@dataclass(frozen=True, slots=True)
class FilesDelivered:
    """The new content of every file the reply writes, and what the reader decided on the way.

    `aside` are the notes on what may have been meant for a file and is in none.
    """

    changes: dict[str, str]
    notes: list[str]
    aside: list[str]


def read_files(
    reply: str,
    current: Mapping[str, str],
    yields: FilesYield,
    unseen: Sequence[str] = (),
    accepted: bool = False,
) -> FilesDelivered:
    """Read the files of a reply to a phase that may write `yields`, on top of `current`.

    `unseen` are files that the role was not shown whole; of a reply that was `accepted` when it was
    recorded nothing is asked what it would lose. Raises `Unreadable` where nothing can be
    used, or where using the rest would harm: a file cut off, with parts left out or a fragment of
    what it was, an edit that does not fit, more files than asked for.
    """
    text = plain(reply)
    reading = _Reading(current, yields, Changes(current, yields.edits, unseen, accepted))
    candidates = list(blocks(text))
    if not candidates and looks_like_python(text):
        candidates = [Block(1, "python", text.strip("\n"))]
    for block in candidates:
        reading.take(block)
    reading.place_the_nameless()
    reading.miss_the_announced(text)
    if "```" in thoughts(reply):
        reading.no_files.add(1, "written while thinking")
    return reading.result()


@dataclass
class _Reading:
    current: Mapping[str, str]
    yields: FilesYield
    changes: Changes
    nameless: list[Block] = field(default_factory=list)
    no_files: LeftAside = field(default_factory=LeftAside)
    """What is plainly no file."""
    aside: LeftAside = field(default_factory=LeftAside)
    """What may have been meant for one: it goes back."""

    def take(self, block: Block) -> None:
        if block.is_edit:
            self._take_edits(block)
        elif self._is_diff(block):
            self._take_diff(block)
        elif block.name and block.is_its_own:
            self._write(block, block.name)
        elif not block.body.strip():
            self.aside.add(block.line, "empty")
        elif block.language == "shell":
            self._take_commands(block)
        elif block.inside and sole_target("markdown", self.current, self.yields) is None:
            for each in block.inside:
                self.take(each)
        else:
            self._take_nameless(block)

    def place_the_nameless(self) -> None:
        """Give a block without a name its only possible place, unless another block took it."""
        for block in sorted(self.nameless, key=lambda block: block.language in _PAGE_PARTS):
            rivals = sum(1 for each in self.nameless if each.language == block.language)
            target = self._loaded(block) or sole_target(block.language, self.current, self.yields)
            if self._is_quoted(block):
                self.no_files.add(block.line, "lines of a file, which it has already")
            elif (
                rivals > 1
                or target is None
                or self.changes.changes(target)
                or self._is_of_others(block, target)
            ):
                self.aside.add(block.line, "a block without a file name")
            else:
                note = f"The block at line {block.line} has no name: read as {target}."
                self.changes.notes.append(note)
                self._write(block, target)

    def miss_the_announced(self, text: str) -> None:
        """Ask for the file that the last line names, as the heading of a block that is not there."""
        lines = text.rstrip().split("\n")
        path = heading_path(lines[-1])
        if path and lines[-1].lstrip().startswith("#") and not self.changes.accepted:
            self.aside.add(len(lines), f"{path} is announced, and there is no block of it")

    def result(self) -> FilesDelivered:
        changes = self.changes
        changes.check_losses()
        aside = self.aside.notes
        notes = [*changes.notes, *self.no_files.notes, *aside]
        self._check_them_together()
        if changes.faults:
            told = "\n".join([*self._faults(), *notes[:_NOTES_TOLD]])
            raise Unreadable(told, unseen=changes.missed)
        files = changes.files
        if not files:
            only = self.yields.only
            may = f" You may write only: {', '.join(only)}." if only else ""
            start = f"Your reply holds no file that can be used. {HOW_TO_WRITE_FILES}{may}"
            told = "\n".join([start, *notes[:_NOTES_TOLD]])
            raise Unreadable(told, nothing=not aside)
        return FilesDelivered(files, notes, aside)

    def _check_them_together(self) -> None:
        files, most = self.changes.files, self.yields.at_most
        if most is not None and len(files) > most:
            self.changes.faults.append(
                f"You wrote {len(files)} files ({listed(files)}), but at most"
                f" {most} may change here. Send only the most important."
            )
        try:
            check_tree(files.keys() - self.current.keys(), self.current)
        except PathRejected as error:
            self.changes.faults.append(f"A path cannot be used: {error}.")

    def _faults(self) -> list[str]:
        faults, files = self.changes.faults, self.changes.files
        hidden = len(faults) - _FAULTS_TOLD
        also = f", {listed(files)} included" if files else ""
        return [
            *faults[:_FAULTS_TOLD],
            *([f"And {hidden} more such faults."] if hidden > 0 else []),
            f"Nothing was changed: send your whole answer again{also}.",
        ]

    def _take_nameless(self, block: Block) -> None:
        language = block.language
        if language in {"", "text", "markdown"} and looks_like_python(block.body):
            language = "python"
        if language == "" and block.body.lstrip()[:14].lower().startswith(("<!doctype", "<html")):
            language = "html"
        if language in {"", "text"} and sole_target(language, self.current, self.yields) is None:
            self._take_sample(block)
        else:
            self.nameless.append(replace(block, language=language))

    def _take_sample(self, block: Block) -> None:
        known = block.name is not None and self.changes.has(block.name)
        if block.name and not known:
            self.aside.add(
                block.line, f"a block that may be {block.name}; put the path alone above"
            )
        else:
            self.no_files.add(block.line, "text or sample output, not a file")

    def _take_commands(self, block: Block) -> None:
        if _WRITES_FILES.search(block.body):
            self.aside.add(block.line, "commands that change files; they are not run here")
        else:
            self.no_files.add(block.line, "shell commands, not a file")

    def _loaded(self, block: Block) -> str | None:
        """The one file that a page loads and nobody wrote, where a block is a page's part."""
        if block.language not in _PAGE_PARTS:
            return None
        texts = {**self.current, **self.changes.files}
        pages = [(path, text) for path, text in texts.items() if suits(path, "html")]
        missing = [path for path in loaded(pages, block.language) if path not in texts]
        there = [path for path in loaded(pages, block.language) if path in self.current]
        wanted = missing or there
        return wanted[0] if len(wanted) == 1 and allowed(wanted[0], self.yields.only) else None

    def _is_of_others(self, block: Block, target: str) -> bool:
        """Whether the words above a block speak of files that it may be, and not of this one."""
        named = {name for name in block.about if language_of(name) == block.language}
        return bool(named) and target not in named and not self.changes.accepted

    def _is_quoted(self, block: Block) -> bool:
        texts = {**self.current, **self.changes.files}.values()
        lines = block.body.strip("\n")
        return any(f"\n{lines}\n" in f"\n{plain_lines(text)}\n" for text in texts)

    def _write(self, block: Block, name: str) -> None:
        known = [each for each in (name, block.other) if each and each in self.current]
        if block.other and len(known) == 1:
            name = known[0]
        elif block.other:
            self.changes.faults.append(
                f"The file at line {block.line} may be '{name}' or '{block.other}'. Put its path"
                " between backticks."
            )
            return
        path = self._accepted(name, block.line)
        if path is not None:
            self.changes.write(path, block)

    def _is_diff(self, block: Block) -> bool:
        name = block.name or ""
        if PurePosixPath(name).suffix.lower() in _DIFFS:
            return False
        return is_diff(block.language or language_of(name), block.body, there=name in self.current)

    def _take_diff(self, block: Block) -> None:
        headed = block.language == "diff" or starts_diff(block.body.split("\n"), 0)
        if block.name and block.name not in self.current and not headed:
            self.changes.faults.append(
                f"The lines of {block.name} are marked with + or -. Write it without marks."
            )
        elif self._may_edit(block):
            self.changes.patch(block, lambda name: self._accepted(name, block.line))

    def _take_edits(self, block: Block) -> None:
        if self._may_edit(block):
            self.changes.edit(block, lambda name: self._accepted(name, block.line))

    def _may_edit(self, block: Block) -> bool:
        if not self.yields.edits:
            self.changes.faults.append(f"Edits cannot be used here. {HOW_TO_WRITE_FILES}")
        elif len(self.changes.faults) >= _FAULTS_TOLD:
            self.aside.add(block.line, "an edit after others that failed")
        else:
            return True
        return False

    def _accepted(self, name: str, line: int) -> str | None:
        try:
            path = check_path(name)
        except PathRejected as error:
            self.aside.add(line, f"refused: {error}")
            return None
        if not allowed(path, self.yields.only):
            self.aside.add(line, f"{path} may not be written here")
            return None
        return path
