"""Reads the symbols of files from standard input, in a process of its own: a line of JSON for each.

A parser is written in C, and what it reads may be made to break it or to take for ever: then the process
ends in the middle, and whoever started it knows by the lines which file it was.
"""

import resource
import signal
import sys
from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from company.map.grammars import GRAMMARS, Grammar
from company.map.symbols import Definition, Symbols

if TYPE_CHECKING:
    from tree_sitter import Node

SECONDS = 1.0
"""Of CPU for one file."""
BOUNDS = {resource.RLIMIT_AS: 4 * 1024**3, resource.RLIMIT_FSIZE: 0, resource.RLIMIT_CORE: 0}
"""Bytes of memory, of any file that is written, and of what a crash leaves."""
MOST_DEFINITIONS = 5_000
LONGEST_NAME = 100


def main() -> None:
    """Read pairs of a suffix and a file's bytes until there are no more."""
    for which, bound in BOUNDS.items():
        _, hard = resource.getrlimit(which)
        bound = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
        resource.setrlimit(which, (bound, bound))
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    files = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=list[tuple[str, bytes]])
    for suffix, data in files:
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        symbols = read_symbols(data, GRAMMARS[suffix])
        sys.stdout.buffer.write(msgspec.json.encode(symbols) + b"\n")
        sys.stdout.buffer.flush()


def read_symbols(data: bytes, grammar: Grammar) -> Symbols:
    """The symbols of a file's text."""
    from tree_sitter import Parser, QueryCursor

    root = Parser(grammar.language).parse(data).root_node

    def text(node: "Node") -> str:
        named = data[node.start_byte : node.end_byte]
        return named.decode(errors="replace") if len(named) <= LONGEST_NAME else ""

    used = QueryCursor(grammar.naming).captures(root).get("name", ())
    names = Counter(filter(None, map(text, used)))
    found = {
        Definition(name, named.start_point.row + 1, whole.end_point.row + 1)
        for _, match in QueryCursor(grammar.defining).matches(root)
        for named, whole in zip(match["name"], match["definition"], strict=False)
        if (name := text(named))
    }
    ordered = sorted(found, key=lambda each: (each.line, -each.last, each.name))
    return Symbols(tuple(ordered[:MOST_DEFINITIONS]), dict(names))


if __name__ == "__main__":
    main()
