"""Folders of the user's documents, read once and cut into passages that keep the numbers of their lines.

What comes in is what `--from` takes of a folder, and whatever else is neither ignored nor a secret by its
name; what stays out is said. What is in a document is data: one line stays one line, and acts on nothing.
"""

import asyncio
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from company.documents.document import UTF_16, is_extracted, is_picture, text_in
from company.documents.html_lines import SUFFIXES, without_tags
from company.errors import ConfigurationError
from warehouse.errors import PathRejected
from warehouse.events import Passage
from warehouse.paths import check_path
from warehouse.plain_file import read_below
from warehouse.product.intake.customer_files import reason_to_leave_out
from warehouse.product.intake.import_tree import look_below
from warehouse.terminal_text import safe_text

MOST_DOCUMENTS = 2_000
LARGEST = 20 * 1024**2
"""Bytes of one document."""
MOST_OF_ONE = 1_000_000
"""Characters of one document that are read."""
MOST_CHARACTERS = 20_000_000
"""Of all documents together."""
MOST_PASSAGES = 50_000
LONGEST_PASSAGE = 1_200
"""Characters; a longer line becomes several passages."""
NAMED = 8
"""Documents that are named of what stays out; the rest is counted."""
UNCITABLE = re.compile(r"[\[\]{}:]")
HEADING = re.compile(r"#{1,6} |--- (?:page|sheet) ")
OTHER_NAME = re.compile(r"[^\w.-]+")


@dataclass(frozen=True)
class Piece:
    """A passage, and what it is found by beside its words."""

    passage: Passage
    title: str
    """The document, and the heading that the passage stands below."""


@dataclass
class Library:
    """What one or several folders hold."""

    documents: list[str] = field(default_factory=list)
    """Those that something can be looked up in, as they are cited."""
    pieces: list[Piece] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    """What stayed out, was cut or had to be guessed, and why, a line each."""
    files: int = 0
    """Those that were looked at."""
    characters: int = 0
    """Of the texts that were read."""

    @property
    def told(self) -> str:
        """How much there is, and what stayed out, as a person is told it."""
        documents, passages = _several(self.documents, "document"), _several(self.pieces, "passage")
        told = f"{documents} can be looked up, in {passages}."
        shown = "; ".join(self.left_out[:NAMED])
        more = len(self.left_out) - NAMED
        shown += f"; and {more:,} more" if more > 0 else ""
        return f"{told} Not read as they are: {shown}." if shown else told


def _several(things: Sequence[object], noun: str) -> str:
    return f"{len(things):,} {noun}{'' if len(things) == 1 else 's'}"


async def read_library(folders: Sequence[Path]) -> Library:
    """Read all documents. Raises ConfigurationError for a folder that is not there or holds none."""
    library = Library()
    for root in folders:
        number = len(library.documents)
        await _read_folder(root, library)
        if len(library.documents) == number:
            why = "; ".join(library.left_out[:NAMED])
            raise ConfigurationError(
                f"{root} holds no document that could be looked up{f' ({why})' if why else ''}: give --knowledge a"
                " folder of texts, Markdown, HTML, tables or PDFs."
            )
    return library


def name_of(root: Path) -> str:
    """What a folder is called in citations."""
    return OTHER_NAME.sub("_", root.name).strip("._") or "knowledge"


def check_folder(root: Path) -> None:
    """Raises ConfigurationError for what is no folder."""
    if not root.is_dir():
        raise ConfigurationError(f"{root} is no folder: --knowledge takes a folder of documents.")


async def _read_folder(root: Path, library: Library) -> None:
    await asyncio.to_thread(check_folder, root)
    sizes, skipped = await asyncio.to_thread(
        lambda: look_below(root, reason_to_leave_out(root, untracked=True))
    )
    library.left_out += [safe_text(each, keep_newlines=False) for each in skipped]
    for path, size in sizes.items():
        library.files += 1
        room = MOST_PASSAGES - len(library.pieces)
        try:
            if library.files > MOST_DOCUMENTS:
                raise PathRejected(f"more than {MOST_DOCUMENTS:,} files")
            if library.characters >= MOST_CHARACTERS or room <= 0:
                raise PathRejected("there is no room for more text")
            text = await _text(root, path, size, library)
        except PathRejected as fault:
            library.left_out.append(f"{safe_text(path, keep_newlines=False)}: {fault}")
            continue
        library.characters += len(text)
        document = f"{name_of(root)}/{path}"
        pieces = list(_pieces(document, text))
        if len(pieces) > room:
            library.left_out.append(
                f"{path}: its first {room:,} of {len(pieces):,} passages are here"
            )
        library.pieces += pieces[:room]
        library.documents += [document] if pieces else []


async def _text(root: Path, path: str, size: int, library: Library) -> str:
    """The text of a document with the lines it has. Raises PathRejected where there is none."""
    if check_path(path) != path or UNCITABLE.search(path):
        raise PathRejected("its name cannot be cited")
    if size == 0:
        raise PathRejected("empty")
    if is_picture(PurePosixPath(path)):
        raise PathRejected("a picture")
    content = await asyncio.to_thread(read_below, root, path, LARGEST)
    found = await text_in(PurePosixPath(path), content)
    if found.fault or not found.text.strip():
        raise PathRejected(found.fault or "it holds no text")
    if not is_extracted(PurePosixPath(path)) and _is_guessed(content):
        library.left_out.append(f"{path}: not UTF-8, and taken for what Windows writes")
    if found.cut or len(found.text) > MOST_OF_ONE:
        cut = found.cut or f"the first {MOST_OF_ONE:,} of {len(found.text):,} characters are here"
        library.left_out.append(f"{path}: {cut}")
    text = found.text[:MOST_OF_ONE].replace("\r\n", "\n").replace("\r", "\n")
    return without_tags(text) if path.lower().endswith(SUFFIXES) else text


def _is_guessed(content: bytes) -> bool:
    """Whether nothing tells how a text is written."""
    try:
        content.decode()
    except UnicodeDecodeError:
        return not content.startswith(UTF_16)
    return False


def _pieces(document: str, text: str) -> Iterator[Piece]:
    """The passages of a document: from heading to heading, cut between paragraphs where that is long."""
    heading, lines, first, length = "", list[str](), 1, 0
    for number, whole in enumerate(text.split("\n"), 1):
        line = safe_text(whole, keep_newlines=False).rstrip()
        is_heading = HEADING.match(line) is not None
        is_over = length + len(line) > LONGEST_PASSAGE
        is_break = not line and length > LONGEST_PASSAGE // 2
        if lines and (is_heading or is_over or is_break):
            yield from _piece(document, heading, first, lines)
            lines, length = [], 0
        heading = line if is_heading else heading
        while len(line) > LONGEST_PASSAGE:
            yield from _piece(document, heading, number, [line[:LONGEST_PASSAGE]])
            line = line[LONGEST_PASSAGE:]
        if line or lines:
            first = first if lines else number
            lines.append(line)
            length += len(line) + 1
    yield from _piece(document, heading, first, lines)


def _piece(document: str, heading: str, first: int, lines: list[str]) -> Iterator[Piece]:
    while lines and not lines[-1]:
        lines.pop()
    text = "\n".join(lines)
    if any(map(str.isalnum, text)):
        yield Piece(Passage(document, first, text), f"{document} {heading}")


def absolute(folders: Sequence[Path]) -> tuple[Path, ...]:
    """The folders by their whole paths, links in them as they are."""
    return tuple(Path(os.path.normpath(each.absolute())) for each in folders)
