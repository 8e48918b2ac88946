"""A program: started at a terminal, given lines or keys and then the end of its input, and listened to.

What it attempts decides, not what it says: that it takes the lines, sets its terminal to single keys, looks
for something in the network, does something else when it is given arguments, listens on a port. Words
come last.
"""

import json

import msgspec

from warehouse.events import CommandResult, Sighting
from warehouse.sandbox.stacks.stack import OutcomeRule, Stack
from warehouse.sandbox.toolbox import witness_command
from warehouse.sandbox.witness.inside.places import TRIED_DISPLAY
from warehouse.sandbox.witness.page import may_serve_pages
from warehouse.sandbox.witness.seen import titles
from warehouse.sandbox.witness.serving import Served, judge_served
from warehouse.sandbox.witness.witness import KILLED, TRAP, Start

USE = witness_command("start")
GRACE_SECONDS = 5.0
PAGE_SECONDS = 60.0
"""For one that serves a page, which is opened."""
ANSWER_SECONDS = 3.0
"""How long a server may take for an answer."""
WORK_SECONDS = 15.0
"""How much longer all its answers together may take while it is at work on them: some are put together
when they are first asked for."""
EXPLAINED = (1, 2, 64)
"""Exit codes with which a program says that it wants to be called in another way."""
NEVER = "(?!)"
GIVEN = "a terminal"
"""What a program here has, though without a witness it lacks it."""
Verdict = tuple[bool | None, str]


class Trial(msgspec.Struct, frozen=True):
    """One start of the program, as `inside/trial.py` reports it."""

    arguments: tuple[str, ...]
    at_terminal: bool
    taken: int
    """Lines that it has read."""
    keys: int
    """Keys that it has read from a terminal that hands them over one by one."""
    served: Served | None
    """What it answered, where it took connections."""
    sought_network: bool
    ended: bool
    exit_code: int
    stdout: str
    stderr: str

    @property
    def output(self) -> str:
        return (self.stdout + self.stderr).strip()

    def went_well(self, outcome: OutcomeRule) -> bool:
        if not self.ended or self.exit_code == 0:
            return True
        return bool(self.taken) and outcome.asked_for_input(self.exit_code, self.stderr)


class ProcessWitness:
    """Knows every program that is started by a command."""

    async def see(self, start: Start) -> Sighting | None:
        # On the host there is no process 1 of ours, and none of our tools.
        if not start.argv or start.sandbox.name == "host":
            return None
        outcome = start.stack.outcome
        settings = {
            "argv": start.argv,
            "trap": TRAP,
            "seconds": start.seconds,
            "explained": EXPLAINED,
            "input_ended": outcome.asks_for_input or NEVER,
            "pages": may_serve_pages(start.stack, start.files),
            "patience": (ANSWER_SECONDS, WORK_SECONDS),
        }
        command = [*USE, json.dumps(settings)]
        seconds = start.seconds + GRACE_SECONDS + PAGE_SECONDS + WORK_SECONDS
        ran = await start.sandbox.exec(command, seconds=seconds)
        trials = _trials(ran)
        if not trials or await self._wants_window(trials[0], start):
            return None
        bare = [trial for trial in trials if not trial.arguments]
        told = next((trial for trial in bare if trial.went_well(outcome)), trials[0])
        holds, how = (
            (False, "used up the memory of the sandbox")
            if ran.out_of_memory
            else _judge(told, trials, start)
        )
        page = told.served.page if told.served else None
        return Sighting(
            command=start.argv,
            holds=holds,
            how=how,
            unseen=told.served.unseen if told.served and holds else (),
            pictures=await start.pictures(titles(page)) if page else (),
            output="\n".join(filter(None, (told.stdout.strip(), told.stderr.strip()))),
            exit_code=told.exit_code if told.ended else KILLED,
            seconds=ran.seconds,
        )

    async def _wants_window(self, trial: Trial, start: Start) -> bool:
        return trial.exit_code == KILLED and await start.left(TRIED_DISPLAY)


def _trials(ran: CommandResult) -> list[Trial]:
    """None where there is no report: it was ended, or this machine has no `/proc`."""
    try:
        return msgspec.json.decode(ran.stdout, type=list[Trial])
    except msgspec.DecodeError:
        return []


def _judge(told: Trial, trials: list[Trial], start: Start) -> Verdict:
    outcome = start.stack.outcome
    if told.served:
        return judge_served(
            told.served, outcome, ended=told.ended and told.exit_code, cut_off=told.sought_network
        )
    if told.went_well(outcome):
        return _right(told, start)
    return _wrong(trials, start.stack)


def _right(told: Trial, start: Start) -> Verdict:
    """Of a program that runs on, ended well, or ended for want of more input."""
    if told.keys and not told.taken:
        return True, "answers keys in a terminal of 80×24"
    if told.taken or told.keys:
        return True, "asks for input"
    if not told.ended:
        lasting = bool(start.stack.long_running_imports(start.files))
        ending = "as it should" if lasting else "and asks for nothing"
        return lasting or None, f"still running after {start.seconds:.0f} s, {ending}"
    return (True, "") if told.output else (None, "ends without a word when it is given nothing")


def _wrong(trials: list[Trial], stack: Stack) -> Verdict:
    """Of a program that ended with an error however it was started."""
    first, outcome = trials[0], stack.outcome
    need = "the network" if first.sought_network else outcome.missed(first.stderr)
    if need and need != GIVEN:
        return None, f"needs {need}, which this sandbox does not have"
    if any(trial.arguments and trial.exit_code == 0 for trial in trials):
        return True, "asks for arguments"
    if first.exit_code not in EXPLAINED or outcome.broke(first.output):
        if first.taken and all(outcome.refused_input(trial.stderr) for trial in trials):
            return None, "can read none of the lines that it was given"
        return False, _ending(first)
    if outcome.told_usage(first.output) or _does_otherwise(trials):
        return True, "asks for arguments"
    if first.taken:
        return True, "asks for input"
    return (
        None,
        f"ends with {_ending(first)} when it is given nothing, and with no sign of a fault",
    )


def _does_otherwise(trials: list[Trial]) -> bool:
    """Whether it does something else when it is given arguments."""
    bare = {(trial.exit_code, trial.output) for trial in trials if not trial.arguments}
    return any((each.exit_code, each.output) not in bare for each in trials if each.arguments)


def _ending(trial: Trial) -> str:
    if trial.exit_code > 128:
        return f"killed by signal {trial.exit_code - 128}"
    after = f" after {trial.taken} lines of input" if trial.taken > 1 else ""
    return (
        f"exit code {trial.exit_code}{after or (' after a line of input' if trial.taken else '')}"
    )
