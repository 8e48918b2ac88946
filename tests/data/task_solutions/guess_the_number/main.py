import sys

MOST = 7


def play(secret):
    guesses = 0
    for line in sys.stdin:
        try:
            guess = int(line)
        except ValueError:
            print("not a number")
            continue
        guesses += 1
        if guess == secret:
            print(f"correct after {guesses} guess" + ("" if guesses == 1 else "es"))
            return
        print("higher" if guess < secret else "lower")
        if guesses == MOST:
            print(f"lost, it was {secret}")
            return
    print("gave up")


def main(arguments):
    if len(arguments) != 1 or not arguments[0].isdecimal() or not 1 <= int(arguments[0]) <= 100:
        print("usage: main.py SECRET, from 1 to 100", file=sys.stderr)
        return 2
    play(int(arguments[0]))
    return 0


sys.exit(main(sys.argv[1:]))
