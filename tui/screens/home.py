"""The run browser: all runs of a products folder, and what can be done with them."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widgets import Input

from tui.browser.roster import Roster
from tui.browser.run_row import RunRow
from tui.panes.home_lines import HomeSummary, RunDetails
from tui.panes.key_line import KeyLine
from tui.panes.lines_view import LinesView
from tui.panes.run_table import RunTable, RunTableHead
from tui.screens.compare import CompareScreen
from tui.screens.fork import ForkScreen
from tui.screens.limits import resume
from tui.screens.new_run import NewRunScreen
from tui.screens.questions import delete
from tui.screens.window import is_open, run_window
from tui.text.plain import PlainStatic
from warehouse.history.record import record_of
from warehouse.history.watch import Look, RunWatch
from warehouse.runs.folders import demos

READING = 0.15
"""Seconds for which journals are read before what was found is shown."""
PAUSE, REST = 0.5, 1.0
"""Seconds between two looks at the runs: while one is being worked on, and otherwise."""
LIVELY, CALM = 1.0, 30.0
"""Seconds after which times are drawn anew: while a run is being worked on, and otherwise."""
FIRST_DEMO = 1
"""The line of the first demo where there are no other runs."""
EMPTY = """\
No runs yet.

  n   begins one: say in a sentence what is to be built
  ↵   opens a recorded one, to see what a run looks like
"""


class HomeScreen(Screen[None]):
    """Shows the runs of a folder, which need not be there yet. `clock` tells the seconds since 1970."""

    BINDING_GROUP_TITLE = "All runs"
    VERTICAL_BREAKPOINTS = [(0, "-low"), (30, "-tall"), (45, "-high")]  # noqa: RUF012
    DEFAULT_CSS = """
    HomeScreen #filter-line { height: 1; padding: 0 1; }
    HomeScreen #filter-sign { width: 2; color: $text-muted; }
    HomeScreen #filter { width: 1fr; background: $background; }
    HomeScreen #matches { width: auto; color: $text-muted; }
    HomeScreen #welcome { height: auto; padding: 1 3; display: none; }
    HomeScreen #problem { height: auto; padding: 1 3; color: $text-error; display: none; }
    HomeScreen.-empty #welcome, HomeScreen.-problem #problem { display: block; }
    HomeScreen.-problem #welcome { display: none; }
    HomeScreen.-low RunDetails { text-wrap: nowrap; text-overflow: ellipsis; }
    HomeScreen.-tall RunDetails { height: 6; }
    HomeScreen.-high RunDetails { height: 9; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "new", "New run", tooltip="Begin a new run"),
        Binding("slash", "filter", "Filter", tooltip="Show only the runs with some words"),
        Binding("s", "sort", "Sort", tooltip="Sort by the next column"),
        Binding("S", "reverse", "Reverse", show=False, tooltip="Sort the other way round"),
        Binding("v", "group", "Group", tooltip="Group by experiment, company, model or task"),
        Binding("c", "compare", "Compare", tooltip="Compare the two marked runs"),
        Binding("r", "resume", "Go on", tooltip="Go on where it stopped, or with what comes next"),
        Binding("f", "fork", "Fork", tooltip="Go on from a step of the run in a new one"),
        Binding("D", "delete", "Delete", tooltip="Delete the run, or the marked ones"),
        Binding("R", "reload", "Reload", show=False, tooltip="Read all runs anew"),
        Binding("down", "move(1)", show=False),
        Binding("up", "move(-1)", show=False),
        Binding("escape", "leave", "Show all", show=False, tooltip="Show all, unmark all"),
    ]

    def __init__(self, products: Path, clock: Callable[[], float] = time.time) -> None:
        super().__init__()
        self.products = products
        self._roster = Roster()
        self._watch = RunWatch(products)
        self._clock = clock
        self._is_new_here = True
        """Whether the runs have not all been read yet for the first time."""
        self._awake = asyncio.Event()

    def compose(self) -> ComposeResult:
        yield HomeSummary(self.products)
        with Horizontal(id="filter-line"):
            yield PlainStatic("/", id="filter-sign")
            yield Input(
                placeholder="words of task, name, company, model, status, experiment",
                id="filter",
                compact=True,
            )
            yield PlainStatic(id="matches")
        yield RunTableHead(self._roster)
        yield PlainStatic(id="problem")
        yield PlainStatic(EMPTY, id="welcome")
        yield RunTable(self._roster, self._clock)
        yield RunDetails()
        yield KeyLine()

    def on_mount(self) -> None:
        self._table.focus()
        self._keep_up()

    def on_screen_suspend(self) -> None:
        self._awake.clear()

    def on_screen_resume(self) -> None:
        left = run_window(self.app).left
        if left is not None:
            self._watch.look_soon(left)
            self._table.seek(self.products / left.name)
        self._awake.set()

    @work
    async def _keep_up(self) -> None:
        """Look at the runs for as long as the screen is there, but not while another one hides it."""
        shipped = [Look(folder, record_of(folder)) for folder in demos().values()]
        self._roster.take(shipped)
        shown: object = None
        drawn_at = 0.0
        while True:
            await self._awake.wait()
            looks = await asyncio.to_thread(self._watch.look, READING)
            if not is_open(self):
                return
            state = self._watch.unread, self._watch.problem
            now = time.monotonic()
            if looks or state != shown:
                self._roster.take(looks)
                self._bring_up()
                shown, drawn_at = state, now
            elif now - drawn_at >= (LIVELY if self._watch.followed else CALM):
                self._table.update()
                drawn_at = now
            if not self._watch.unread:
                await asyncio.sleep(PAUSE if self._watch.followed else REST)

    def _bring_up(self) -> None:
        """Show what is known of the runs now."""
        roster, watch = self._roster, self._watch
        self.query_one(HomeSummary).tell(roster, watch.unread)
        self.query_one("#problem", PlainStatic).say(watch.problem)
        self.set_class(bool(watch.problem), "-problem")
        self.set_class(not roster.runs and not watch.unread, "-empty")
        matches = f"  {roster.shown:,} found · esc shows all" if roster.words else ""
        self.query_one("#matches", PlainStatic).say(matches)
        nothing = f"No run has all of: {roster.words}. Escape shows all." if roster.words else ""
        self._table.say(nothing)
        self._table.bring_up(settled=not watch.unread)
        self.query_one(RunTableHead).refresh()
        if self._is_new_here and not watch.unread:
            self._is_new_here = False
            if not roster.runs:
                self._table.move_to(FIRST_DEMO)
        self._tell_details()

    @property
    def _table(self) -> RunTable:
        return self.query_one(RunTable)

    @on(LinesView.Moved)
    def _tell_details(self) -> None:
        self.query_one(RunDetails).tell(self._table.under_cursor)

    @on(RunTable.Rearranged)
    def _tell_marks(self) -> None:
        self.query_one(HomeSummary).tell(self._roster, self._watch.unread)
        self._tell_details()

    @on(RunTable.Opened)
    def _open(self, message: RunTable.Opened) -> None:
        run_window(self.app).open_run(message.run.folder)

    @on(RunTableHead.Chosen)
    def _sort_by(self, message: RunTableHead.Chosen) -> None:
        self._roster.sort_by(message.column)
        self._bring_up()

    @on(Input.Changed, "#filter")
    def _look_for(self, message: Input.Changed) -> None:
        self._roster.look_for(message.value)
        self._bring_up()

    @on(Input.Submitted, "#filter")
    def _search_ended(self) -> None:
        self._table.focus()

    def action_filter(self) -> None:
        self.query_one("#filter", Input).focus()

    def action_move(self, lines: int) -> None:
        """Move the cursor of the table while words are being typed."""
        self._table.action_move(lines)

    def action_leave(self) -> None:
        """Escape: what was looked for is forgotten first, then the marks."""
        words = self.query_one("#filter", Input)
        if not words.value and not words.has_focus:
            self._roster.marked.clear()
        words.value = ""
        self._table.focus()
        self._bring_up()

    def action_sort(self) -> None:
        self._roster.sort_by_next()
        self._bring_up()

    def action_reverse(self) -> None:
        self._roster.reverse()
        self._bring_up()

    def action_group(self) -> None:
        self._roster.group_by_next()
        self._bring_up()

    def action_reload(self) -> None:
        self._watch.begin_again()

    def action_new(self) -> None:
        self.app.push_screen(NewRunScreen(self.products))

    def action_fork(self) -> None:
        run = self._own_run("forked")
        if run is not None:
            self.app.push_screen(ForkScreen(run.folder))

    def action_resume(self) -> None:
        run = self._own_run("gone on with")
        if run is not None and run.is_worked_on:
            self._say(f"{run.name} is being worked on: enter opens it.")
        elif run is not None:
            resume(self.app, run.folder)

    def action_compare(self) -> None:
        pair = list(self._roster.marked.values())
        under = self._table.run
        if len(pair) == 1 and under is not None and under.key != pair[0].key:
            pair.append(under)
        if len(pair) == 2:
            self.app.push_screen(CompareScreen(pair[0].folder, pair[1].folder))
        else:
            self._say("Mark two runs with space, then c shows them side by side.")

    @work(exclusive=True, group="delete")
    async def action_delete(self) -> None:
        chosen = list(self._roster.marked.values())
        if not chosen:
            run = self._own_run("deleted")
            chosen = [run] if run else []
        gone = await delete(self.app, chosen, self.products) if chosen else []
        if is_open(self):
            self._roster.take([Look(run.folder, None) for run in gone])
            self._bring_up()

    def _own_run(self, done: str) -> RunRow | None:
        """The run under the cursor, where it is one that something can be done with."""
        run = self._table.run
        if run is None:
            self._say("Go to a run first.")
        elif run.is_demo:
            self._say(f"{run.name} came with softhouse: it can be looked at, not {done}.")
            return None
        return run

    def _say(self, words: str) -> None:
        self.app.notify(words, markup=False)
