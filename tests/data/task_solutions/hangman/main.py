import re
import sys


def play(word):
    tried, left = set(), 6
    print("_" * len(word))
    for line in sys.stdin:
        letter = line.strip().lower()
        if not re.fullmatch("[a-z]", letter):
            print("one letter, please")
        elif letter in tried:
            print("already tried")
        else:
            tried.add(letter)
            if letter in word:
                print("".join(each if each in tried else "_" for each in word))
            else:
                left -= 1
                print(f"no, {left} left")
        if set(word) <= tried:
            print("won")
            return
        if left == 0:
            print(f"lost: {word}")
            return
    print("gave up")


def main(arguments):
    if len(arguments) != 1 or not re.fullmatch("[A-Za-z]+", arguments[0]):
        print("usage: main.py WORD", file=sys.stderr)
        return 2
    play(arguments[0].lower())
    return 0


sys.exit(main(sys.argv[1:]))
