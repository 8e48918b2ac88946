import string
import sys


def shifted(text, shift):
    small, capital = string.ascii_lowercase, string.ascii_uppercase
    shift %= 26
    moved = small[shift:] + small[:shift] + capital[shift:] + capital[:shift]
    return text.translate(str.maketrans(small + capital, moved))


def main(arguments):
    try:
        mode, number = arguments
        shift = int(number)
        sign = {"encode": 1, "decode": -1}[mode]
    except (ValueError, KeyError):
        print("usage: main.py encode|decode SHIFT", file=sys.stderr)
        return 2
    print(shifted(sys.stdin.read(), sign * shift), end="")
    return 0


sys.exit(main(sys.argv[1:]))
