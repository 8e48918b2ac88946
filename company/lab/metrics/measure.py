"""Everything measured of one run: a pure function of its journal and its product.

Journals and products may come from anywhere. Whatever they hold, measuring them yields numbers or
None, never an error.
"""

import math
from collections.abc import Mapping, Sequence

from company.engine.context.inspection import Inspection
from company.lab.evaluation.evaluation import evaluation_in
from company.lab.evaluation.parts import parts_of, python_of
from company.lab.metrics.catalogue import Values, metric_names
from company.lab.metrics.consistency import Similarity
from company.lab.metrics.outcome import outcome
from company.lab.metrics.python_code import complexity, findings
from company.lab.metrics.size import code_lines, size
from company.lab.metrics.talk import course, replies_in, spending, talk
from warehouse.journal.journal import Event

LARGEST = 2**53
"""Numbers beyond it are nobody's measure, and no table holds them."""


def measure(
    events: Sequence[Event],
    files: Mapping[str, bytes],
    similarity: Similarity | None = None,
) -> dict[str, float | int | None]:
    """Metric name → value, None where it was not measured or cannot be.

    `files` is the delivered product. The consistency is `similarity`, or what the evaluation
    recorded. Every name of the catalogue is there, and the metrics of each role of the company.
    """
    evaluation = evaluation_in(events)
    if similarity is None and evaluation is not None:
        similarity = _share(evaluation.consistency)
    inspection = Inspection(files)
    parts = parts_of(inspection.texts)
    replies = replies_in(events)
    found: Values = {
        **dict.fromkeys(metric_names()),
        **outcome(events, inspection, evaluation, similarity),
        **size(files, inspection.texts, parts),
        **complexity(python_of(parts.program)),
        **_lint(python_of({**parts.program, **parts.tests})),
        **spending(replies, events),
        **course(events),
        **talk(replies, events),
    }
    return {name: _plausible(value) for name, value in found.items()}


def _lint(python: Mapping[str, str]) -> Values:
    found, lines = findings(python), code_lines(python)
    return {
        "lint": found,
        "lint_per_100_lines": 100 * found / lines if found is not None and lines else None,
    }


def _share(number: float | None) -> float | None:
    return None if number is None else min(max(number, 0.0), 1.0)


def _plausible(value: float | int | None) -> float | int | None:
    if value is None or not math.isfinite(value) or abs(value) > LARGEST:
        return None
    return value
