"""The one door to documents that nobody vouches for.

A table or a PDF is read by a process of its own, which is bounded in time and memory and may die; what
comes back is plain text, or a word on why there is none.
"""

import asyncio
from asyncio.subprocess import Process
from dataclasses import dataclass
from pathlib import Path, PurePath

import msgspec

from company.cards.problems import shown
from company.errors import ConfigurationError
from warehouse import child_process
from warehouse.errors import PathRejected
from warehouse.plain_file import read_below

PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp")
TABLES = (".xlsx", ".xls", ".ods")
PDF = ".pdf"
MOST_BYTES = 50 * 1024**2
MOST_CHARACTERS = 1_000_000
"""Of the text of one document; the rest is cut, and that is said."""
SECONDS = 60.0
"""A process at work is ended then; it ends itself before, unless the machine is very busy."""
CUT = "[cut: {what}]"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
"""The marks that say of a text that it is UTF-16."""


@dataclass(frozen=True)
class Document:
    """One document, as roles read it."""

    name: str
    """What it is called among the attachments of a run: a table's and a PDF's ends in `.txt`."""
    text: str
    cut: str = ""
    """What was left out, in words; empty where nothing was."""


class Extracted(msgspec.Struct, frozen=True):
    """What the process reports."""

    text: str = ""
    cut: str = ""
    fault: str = ""
    """Why there is no text."""


def is_picture(path: PurePath) -> bool:
    """Whether it is for eyes, and no document."""
    return path.suffix.lower() in PICTURES


def is_extracted(path: PurePath) -> bool:
    """Whether it is no text itself, but has one to be taken out."""
    return path.suffix.lower() in (*TABLES, PDF)


async def read_document(path: Path) -> Document:
    """Read a document. Raises ConfigurationError for what cannot be read, with the reason."""
    try:
        content = await asyncio.to_thread(read_below, path.parent, path.name, MOST_BYTES)
    except PathRejected as error:
        raise ConfigurationError(f"{path} cannot be read: {error}.") from None
    name = f"{path.name}.txt" if is_extracted(path) else path.name
    extracted = await text_in(path, content)
    if extracted.fault:
        raise ConfigurationError(f"{shown(path.name)} cannot be read: {extracted.fault}.")
    text, cut = extracted.text[:MOST_CHARACTERS], extracted.cut
    if len(extracted.text) > MOST_CHARACTERS:
        cut = f"the first {MOST_CHARACTERS:,} of {len(extracted.text):,} characters are here"
    return Document(name, f"{text}\n{CUT.format(what=cut)}\n" if cut else text, cut)


async def text_in(path: PurePath, content: bytes) -> Extracted:
    """The text of a document that was read from there, or why there is none."""
    return await _extract(path.suffix.lower(), content) if is_extracted(path) else _decoded(content)


def _decoded(content: bytes) -> Extracted:
    """A text, as UTF-8, UTF-16 with its mark, or what Windows writes in the West."""
    encodings = ("utf-16",) if content.startswith(UTF_16) else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return Extracted(text)
    return Extracted(fault="it is no picture, text, table (XLSX, XLS, ODS) or PDF")


async def _extract(kind: str, content: bytes) -> Extracted:
    reader = await child_process.start(
        child_process.python_module("company.documents.extract", kind, str(MOST_CHARACTERS)),
        environment=child_process.own_environment(),
    )
    try:
        output, _ = await asyncio.wait_for(reader.communicate(content), SECONDS)
        return msgspec.json.decode(output, type=Extracted)
    except TimeoutError:
        return Extracted(fault="reading it takes too long")
    except msgspec.DecodeError:
        return Extracted(fault="reading it takes too much time or memory")
    finally:
        await _end(reader)


async def _end(reader: Process) -> None:
    if reader.returncode is None:
        reader.kill()
        await reader.wait()
