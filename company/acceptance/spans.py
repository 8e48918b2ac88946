"""A task's text as its writer set it apart: sentences, and in them what stands between marks.

What is between backticks, quotation marks or fences is meant to the letter; the words around it say what
it is. Everything here reads a text once, from its beginning to its end.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST_SPANS = 60
"""Of one sentence; what has more is taken in parts."""
_FENCE = re.compile(r"[ \t]*+(`{3,}+|~{3,}+)[^`\n]*+")
_MARKED = re.compile(
    r"`([^`]{1,1000})`"
    r"|“([^“”\n]{1,200})”|„([^„“”\n]{1,200})[“”]|«([^«»\n]{1,200})»"
    r"|「([^「」\n]{1,200})」|『([^『』\n]{1,200})』"
)
_BREAK = re.compile(
    r"(?<=[.!?])\s+(?=[^\W\d_a-zß-ÿ]|[`\"“„«*-])|(?<=[。！？])|\n[ \t]*\n|\n[ \t]*(?=(?:[-*•]|\d{1,3}[.)])[ \t])"
)


@dataclass(frozen=True, slots=True)
class Span:
    """What stands between marks; `is_block` where these are fences around whole lines."""

    text: str
    is_block: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words and spans in turn: there is one more of the words, some of which are empty."""

    words: tuple[str, ...]
    spans: tuple[Span, ...]

    @property
    def asks(self) -> bool:
        """Whether it is a question, which says nothing."""
        return self.words[-1].rstrip(' \n)"”').endswith(("?", "？"))

    def told(self, first: int, last: int) -> str:
        """The spans from one to another and the words between them, as a line."""
        parts = [f"`{self.spans[first].text.strip()}`"]
        for number in range(first + 1, last + 1):
            parts += [self.words[number], f"`{self.spans[number].text.strip()}`"]
        return " ".join(" ".join(parts).split())


def sentences(text: str) -> list[Sentence]:
    """The sentences of a text; a block belongs to the one that leads to it."""
    return list(_joined(text))


def _joined(text: str) -> Iterator[Sentence]:
    words, spans = [""], list[Span]()
    for piece in _pieces(text):
        if isinstance(piece, Span):
            spans.append(piece)
            words.append("")
            continue
        first, *others = _BREAK.split(piece)
        words[-1] += first
        for other in others if len(spans) < MOST_SPANS else ["", *others]:
            yield Sentence(tuple(words), tuple(spans))
            words, spans = [other], []
    yield Sentence(tuple(words), tuple(spans))


def _pieces(text: str) -> Iterator[str | Span]:
    prose: list[str] = []
    block: list[str] = []
    fence = ""
    for line in text.splitlines(keepends=True):
        if fence and line.strip() == fence:
            # The blank line before a block does not end the sentence that leads to it.
            yield from _marked("".join(prose).rstrip() + " ")
            yield Span("".join(block), is_block=True)
            prose, block, fence = [], [], ""
        elif fence:
            block.append(line)
        elif opening := _FENCE.fullmatch(line.rstrip("\n")):
            fence = opening[1]
        else:
            prose.append(line)
    yield from _marked("".join([*prose, *block]))


def _marked(text: str) -> Iterator[str | Span]:
    end = 0
    for match in _MARKED.finditer(text):
        yield text[end : match.start()]
        yield Span(next(filter(None, match.groups())))
        end = match.end()
    yield text[end:]
