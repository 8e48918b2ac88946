"""What was recorded as files: tables in Parquet with a data card, and conversations in JSON lines."""

from io import BytesIO
from pathlib import Path

from company.lab.execution.folder import LabFolder
from company.lab.rows.calls import CALLS
from company.lab.rows.conversations import chat_lines
from company.lab.rows.data_card import data_card
from company.lab.rows.edits import EDITS
from company.lab.rows.events import EVENTS
from company.lab.rows.messages import MESSAGES
from company.lab.rows.once import frame_of
from warehouse.durable import replace_file
from warehouse.errors import SofthouseError

CARD = "data_card.md"
CHATS = "conversations.jsonl"
TABLES = (CALLS, MESSAGES, EDITS, EVENTS)


def export_tables(folder: LabFolder, into: Path) -> list[Path]:
    """Write each table as Parquet, and the card of them all; returns the paths.

    Raises ConfigurationError where there is no plan, SofthouseError where nothing can be written.
    """
    heights = []
    files: dict[str, bytes] = {}
    for table in TABLES:
        frame, content = frame_of(folder, table), BytesIO()
        frame.write_parquet(content)
        heights.append((table, frame.height))
        files[f"{table.name}.parquet"] = content.getvalue()
    files[CARD] = data_card(folder.plan(), heights).encode()
    return [_write(into / name, content) for name, content in files.items()]


def export_chats(folder: LabFolder, into: Path) -> list[Path]:
    """Write every conversation, one a line; returns the path. Raises as `export_tables` does."""
    return [_write(into / CHATS, b"".join(chat_lines(folder)))]


def _write(path: Path, content: bytes) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, content)
    except OSError as error:
        raise SofthouseError(
            f"{path} cannot be written: {error.strerror}. Name another folder with -o."
        ).caused_by(error) from None
    return path
