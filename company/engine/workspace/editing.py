"""A person who is to deliver files may edit them, with any editor, instead of writing them into an answer.

The files lie in the run's folder until the phase has its deliverable, so that nothing a person wrote is
lost to a complaint or a kill. No program is started for it: which editor, is theirs to choose. What they
changed is part of their recorded answer, so a resumed run asks neither them nor the folder again.
"""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from zlib import crc32

from warehouse.errors import PathRejected
from warehouse.paths import MAX_FILE_BYTES, check_path
from warehouse.plain_file import read_below
from warehouse.product.git.modes import is_program, mode_of
from warehouse.product.git.work_tree import WorkTree
from warehouse.product.intake.customer_files import REBUILT_FOLDERS
from warehouse.runs.folders import slug

FOLDER = "editing"
"""In the run's folder: what people are editing just now."""
OFFER = (
    "Instead of writing files into your answer, you may edit them in {folder} with any editor, such as"
    " {editor}. Answer `done` once you have saved them."
)
DONE = "done"
LEFT_BY_EDITORS = ("*~", ".*.sw?", "#*#", ".#*", "4913", "*.orig", ".DS_Store")


@dataclass
class Editing:
    """The files of one place of a run, laid out for a person to edit."""

    run: Path
    """The run's folder."""
    place: str
    files: Mapping[str, bytes]
    """The product, before."""
    may_write: Callable[[str], bool]
    written: dict[str, str] = field(default_factory=dict)
    """What was edited until now, as it was recorded: path → text."""
    _is_laid_out: bool = False

    @property
    def folder(self) -> Path:
        number = crc32(self.place.encode())
        return self.run.absolute() / FOLDER / f"{slug(self.place)}-{number:08x}"

    def offer(self) -> str:
        """Lay the files out, unless they are since a question before; what the person is told of it."""
        if not self.folder.is_dir():
            self.folder.mkdir(parents=True)
            tree = WorkTree(self.folder)
            for path, content in self.files.items():
                tree.write(path, content, runs=is_program(mode_of(content)))
        self._is_laid_out = True
        editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
        return OFFER.format(folder=self.folder, editor=f"{editor} {self.folder}")

    def changed(self) -> tuple[dict[str, str], list[str]]:
        """The files as they were edited, and what of it is left aside, one line each."""
        texts, left = {}, []
        found = set(self._found())
        for path in sorted(found):
            try:
                content = read_below(self.folder, path, MAX_FILE_BYTES)
                if content == self.files.get(path):
                    continue
                if check_path(path) != path or not self.may_write(path):
                    raise PathRejected("it may not be written here")
                texts[path] = content.decode()
            except UnicodeDecodeError:
                left.append(f"{path}: it is no UTF-8 text")
            except PathRejected as error:
                left.append(f"{path}: {error}")
        left += [f"{path}: a delivery removes no files" for path in self.files if path not in found]
        return texts, left

    def _found(self) -> Iterator[str]:
        for folder, folders, names in os.walk(self.folder):
            here = Path(folder).relative_to(self.folder)
            folders[:] = [name for name in folders if name not in {".git", *REBUILT_FOLDERS}]
            for name in names:
                if not any(fnmatch(name, pattern) for pattern in LEFT_BY_EDITORS):
                    yield (here / name).as_posix()

    def clear(self) -> None:
        """Take the files away, since the phase has its deliverable."""
        if self._is_laid_out:
            shutil.rmtree(self.folder, ignore_errors=True)


def is_done(answer: str) -> bool:
    """Whether an answer says that the files are edited."""
    return answer.strip().strip("`'\".!").lower() == DONE
