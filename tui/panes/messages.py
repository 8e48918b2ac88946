"""What the parts of a window tell each other. The screen listens and passes it on."""

from dataclasses import dataclass

from textual.message import Message


@dataclass
class OpenFile(Message):
    """Show a file of the product: as the commit `sha` has it, or as it is now where that is empty."""

    path: str
    sha: str = ""
    line: int = 0
    """Counted from 1; 0 is the top."""


@dataclass
class OpenCommit(Message):
    """Show what a commit changed."""

    sha: str


@dataclass
class OpenCode(Message):
    """Show a piece of code that is no file of the product."""

    title: str
    text: str
    language: str = ""


@dataclass
class OpenMessage(Message):
    """Bring a message of the conversation into view, by the number of the event that ended it."""

    seq: int


@dataclass
class OpenStep(Message):
    """Bring the conversation of a step into view, by its path."""

    where: str


@dataclass
class SeekTo(Message):
    """Show the run as it was after so many of its events."""

    position: int
