"""Files read from a reply: whole ones and SEARCH/REPLACE edits, in the Markdown models write.

No block is dropped silently: each becomes a change, or is named in a note or in the complaint.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from company.deliverables.blocks import Block, blocks
from company.deliverables.edits import Edit, EditFailed, apply_edit, read_edits
from company.deliverables.elision import elision
from company.deliverables.kind import Unreadable
from company.deliverables.labels import comment_path, label_in
from company.deliverables.languages import suits
from company.deliverables.reply_text import plain, thoughts
from company.deliverables.writable import allowed, sole_target
from phases.yields import FilesYield
from warehouse.errors import PathRejected
from warehouse.paths import check_path, check_tree
from warehouse.python_source import looks_like_python

HOW_TO_WRITE_FILES = (
    "Write each file whole in a fenced block of its own, with its path alone on the line above."
)
_MAY_BE_EMPTY = frozenset({"__init__.py", "py.data", ".gitkeep"})
_LINES_NAMED = 20
_NOTES_TOLD = 12
_FAULTS_TOLD = 6


@dataclass(frozen=True, slots=True)
class FilesDelivered:
    """The new content of every file the reply writes, and what the reader decided on the way."""

    changes: dict[str, str]
    notes: list[str]


def read_files(reply: str, current: Mapping[str, str], yields: FilesYield) -> FilesDelivered:
    """Read the files of a reply to a phase that may write `yields`, on top of `current`.

    Raises `Unreadable` where nothing can be used, or where using the rest would harm: a file cut
    off or with parts left out, an edit that does not fit, more files than asked for.
    """
    text = plain(reply)
    reading = _Reading(current, yields)
    candidates = list(blocks(text))
    if not candidates and looks_like_python(text):
        candidates = [Block(1, "python", text)]
    for block in candidates:
        reading.take(block)
    reading.place_the_nameless()
    if "```" in thoughts(reply):
        reading.leave(1, "written while thinking")
    return reading.result()


@dataclass
class _Reading:
    current: Mapping[str, str]
    yields: FilesYield
    changes: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    aside: dict[str, list[int]] = field(default_factory=dict)
    nameless: list[Block] = field(default_factory=list)

    def take(self, block: Block) -> None:
        if block.is_edit:
            self._take_edits(block)
        elif block.name and _is_its_own(block):
            self._write(block, block.name)
        elif not block.body.strip():
            self.leave(block.line, "empty")
        elif block.language == "shell":
            self.leave(block.line, "shell commands, not a file")
        elif block.language == "diff":
            self.leave(block.line, "a diff, which cannot be read; write the whole file instead")
        elif block.inside and sole_target("markdown", self.current, self.yields) is None:
            for each in block.inside:
                self.take(each)
        else:
            self._take_nameless(block)

    def leave(self, line: int, why: str) -> None:
        self.aside.setdefault(why, []).append(line)

    def place_the_nameless(self) -> None:
        """Give a block without a name its only possible place, unless another block took it."""
        for block in self.nameless:
            rivals = sum(1 for each in self.nameless if each.language == block.language)
            target = sole_target(block.language, self.current, self.yields)
            if rivals > 1 or target is None or target in self.changes:
                self.leave(block.line, "a block without a file name")
            else:
                self.notes.append(f"The block at line {block.line} has no name: read as {target}.")
                self._write(block, target)

    def result(self) -> FilesDelivered:
        notes = [*self.notes, *map(_left_aside, self.aside, self.aside.values())]
        too_many = self.yields.at_most is not None and len(self.changes) > self.yields.at_most
        if too_many:
            self.faults.append(
                f"You wrote {len(self.changes)} files ({_listed(self.changes)}), but at most"
                f" {self.yields.at_most} may change here. Send only the most important."
            )
        try:
            check_tree({**self.current, **self.changes})
        except PathRejected as error:
            self.faults.append(f"A path cannot be used: {error}.")
        if self.faults:
            hidden = len(self.faults) - _FAULTS_TOLD
            also = f", {_listed(self.changes)} included" if self.changes else ""
            parts = [
                *self.faults[:_FAULTS_TOLD],
                *([f"And {hidden} more such faults."] if hidden > 0 else []),
                f"Nothing was changed: send your whole answer again{also}.",
            ]
            raise Unreadable("\n".join([*parts, *notes[:_NOTES_TOLD]]))
        if not self.changes:
            only = self.yields.only
            may = f" You may write only: {', '.join(only)}." if only else ""
            start = f"Your reply holds no file that can be used. {HOW_TO_WRITE_FILES}{may}"
            raise Unreadable("\n".join([start, *notes[:_NOTES_TOLD]]))
        return FilesDelivered(self.changes, notes)

    def _take_nameless(self, block: Block) -> None:
        language = block.language
        if language in {"", "text", "markdown"} and looks_like_python(block.body):
            language = "python"
        if language == "" and block.body.lstrip()[:14].lower().startswith(("<!doctype", "<html")):
            language = "html"
        if language in {"", "text"} and sole_target(language, self.current, self.yields) is None:
            self.leave(block.line, "text or sample output, not a file")
        else:
            self.nameless.append(replace(block, language=language))

    def _write(self, block: Block, name: str) -> None:
        path = self._accepted(name, block.line)
        if path is None:
            return
        content = block.body.strip("\n").rstrip()
        if not block.closed:
            self.faults.append(
                f"Your reply stops in the middle of {path}: its closing fence is missing."
                " Write it again, shorter."
            )
        elif not content and PurePosixPath(path).name not in _MAY_BE_EMPTY:
            self.faults.append(f"The block for {path} at line {block.line} is empty.")
        elif left_out := elision(content):
            self.faults.append(
                f"{path} leaves parts out ('{left_out}'). Write the file whole"
                f"{', or SEARCH/REPLACE edits' if self.yields.edits else ''}."
            )
        else:
            self._change(path, f"{content}\n" if content else "")

    def _change(self, path: str, content: str) -> None:
        if path in self.changes:
            self.notes.append(f"{path} was written twice: the last one counts.")
        self.changes[path] = content

    def _take_edits(self, block: Block) -> None:
        if not self.yields.edits:
            self.faults.append(f"Edits cannot be used here. {HOW_TO_WRITE_FILES}")
            return
        if len(self.faults) >= _FAULTS_TOLD:
            self.leave(block.line, "an edit after others that failed")
            return
        name = block.name
        try:
            for edit in read_edits(block.body.split("\n")):
                name = _named_above(edit) or name
                self._edit(block.line, name or self._only_file_with(edit), edit)
        except EditFailed as failure:
            self.faults.append(f"{name or f'The edit at line {block.line}'}: {failure}")

    def _edit(self, line: int, name: str, edit: Edit) -> None:
        path = self._accepted(name, line)
        if path is None:
            return
        text = self._now(path)
        if text is None and any(part.strip() for part in edit.search):
            raise EditFailed(f"There is no such file. The files are {_listed(self.current)}.")
        self.changes[path] = apply_edit(text or "", edit)

    def _only_file_with(self, edit: Edit) -> str:
        paths = [*self.current, *(path for path in self.changes if path not in self.current)]
        needle = "\n".join(edit.search).strip()
        holders = [path for path in paths if needle and needle in (self._now(path) or "")]
        if len(holders) != 1:
            raise EditFailed("An edit needs the path of its file, alone on the line above it.")
        return holders[0]

    def _now(self, path: str) -> str | None:
        return self.changes.get(path, self.current.get(path))

    def _accepted(self, name: str, line: int) -> str | None:
        try:
            path = check_path(name)
        except PathRejected as error:
            self.leave(line, f"refused: {error}")
            return None
        if not allowed(path, self.yields.only):
            self.leave(line, f"{path} may not be written here")
            return None
        return path


def _is_its_own(block: Block) -> bool:
    """Whether the block's name is its file's, and not that of a program it runs or shows."""
    assert block.name is not None
    if block.language == "shell":
        return suits(block.name, "shell")
    if block.sure or suits(block.name, block.language):
        return bool(block.sure or block.language or looks_like_python(block.body))
    return False


def _named_above(edit: Edit) -> str | None:
    written = [line for line in edit.above if line.strip()]
    label = (comment_path(written[-1]) or label_in(written[-1])) if written else None
    return label.path if label else None


def _left_aside(why: str, lines: list[int]) -> str:
    numbers = ", ".join(map(str, lines[:_LINES_NAMED]))
    more = f" and {len(lines) - _LINES_NAMED} more" if len(lines) > _LINES_NAMED else ""
    return f"Left aside, line{'s' if len(lines) > 1 else ''} {numbers}{more}: {why}."


def _listed(paths: Iterable[str]) -> str:
    return ", ".join(sorted(paths)[:_LINES_NAMED]) or "none"
