"""What a reply makes of the files: whole ones, edits and diffs, on top of those that are there."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from company.deliverables.blocks import Block
from company.deliverables.diffs import FileDiff, is_marked_twice, read_diff
from company.deliverables.edited_text import EditedText
from company.deliverables.edits import Edit, EditFailed, read_edits
from company.deliverables.elision import elision
from company.deliverables.indexed_words import IndexedWords
from company.deliverables.labels import comment_path, label_in
from company.deliverables.languages import CODE, language_of
from company.deliverables.line_numbers import has_line_numbers
from company.deliverables.losses import Losses, Rewritten, lacking
from company.deliverables.text_style import in_the_style_of, plain_lines

Accept = Callable[[str], str | None]
"""The path that a name stands for, or None where nothing may be written there."""
_MAY_BE_EMPTY = frozenset({"__init__.py", "py.data", ".gitkeep"})
_LISTED = 20


@dataclass
class Changes:
    """The files as a reply changes them; what cannot be used is a fault, in words to the role."""

    current: Mapping[str, str]
    edits: bool
    """Whether edits are welcome."""
    unseen: Sequence[str] = ()
    """Files that are there, but that the role was not shown whole."""
    accepted: bool = False
    """Whether the reply was accepted when it was recorded."""
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    missed: set[str] = field(default_factory=set)
    """Those of the unseen that a change was at fault for."""
    _changed: dict[str, str | EditedText] = field(default_factory=dict)
    _rewritten: list[Rewritten] = field(default_factory=list)
    _words: IndexedWords[str] | None = None
    """The files by the words that they hold, or held, where edits without a name were read."""

    @property
    def files(self) -> dict[str, str]:
        """The files that the reply changes, as they are by now."""
        return {path: self._text(path) for path in self._changed}

    def now(self, path: str) -> str | None:
        """The text of a file as it is by now."""
        return self._text(path) if self.changes(path) else self.current.get(path)

    def has(self, path: str) -> bool:
        """Whether there is such a file by now."""
        return path in self.current or self.changes(path)

    def changes(self, path: str) -> bool:
        """Whether the reply has changed a file by now."""
        return path in self._changed

    def _text(self, path: str) -> str:
        changed = self._changed[path]
        text = changed if isinstance(changed, str) else changed.text()
        return in_the_style_of(self.current.get(path, ""), text)

    def write(self, path: str, block: Block) -> None:
        """Write a file whole, as its block says."""
        content = f"{block.body}\n" if block.body.strip() else ""
        before = self.now(path)
        if not block.closed:
            self.faults.append(
                f"Your reply stops in the middle of {path}: its closing fence is missing."
                " Write it again, shorter."
            )
        elif block.doubtful and not self.accepted:
            self.faults.append(
                f"Where {path} ends is not plain: it seems to hold ``` itself. Put it between"
                " fences of four: ````."
            )
        elif not content and PurePosixPath(path).name not in _MAY_BE_EMPTY:
            self.faults.append(f"The block for {path} at line {block.line} is empty.")
        elif left_out := elision(content, before or ""):
            self.faults.append(f"{path} leaves parts out ('{left_out}'). {self._how_whole()}")
        elif has_line_numbers(content) and language_of(path) in CODE and not self.accepted:
            self.faults.append(
                f"The lines of {path} begin with their numbers. Write it without them."
            )
        elif path in self.unseen and not self.accepted:
            self._miss(path)
        else:
            self._write(path, content, before)

    def _miss(self, path: str) -> None:
        """Find fault with writing anew what was not shown."""
        self.missed.add(path)
        if path in self.current:
            why = "you were not shown all of it: it cannot be written anew. Change it by SEARCH/REPLACE edits, or"
        else:
            why = "it is no text in UTF-8: nobody here can read or change it. Leave it as it is, or"
        self.faults.append(f"{path} is there already, and {why} take another name.")

    def _write(self, path: str, content: str, before: str | None) -> None:
        if self.changes(path):
            self.notes.append(f"{path} was written twice: the last one counts.")
            if not self.accepted and (lacks := lacking(path, before or "", content)):
                self.faults.append(
                    f"{path} is written twice, and the second lacks {', '.join(lacks)}. Write it once."
                )
        if before:
            self._rewritten.append(Rewritten(path, before, content))
        self._changed[path] = content
        if self._words:
            self._words.add(path, content)

    def check_losses(self) -> None:
        """Find fault with files written anew that are only a part of what they were."""
        if self.accepted or not self._rewritten:
            return
        changed = self.files
        losses = Losses({**self.current, **changed}, changed)
        for file in self._rewritten:
            if lost := losses.of(file):
                self.faults.append(f"{lost} {self._how_whole()}")

    def _how_whole(self) -> str:
        if not self.edits:
            return "Write the file whole."
        return "Write the file whole, or SEARCH/REPLACE edits, also of what is to go."

    def edit(self, block: Block, accept: Accept) -> None:
        """Make the SEARCH/REPLACE edits of a block."""
        name = block.name
        try:
            for edit in read_edits(block.body.split("\n")):
                name = _named_above(edit) or name
                if path := accept(name or self._only_file_with(edit)):
                    self._apply(path, edit)
        except EditFailed as failure:
            self._fail(name, f"The edit at line {block.line}", failure)

    def patch(self, block: Block, accept: Accept) -> None:
        """Make the changes of a diff."""
        if not block.closed:
            self.faults.append(
                f"Your reply stops in the middle of the diff at line {block.line}. Write it again."
            )
            return
        try:
            diffs = read_diff(block.body.split("\n"))
        except EditFailed as failure:
            self.faults.append(f"The diff at line {block.line}: {failure}")
            return
        if not diffs:
            self.faults.append(f"The diff at line {block.line} changes nothing.")
        for diff in diffs:
            self._patch(block, diff, accept)

    def _patch(self, block: Block, diff: FileDiff, accept: Accept) -> None:
        name = self._name_of(diff) or block.name
        try:
            if path := accept(name or self._only_file_with(diff.hunks[0])):
                if diff.is_new and self.now(path):
                    raise EditFailed("The file is there already, and the diff makes it anew.")
                # From the last to the first: so the lines a hunk is said to begin at stay right.
                for number, hunk in reversed(list(enumerate(diff.hunks, 1))):
                    self._apply_hunk(path, number, hunk)
                self._end(path, diff)
        except EditFailed as failure:
            self._fail(name, f"The diff at line {block.line}", failure)

    def _fail(self, name: str | None, place: str, failure: EditFailed) -> None:
        self.missed.update(path for path in self.unseen if path == name)
        self.faults.append(f"{name or place}: {failure}")

    def _apply_hunk(self, path: str, number: int, hunk: Edit) -> None:
        try:
            if language_of(path) in CODE and is_marked_twice(hunk):
                raise EditFailed("Its new lines begin with + or - twice.")
            self._apply(path, hunk)
        except EditFailed as failure:
            raise EditFailed(f"Hunk {number} of the diff does not fit. {failure}") from None

    def _name_of(self, diff: FileDiff) -> str:
        """The path a diff names; `b/` before it may be a folder."""
        return diff.path if self.has(diff.path) else diff.path.removeprefix("b/")

    def _end(self, path: str, diff: FileDiff) -> None:
        if diff.ends_bare is not None:
            text = plain_lines(self.now(path) or "").removesuffix("\n")
            self._changed[path] = text if diff.ends_bare else f"{text}\n"

    def _apply(self, path: str, edit: Edit) -> None:
        if not self.has(path) and path in self.unseen:
            raise EditFailed("It is no text in UTF-8: nobody here can read or change it.")
        if not self.has(path) and any(part.strip() for part in edit.search):
            raise EditFailed(f"There is no such file. The files are {listed(self.current)}.")
        if left_out := elision("\n".join(edit.replace), "\n".join(edit.search)):
            raise EditFailed(f"The edit leaves parts out ('{left_out}'). Write all the new lines.")
        edited = self._changed.get(path)
        if not isinstance(edited, EditedText):
            edited = EditedText(plain_lines(self.now(path) or ""))
        new = edited.make(edit)
        self._changed[path] = edited
        if self._words:
            self._words.add(path, "\n".join(new))

    def _only_file_with(self, edit: Edit) -> str:
        needles = ["\n".join(each.search).strip() for each in (edit, *edit.others)]
        holders = {
            path
            for needle in needles
            if needle
            for path in self._may_hold(needle)
            if self._holds(path, needle)
        }
        if len(holders) != 1:
            raise EditFailed("An edit needs the path of its file, alone on the line above it.")
        return holders.pop()

    def _may_hold(self, text: str) -> Iterable[str]:
        if self._words is None:
            paths = {**self.current, **self._changed}
            self._words = IndexedWords((path, self.now(path) or "") for path in paths)
        found = self._words.may_hold(text)
        return {**self.current, **self._changed} if found is None else found

    def _holds(self, path: str, text: str) -> bool:
        changed = self._changed.get(path)
        if isinstance(changed, EditedText):
            return changed.holds(text)
        return text in plain_lines(self.now(path) or "")


def _named_above(edit: Edit) -> str | None:
    written = [line for line in edit.above if line.strip()]
    label = (comment_path(written[-1]) or label_in(written[-1])) if written else None
    return label.path if label else None


def listed(paths: Iterable[str]) -> str:
    """Paths in a sentence, not more than it bears."""
    return ", ".join(sorted(paths)[:_LISTED]) or "none"
