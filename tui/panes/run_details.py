"""What is to be said of the run under the cursor that has no room in its line."""

from textual.content import Content

from tui.browser.columns import SOFT, mark_of
from tui.browser.glance import Glance
from tui.browser.roster import GroupHead, RosterLine
from tui.text.plain import PlainStatic, plain
from warehouse.history.format.figures import counted


class RunDetails(PlainStatic):
    """The task in full, why the run ended, and where it lies; cut off where there is no room."""

    DEFAULT_CSS = """
    RunDetails {
        height: 4; padding: 0 1; border-top: solid $panel; color: $foreground;
        overflow: hidden hidden;
    }
    """

    def tell(self, line: RosterLine | None) -> None:
        """Tell of a line of the table."""
        if line is None:
            self.say("")
        elif isinstance(line, GroupHead):
            self.say(_of_group(line))
        else:
            self.say(_of_run(line))


def _of_group(head: GroupHead) -> Content:
    told = "Enter folds and unfolds." if head.about_demos else head.sums.told
    return Content("\n").join([plain(head.title, "bold", one_line=True), plain(told)])


def _of_run(run: Glance) -> Content:
    lines = [_outcome(run), plain(_origin(run), SOFT, one_line=True)]
    if run.task:
        lines.append(plain(run.task))
    return Content("\n").join(lines)


def _outcome(run: Glance) -> Content:
    mark, style = mark_of(run.status)
    status = plain(f"{mark} {run.status}", f"{style} bold")
    parts = [run.phase, run.reason]
    said = ": ".join(part for part in parts if part)
    return Content.assemble(status, plain(f"  {said}" if said else "", one_line=True))


def _origin(run: Glance) -> str:
    chain = "" if run.chain == run.company else f" by the {run.chain} chain"
    calls = counted(run.usage.calls, "call")
    parts = [
        f"{run.company}{chain}" if run.company else "",
        run.model,
        calls if run.usage.calls else "",
        f"forked from {run.parent} at {run.forked_at}" if run.parent else "",
        f"experiment {run.experiment}" if run.experiment else "",
        str(run.folder),
    ]
    return " · ".join(part for part in parts if part)
