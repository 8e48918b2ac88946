"""What the checks of the product printed, as lines: a head for each check, its output below."""

from collections.abc import Sequence
from dataclasses import dataclass

from tui.text.line import Line
from warehouse.events import CheckRecord
from warehouse.history.entries import Executed
from warehouse.history.format.figures import counted, excerpt
from warehouse.history.format.wording import judged, pictured

SHORT = 12
"""Lines of an output that is shown whole."""
LAST = 6
"""Lines that are shown of a longer one: how it ended."""
LONGEST_REMARK = 40
"""Characters."""

MARKS: dict[bool | None, tuple[str, str]] = {
    True: ("✓", "$text-success bold"),
    False: ("✗", "$text-error bold"),
    None: ("?", "$text-warning bold"),
}


@dataclass(slots=True)
class Check:
    """One check, and whether all of a long output is shown."""

    done: CheckRecord
    at: str
    output: list[str]
    unfolded: bool = False

    @property
    def left_out(self) -> int:
        """Lines of the output that are not shown, from its beginning."""
        return 0 if self.unfolded or len(self.output) <= SHORT else len(self.output) - LAST

    @property
    def can_fold(self) -> bool:
        return len(self.output) > SHORT


@dataclass(frozen=True, slots=True)
class _Row:
    check: Check | None
    line: int
    """Of the output; HEAD or FOLD for what stands above it."""
    remark: str = ""
    """What stands where nothing was run."""


HEAD, FOLD = -1, -2


class OutputLines:
    """Grows with the executions of a run."""

    width = 0

    def __init__(self) -> None:
        self._checks: list[Check | str] = []
        self._taken = 0
        self._rows: list[_Row] = []

    def __len__(self) -> int:
        return len(self._rows)

    def take(self, executions: Sequence[Executed]) -> None:
        """Take those that are new into account."""
        for execution in executions[self._taken :]:
            checks: list[Check | str] = [_check(done, execution.at) for done in execution.checks]
            for each in checks or [execution.summary]:
                self._checks.append(each)
                self._rows += _rows(each)
        self._taken = len(executions)

    def toggle(self, number: int) -> int:
        """Fold or unfold the output that a line belongs to; returns where its head is then."""
        check = self._rows[number].check
        if check is None or not check.can_fold:
            return number
        check.unfolded = not check.unfolded
        self._rows = [row for each in self._checks for row in _rows(each)]
        return next(n for n, row in enumerate(self._rows) if row.check is check)

    def text(self, number: int) -> str:
        """The whole output that a line belongs to."""
        check = self._rows[number].check
        return check.done.output if check else self._rows[number].remark

    def line(self, number: int) -> Line:
        row = self._rows[number]
        if row.check is None:
            return Line((("– ", "$foreground 60%"), (row.remark, "$foreground 60%")))
        if row.line == HEAD:
            return _head(row.check)
        if row.line == FOLD:
            more = f"{counted(row.check.left_out, 'line')} above, Enter shows them"
            return Line(((f"▸ {more}", "$foreground 60%"),), lead=(("  ", ""),))
        return Line(((row.check.output[row.line].expandtabs(8), ""),), lead=(("  ", ""),))


def _check(done: CheckRecord, at: str) -> Check:
    output = done.output.replace("\r\n", "\n").rstrip("\n")
    lines = output.split("\n") if output else []
    return Check(done, at, [*lines, *map(pictured, done.pictures)])


def _rows(each: Check | str) -> list[_Row]:
    if isinstance(each, str):
        return [_Row(None, HEAD, each)]
    fold = [_Row(each, FOLD)] if each.left_out else []
    shown = [_Row(each, line) for line in range(each.left_out, len(each.output))]
    return [_Row(each, HEAD), *fold, *shown]


def _head(check: Check) -> Line:
    done = check.done
    mark, style = MARKS[done.ok]
    outcome = judged(done.ok, done.exit_code, excerpt(done.remark, LONGEST_REMARK))
    figures = f"{outcome} · {done.seconds:.1f} s · {check.at[11:19]} "
    return Line(
        ((f"{done.name}", "bold"), (f"  {done.command}", "$foreground 60%")),
        lead=((f"{mark} ", style),),
        tail=((figures, style.removesuffix(" bold") if done.ok is False else "$foreground 60%"),),
        ground="on $foreground 6%",
    )
