"""How a task says that its program is started, and what in its commands stands for something else."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from company.acceptance.check_card import Command
from company.acceptance.spans import Sentence, Span
from company.acceptance.typed import typed_command
from company.acceptance.wording import wording

_CAPITALS = re.compile(r"[A-Z][A-Z0-9_]*(?:\.\.\.|…)?")
_SLOT = re.compile(r"[<\[{][^<>\[\]{}]*[>\]}]|\.\.\.|…")
_DESCRIBED = re.compile(r"<\w[\w -]*>|\.\.\.|…")
_PROGRAM_FILE = re.compile(r"(?<![\w-])[\w-]++\.(?:py|js|rb|pl|php|sh)\b")
_STARTERS = {"py": "python", "js": "node", "rb": "ruby", "pl": "perl", "php": "php", "sh": "bash"}
_FILES = frozenset(
    [
        ".txt",
        ".csv",
        ".tsv",
        ".json",
        ".yml",
        ".yaml",
        ".toml",
        ".ini",
        ".cfg",
        ".conf",
        ".log",
        ".md",
        ".htm",
        ".html",
        ".xml",
        ".png",
        ".jpg",
        ".jpeg",
        ".gif",
        ".pdf",
        ".doc",
        ".docx",
        ".xls",
        ".xlsx",
        ".db",
        ".sqlite",
        ".zip",
        ".gz",
        ".wav",
        ".mp3",
        ".mp4",
        ".sql",
        ".in",
        ".out",
        ".dat",
    ]
)
"""Endings of words that name a file, which nobody has given."""


@dataclass(frozen=True)
class Start:
    """The words that start a program, and how many things it is given behind them."""

    bare: tuple[str, ...]
    slots: int


@dataclass(frozen=True)
class Usage:
    """What the sentences of a task tell of it."""

    text: Sequence[Sentence]

    @cached_property
    def capitals(self) -> frozenset[str]:
        """Words in capitals that stand in sentences, and so for something else where they are marked."""
        words = (word for each in self.text for part in each.words for word in part.split())
        bare = (word.strip(".,:;!?()\"'…") for word in words)
        return frozenset(word for word in bare if _CAPITALS.fullmatch(word))

    @cached_property
    def start(self) -> Start | None:
        """How the program is started, where the text says that one way."""
        spans = [span for each in self.text for span in each.spans if not span.is_block]
        commands = [command for span in spans if (command := typed_command(span.text))]
        starts = {self._start_in(each.argv) for each in commands if self._has_slots(each)}
        if not starts:
            files = {name for span in spans for name in _PROGRAM_FILE.findall(span.text)}
            starts = {Start((_STARTERS[each.rpartition(".")[2]], each), 0) for each in files}
        return starts.pop() if len(starts) == 1 else None

    def commands(self, text: str) -> list[Command]:
        """The command of a span, and those before it that it stands behind; none where it is none."""
        pieces = [piece.strip() for piece in text.split("&&")]
        commands = [command for piece in pieces if (command := typed_command(piece))]
        concrete = [each for each in commands if not (self._has_slots(each) or _wants_more(each))]
        return concrete if len(concrete) == len(pieces) else []

    def _has_slots(self, command: Command) -> bool:
        return any(map(self._is_slot, command.argv[1:]))

    def _start_in(self, argv: list[str]) -> Start:
        first = next(n for n, word in enumerate(argv) if n and self._is_slot(word))
        return Start(tuple(argv[:first]), len(argv) - first)

    def _is_slot(self, word: str) -> bool:
        """Whether a word of a command holds the place of something else."""
        bare = word.rstrip(".…")
        stands_for = bare in self.capitals or wording()["slots"].fullmatch(bare)
        return bool(_SLOT.search(word) or stands_for)

    def is_described(self, output: Span) -> bool:
        """Whether it holds the place of something else."""
        if output.is_block:
            return "..." in output.text or "…" in output.text
        words = re.findall(r"[A-Z][A-Z0-9_]*", output.text)
        return bool(_DESCRIBED.search(output.text)) or not self.capitals.isdisjoint(words)


def _wants_more(command: Command) -> bool:
    """Whether it speaks of what lies elsewhere."""
    return any(map(_lies_elsewhere, command.argv[2:]))


def _lies_elsewhere(word: str) -> bool:
    """Whether a word names a file, a folder or an address."""
    value = word.rpartition("=")[2]
    leads_away = value.startswith(("~", "/", "$", "*", "./", "../")) or value.endswith(("/", "*"))
    return leads_away or "://" in value or PurePosixPath(value).suffix.lower() in _FILES
