"""What a person reads when something fails: one paragraph on stderr, and an exit code."""

import os
import sys
import traceback

import click

from company.cli.output import complain
from company.errors import Interrupted
from warehouse.errors import DISK, SofthouseError, is_of_the_disk

OWN_FAULT = 70
"""EX_SOFTWARE of sysexits.h: a fault in softhouse itself."""


def report(error: BaseException) -> int:
    """Say what went wrong and return the exit code. `SOFTHOUSE_DEBUG=1` adds the traceback."""
    if os.environ.get("SOFTHOUSE_DEBUG"):
        traceback.print_exception(error, file=sys.stderr)
    match error:
        case click.Abort():
            complain("interrupted")
            return Interrupted.exit_code
        case click.exceptions.NoArgsIsHelpError():
            error.show()
            return error.exit_code
        case click.ClickException():
            complain(_usage(error))
            return error.exit_code
        case SofthouseError():
            complain(str(error))
            return error.exit_code
        case OSError() if error.strerror:
            about = f"{error.filename}: " if error.filename else ""
            if is_of_the_disk(error):
                complain(f"{about}{error.strerror}. Make room, then do the same again.")
                return DISK
            complain(f"{about}{error.strerror}. {_how_to_see_more()}")
            return OWN_FAULT
    what = " ".join(f"{type(error).__name__}: {error}".split())[:500]
    complain(f"a fault in softhouse itself ({what}). {_how_to_see_more()}")
    return OWN_FAULT


def _usage(error: click.ClickException) -> str:
    message = error.format_message()
    context = error.ctx if isinstance(error, click.UsageError) else None
    return f"{message} See: {context.command_path} --help" if context else message


def _how_to_see_more() -> str:
    return "For the traceback, set SOFTHOUSE_DEBUG=1 and do the same again."
