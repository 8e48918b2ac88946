"""Reads one table or PDF from standard input, in a process of its own, and reports its text as JSON.

What is read may be made to take for ever or all memory: the process bounds itself before it looks.
"""

import csv
import io
import json
import logging
import resource
import sys
import time
import warnings
import zipfile
from collections.abc import Iterator

BOUNDS = {resource.RLIMIT_CPU: 30, resource.RLIMIT_AS: 1024**3, resource.RLIMIT_FSIZE: 0}
"""Seconds, bytes of memory, and bytes of any file that is written."""
SECONDS = 20.0
"""After so long, what was read so far is taken."""
MOST_UNPACKED = 300 * 1024**2
Pieces = Iterator[tuple[str, str]]
"""Texts in their order, each with words on how much is there with it."""


class Unreadable(Exception):
    """There is no text to be had; the message says why."""


def main() -> None:
    """The arguments are the file's suffix and the most characters that are wanted."""
    kind, most = sys.argv[1], int(sys.argv[2])
    for which, bound in BOUNDS.items():
        _, hard = resource.getrlimit(which)
        bound = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
        resource.setrlimit(which, (bound, bound))
    warnings.simplefilter("ignore")
    logging.disable()
    content = sys.stdin.buffer.read()
    try:
        report = _read(_pages(content) if kind == ".pdf" else _sheets(content), most)
    except Unreadable as fault:
        report = {"fault": str(fault)}
    except (MemoryError, RecursionError):
        report = {"fault": "reading it takes too much memory"}
    except Exception as error:  # a library may raise anything for what was made to break it
        report = {"fault": f"it is broken, or no {kind[1:].upper()} ({type(error).__name__})"}
    sys.stdout.write(json.dumps(report))


def _read(pieces: Pieces, most: int) -> dict[str, str]:
    """As many pieces as there is room and time for."""
    until, texts, length = time.monotonic() + SECONDS, [], 0
    for text, so_far in pieces:
        texts.append(text[: most - length].encode(errors="replace").decode())
        length += len(text)
        if length >= most or time.monotonic() > until:
            return {"text": "".join(texts), "cut": so_far}
    return {"text": "".join(texts)}


def _pages(content: bytes) -> Pieces:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted and not reader.decrypt(""):
        raise Unreadable("it is encrypted, and opens with a password only")
    pages, words = len(reader.pages), False
    for number, page in enumerate(reader.pages, 1):
        text = page.extract_text().strip()
        words = words or bool(text)
        cut = f"the first {number:,} of {pages:,} pages are here"
        yield f"--- page {number} ---\n{text}\n", cut
    if not words:
        raise Unreadable("it holds no text, only pictures: attach them as pictures")


def _sheets(content: bytes) -> Pieces:
    from python_calamine import CalamineWorkbook

    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            unpacked = sum(each.file_size for each in packed.infolist())
        if unpacked > MOST_UNPACKED:
            raise Unreadable(f"unpacked it has {unpacked:,} bytes")
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    for number, name in enumerate(book.sheet_names, 1):
        sheet = f"sheet {number} of {len(book.sheet_names)}"
        yield f"--- {sheet}: {name} ---\n", f"the beginning of {sheet} is here"
        for row, cells in enumerate(book.get_sheet_by_name(name).iter_rows(), 1):
            yield _line(list(cells)), f"{row:,} rows of {sheet} are here"


def _line(cells: list[object]) -> str:
    """A row as CSV; whole numbers as such."""
    line = io.StringIO()
    plain = [int(c) if isinstance(c, float) and c.is_integer() else c for c in cells]
    csv.writer(line, lineterminator="\n").writerow(plain)
    return line.getvalue()


if __name__ == "__main__":
    main()
