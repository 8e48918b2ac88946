"""A delivery: the deliverable of a phase, read from a reply."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from phases.yields import YieldKind, Yields


@dataclass(frozen=True)
class Delivery:
    """What a phase yielded; which attribute is filled depends on the kind."""

    kind: YieldKind
    fields: dict[str, Any] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    text: str = ""
    notes: tuple[str, ...] = ()
    """What the person should know of the reading: blocks left aside, names guessed."""

    def changes_nothing(self, current: Mapping[str, str]) -> bool:
        """Whether these are files, and all of them are as they were."""
        return self.kind == "files" and all(
            current.get(p) == text for p, text in self.files.items()
        )

    def as_data(self) -> dict[str, Any]:
        """As the journal holds it; the files themselves are in the product."""
        if self.kind in ("decision", "verdict"):
            return {"fields": self.fields}
        if self.kind == "report":
            return {"fields": self.fields, "text": self.text}
        return {"files": tuple(sorted(self.files))}


@dataclass
class Draft:
    """Reads the replies of one talk. What was sent back is the ground that the next one builds on."""

    yields: Yields
    product: Mapping[str, str]
    _files: dict[str, str] = field(default_factory=dict)

    def read(self, reply: str) -> Delivery | None:
        """The deliverable; None where it would change nothing. Raises as `read_delivery` does."""
        ground = {**self.product, **self._files}
        delivery = read_delivery(reply, self.yields, ground)
        if delivery.changes_nothing(ground):
            return None
        return replace(delivery, files={**self._files, **delivery.files})

    def send_back(self, delivery: Delivery) -> None:
        """Let replies that follow change this deliverable."""
        self._files = delivery.files


def read_delivery(reply: str, yields: Yields, current: Mapping[str, str]) -> Delivery:
    """Read the deliverable. Raises Unreadable with the exact complaint to the role."""
    if yields.files is not None:
        from company.deliverables.markdown_files import read_files

        files = read_files(reply, current, yields.files)
        return Delivery("files", files=files.changes, notes=tuple(files.notes))
    if yields.document is not None:
        from company.deliverables.document import read_document

        return Delivery("document", files={yields.document: read_document(reply, yields.document)})
    fields = yields.decision or yields.verdict or yields.report
    if fields is None:
        return Delivery("report", text=reply.strip())
    from company.deliverables.fields import read_fields

    values = read_fields(reply, fields)
    text = "\n".join(f"{name}: {value}" for name, value in values.items())
    return Delivery(yields.kind, fields=values, text=text)
