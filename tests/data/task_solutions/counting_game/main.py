import sys


def word(number):
    words = [word for divisor, word in ((3, "ping"), (7, "pong")) if number % divisor == 0]
    return " ".join(words) or str(number)


def main(arguments):
    if len(arguments) != 1 or not arguments[0].isdecimal() or int(arguments[0]) < 1:
        print("usage: main.py N", file=sys.stderr)
        return 2
    for number in range(1, int(arguments[0]) + 1):
        print(word(number))
    return 0


sys.exit(main(sys.argv[1:]))
