import pathlib
import sys


def groups(folder):
    found = {}
    for path in folder.rglob("*"):
        if path.is_file():
            found.setdefault(path.read_bytes(), []).append(path.relative_to(folder).as_posix())
    return sorted(" ".join(sorted(paths)) for paths in found.values() if len(paths) > 1)


def main(arguments):
    if len(arguments) != 1 or not pathlib.Path(arguments[0]).is_dir():
        print("usage: main.py FOLDER", file=sys.stderr)
        return 2
    lines = groups(pathlib.Path(arguments[0]))
    for line in lines:
        print(line)
    print(f"{len(lines)} groups")
    return 0


sys.exit(main(sys.argv[1:]))
