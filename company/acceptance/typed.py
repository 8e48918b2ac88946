"""A command as a task writes it down, and as it would be typed: without a shell, and with what a pipe gives it."""

import re
import shlex

from company.acceptance.check_card import Command

PROGRAMS = re.compile(r"python3?|node|ruby|perl|php|bash|sh|deno|\./[\w./-]+")
_SHELL = re.compile(r"[|<>;&$]|&&")


def typed_command(text: str) -> Command | None:
    """What a span would be typed as, where it starts a program."""
    text, stdin = text.strip().removeprefix("$ "), ""
    fed, pipe, rest = text.partition("|")
    if pipe:
        printed = _printed(fed)
        if printed is None:
            return None
        text, stdin = rest.strip(), printed
    try:
        argv = shlex.split(text)
    except ValueError:
        return None
    if len(argv) < 1 or not PROGRAMS.fullmatch(argv[0]) or _SHELL.search(_outside_quotes(text)):
        return None
    if len(argv) < 2 and not argv[0].startswith("./"):
        return None
    return Command(run=argv, stdin=stdin)


def _printed(text: str) -> str | None:
    """What `echo` or `printf` give to the next program; None for anything else."""
    try:
        program, *words = shlex.split(text)
    except ValueError:
        return None
    if program == "echo" and not (words and words[0].startswith("-")):
        return " ".join(words) + "\n"
    if program == "printf" and len(words) == 1 and "%" not in words[0]:
        return words[0].replace("\\n", "\n").replace("\\t", "\t")
    return None


def _outside_quotes(text: str) -> str:
    return re.sub(r"'[^']*'|\"[^\"]*\"", "", text)
