import sys


def is_leap(year):
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def main(arguments):
    if len(arguments) != 1 or not arguments[0].isdecimal() or int(arguments[0]) < 1:
        print("usage: main.py YEAR, a whole number above 0", file=sys.stderr)
        return 2
    print("leap" if is_leap(int(arguments[0])) else "common")
    return 0


sys.exit(main(sys.argv[1:]))
