import sys


def bars(lines):
    for line in lines:
        if not line.strip():
            continue
        name, number = line.split()
        if not number.isdecimal():
            raise ValueError(f"no number: {number}")
        yield name, int(number)


def main():
    try:
        found = list(bars(sys.stdin))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    for name, number in found:
        drawn = "#" * number + " " if number else ""
        print(f"{name}: {drawn}({number})")
    print(f"total: {sum(number for _, number in found)}")
    return 0


sys.exit(main())
