import sys


def said(seconds):
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "h"), (minutes, "m"), (seconds, "s")]
    return " ".join(f"{count}{unit}" for count, unit in parts if count) or "0s"


def main(arguments):
    if len(arguments) != 1 or not arguments[0].isdecimal():
        print("usage: main.py SECONDS", file=sys.stderr)
        return 2
    print(said(int(arguments[0])))
    return 0


sys.exit(main(sys.argv[1:]))
