import pathlib
import sys

FILE = pathlib.Path("todo.txt")


class Wrong(Exception):
    pass


def load():
    lines = FILE.read_text().splitlines() if FILE.exists() else []
    return [(line[0] == "x", line[2:]) for line in lines]


def save(entries):
    FILE.write_text("".join(f"{'x' if done else '-'} {text}\n" for done, text in entries))


def place(words, entries):
    if len(words) != 1 or not words[0].isdecimal() or not 1 <= int(words[0]) <= len(entries):
        raise Wrong("there is no such entry")
    return int(words[0]) - 1


def work(command, words):
    entries = load()
    if command == "add" and words:
        entries.append((False, " ".join(words)))
        said = f"added {len(entries)}"
    elif command == "list" and not words:
        lines = [f"{n}. [{'x' if done else ' '}] {text}" for n, (done, text) in enumerate(entries, 1)]
        return "\n".join(lines) or "nothing to do"
    elif command == "done":
        which = place(words, entries)
        entries[which] = (True, entries[which][1])
        said = f"done {which + 1}"
    elif command == "remove":
        which = place(words, entries)
        del entries[which]
        said = f"removed {which + 1}"
    else:
        raise Wrong("usage: main.py add TEXT | list | done NUMBER | remove NUMBER")
    save(entries)
    return said


def main(arguments):
    try:
        print(work(arguments[0] if arguments else "", arguments[1:]))
    except Wrong as wrong:
        print(wrong, file=sys.stderr)
        return 2
    return 0


sys.exit(main(sys.argv[1:]))
