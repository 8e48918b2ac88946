"""How good a product is: what its checks, its run and its evaluation say.

A product without a single file is none of the good things, whether or not anybody tried: a company
that delivers nothing must not vanish from the means.
"""

from collections.abc import Iterable, Mapping

from company.deliverables.languages import language_of
from company.engine.context.inspection import Inspection
from company.lab.evaluation.answers import ANSWER
from company.lab.metrics.catalogue import Values, share_of
from company.lab.metrics.subject import Subject
from warehouse.events import (
    CheckRecord,
    ProductChecked,
    ProductEvaluated,
    RunEnded,
    RunForked,
    RunResumed,
    VersionStarted,
)
from warehouse.journal.journal import Event
from warehouse.sandbox.stacks.cards import stack_for


def measured(run: Subject) -> Values:
    """The measures of one run's product."""
    inspection, evaluation = run.inspection, run.evaluation
    checks, status = _executed(run.events)
    imports = _imports(evaluation, inspection)
    values: Values = {
        **_acceptance(evaluation),
        "verified": _verified(status, checks),
        "starts": _starts(checks),
        "parses": _parses(inspection, checks),
        "imports": share_of(list(imports.values())),
        "executable": _executable(checks, imports, inspection.main),
        **_completeness(inspection),
        "consistency": run.similarity,
        "own_tests_passed": _own_tests(checks, inspection),
        "mutation_score": _mutation_score(evaluation),
    }
    if not inspection.files:
        good = ("starts", "parses", "imports", "executable", "complete")
        values |= dict.fromkeys(good, 0.0)
        values["verified"] = None if status == "" else 0.0
    values["quality"] = _product(values["complete"], values["executable"], run.similarity)
    return values


def _executed(events: Iterable[Event]) -> tuple[dict[str, CheckRecord], str]:
    """The checks of the last execution by name, and the status of the last end."""
    checks: dict[str, CheckRecord] = {}
    status = ""
    for event in events:
        match event.data:
            case ProductChecked() as checked:
                checks = {check.name: check for check in checked.checks}
            case RunEnded() as ended:
                status = ended.status
            case RunResumed() | RunForked() | VersionStarted():
                status = ""
    return checks, status


def _acceptance(evaluation: ProductEvaluated | None) -> Values:
    checks = evaluation.judged if evaluation else ()
    works = evaluation.works if evaluation else None
    return {
        "completed": None if works is None else float(works),
        "checks_passed": share_of([check.passed for check in checks]),
        "answered": share_of([check.passed for check in checks if check.kind == ANSWER]),
        "fixed": share_of([check.passed for check in checks if check.kind == "fail_to_pass"]),
        "kept": share_of([check.passed for check in checks if check.kind == "pass_to_pass"]),
    }


def _verified(status: str, checks: Mapping[str, CheckRecord]) -> float | None:
    """As the run ended; None where it has not, or where nothing could be run."""
    if status == "verified":
        return 1.0
    return 0.0 if status == "failed" or (status == "unverified" and checks) else None


def _starts(checks: Mapping[str, CheckRecord]) -> float | None:
    if _does_not_compile(checks):
        return 0.0
    start = checks.get("start", checks.get("import"))
    return None if start is None or start.ok is None else float(start.ok)


def _does_not_compile(checks: Mapping[str, CheckRecord]) -> bool:
    """Whether the run never came to its tests and its start."""
    return any(
        name in checks and checks[name].ok is False for name in ("install", "syntax", "build")
    )


def _parses(inspection: Inspection, checks: Mapping[str, CheckRecord]) -> float | None:
    parsed = [
        stack.code.parses(text)
        for path, text in inspection.texts.items()
        if (stack := stack_for(language_of(path)))
    ]
    if verdicts := [each for each in parsed if each is not None]:
        return float(all(verdicts))
    syntax = checks.get("syntax")
    return None if syntax is None or syntax.ok is None else float(syntax.ok)


def _imports(evaluation: ProductEvaluated | None, inspection: Inspection) -> dict[str, bool]:
    """Module → whether it can be imported."""
    if evaluation is None:
        return {}
    return {each.module: each.ok for each in evaluation.imports if each.module in inspection.files}


def _executable(
    checks: Mapping[str, CheckRecord], imports: Mapping[str, bool], main: str | None
) -> float | None:
    """Whether it compiles and runs; None where that was not tried or could not be told.

    The main file is judged by its start, not by its import: a script asks for its input at once.
    """
    start, tests = checks.get("start"), checks.get("tests")
    started = _starts(checks)
    if started == 0.0 or not all(ok for module, ok in imports.items() if module != main):
        return 0.0
    ended_in_silence = start is not None and start.ok is None and _ran_to_its_end(start)
    if started == 1.0 or ended_in_silence or (tests is not None and tests.ok is True):
        return 1.0
    return None


def _ran_to_its_end(check: CheckRecord) -> bool:
    """Whether it ended by itself, and well."""
    return check.exit_code == 0 and not check.timed_out and not check.out_of_memory


def _completeness(inspection: Inspection) -> Values:
    languages = filter(None, (stack_for(language_of(path)) for path in inspection.texts))
    if not any(stack.code.tells_stubs for stack in languages):
        return {"unimplemented": 0 if not inspection.files else None, "complete": None}
    unimplemented = len(inspection.unimplemented)
    return {"unimplemented": unimplemented, "complete": float(not unimplemented)}


def _own_tests(checks: Mapping[str, CheckRecord], inspection: Inspection) -> float | None:
    """Whether they passed; tests of a program that does not compile did not."""
    if inspection.tests and _does_not_compile(checks):
        return 0.0
    tests = checks.get("tests")
    return None if tests is None or tests.ok is None else float(tests.ok)


def _mutation_score(evaluation: ProductEvaluated | None) -> float | None:
    mutation = evaluation and evaluation.mutation
    if not mutation or mutation.mutants <= 0:
        return None
    return min(max(mutation.killed / mutation.mutants, 0.0), 1.0)


def _product(*factors: float | int | None) -> float | None:
    """None where any of the factors was not measured, unless another is 0: then nothing makes it more."""
    if 0 in factors:
        return 0.0
    product = 1.0
    for factor in factors:
        if factor is None:
            return None
        product *= factor
    return product
