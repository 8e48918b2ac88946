"""How near a program is to what was asked for: the consistency of the ChatDev paper.

It is the cosine of two embeddings, of the task's words and of the code without its comments
(arXiv 2307.07924, section 4). What the paper's published script does otherwise, and we do not, is
told in docs/metrics.md.
"""

import math
from collections.abc import Iterator, Mapping, Sequence

from company.engine.context.inspection import Inspection
from company.lab.evaluation.parts import parts_of
from company.lab.metrics.size import comment_free
from company.models.embeddings import Embed, Similarity, Vector, cosine

PIECE = 4_000
"""Bytes of text that are embedded together. A token is at least a byte, so a piece fits a window of
about as many tokens, and no part of a long program is left out."""


async def consistency(task: str, files: Mapping[str, bytes], embed: Embed) -> Similarity:
    """The cosine of the task and the program, tests left out; 0.0 where there is no code.

    Raises ProviderError.
    """
    program = parts_of(Inspection(files).texts).program
    bare = (comment_free(path, text) for path, text in sorted(program.items()))
    code = "\n".join(text for text in bare if text)
    if not code.strip() or not task.strip():
        return 0.0
    task_pieces, code_pieces = list(_pieces(task)), list(_pieces(code))
    vectors = await embed([*task_pieces, *code_pieces])
    return cosine(
        _whole(task_pieces, vectors[: len(task_pieces)]),
        _whole(code_pieces, vectors[len(task_pieces) :]),
    )


def _pieces(text: str) -> Iterator[str]:
    """The text in parts of at most PIECE bytes, between lines where that is possible."""
    piece, size = "", 0
    for line in text.splitlines(keepends=True):
        length = len(line.encode("utf-8", "replace"))
        if size + length > PIECE and piece:
            yield piece
            piece, size = "", 0
        while length > PIECE:
            head = line.encode("utf-8", "replace")[:PIECE].decode("utf-8", "ignore")
            yield head
            line = line[len(head) :]
            length = len(line.encode("utf-8", "replace"))
        piece, size = piece + line, size + length
    if piece.strip():
        yield piece


def _whole(pieces: Sequence[str], vectors: Sequence[Vector]) -> Vector:
    """One vector for all pieces: their directions, each as heavy as its piece is long."""
    total = [0.0] * len(vectors[0])
    for piece, vector in zip(pieces, vectors, strict=True):
        length = math.hypot(*vector)
        weight = len(piece) / length if length else 0.0
        total = [sum_ + weight * value for sum_, value in zip(total, vector, strict=True)]
    return total
