"""A document: Markdown or plain text, read from a reply with or without a fence around it."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from company.deliverables.fences import Fence, fences
from company.deliverables.kind import DeliverableKind, Delivery, Memory, Origin, Unreadable
from company.deliverables.labels import heading_path, info_label
from company.deliverables.languages import canonical
from company.deliverables.reply_text import plain

_MARKDOWN = frozenset({".md", ".markdown", ""})


class Document(DeliverableKind):
    """One document of the product."""

    does = "writes a document"

    def __init__(self, path: str) -> None:
        self._path = path

    def instructions(self, example: str | None = None) -> str:
        return f"Reply with the whole text of {self._path} and nothing else."

    def read(self, reply: str, current: Mapping[str, str], accepted: bool = False) -> Delivery:
        return Delivery("document", files={self._path: read_document(reply, self._path)})

    def describe(self, delivery: Delivery) -> dict[str, Any]:
        return {"files": tuple(sorted(delivery.files))}

    def apply(self, delivery: Delivery, origin: Origin, memory: Memory) -> Mapping[str, str]:
        return delivery.files


def read_document(reply: str, path: str) -> str:
    """The document at `path` as a reply gives it, ending in one newline.

    A fence around the document goes, and with it the words before and after. Raises `Unreadable`
    where there is nothing.
    """
    text = plain(reply).strip("\n")
    fence = _around_document(fences(text), text, path)
    content = (fence.body if fence else text).strip("\n").rstrip()
    first, _, rest = content.partition("\n")
    if heading_path(first) == PurePosixPath(path).name and rest.strip():
        content = rest.strip("\n")
    if not content.strip():
        raise Unreadable(f"Your reply is empty. Write the whole text of {path}.")
    return f"{content}\n"


def _around_document(candidates: list[Fence], text: str, path: str) -> Fence | None:
    for fence in candidates:
        if info_label(fence.info)[1] == path:
            return fence
    if PurePosixPath(path).suffix.lower() not in _MARKDOWN:
        return candidates[0] if len(candidates) == 1 else None
    wrappers = [fence for fence in candidates if canonical(fence.info) in {"markdown", "text", ""}]
    if len(wrappers) != 1:
        return None
    wrapper = wrappers[0]
    announced = canonical(wrapper.info) == "markdown" and not text.startswith("#")
    return wrapper if announced or len(wrapper.body) * 2 > len(text) else None
