import sys

LETTERS = [
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
    (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
]


def roman(number):
    numeral = ""
    for value, letters in LETTERS:
        while number >= value:
            numeral += letters
            number -= value
    return numeral


def main(arguments):
    try:
        (number,) = map(int, arguments)
    except ValueError:
        print("usage: main.py NUMBER", file=sys.stderr)
        return 2
    if not 1 <= number <= 3999:
        print("the number must be from 1 to 3999", file=sys.stderr)
        return 2
    print(roman(number))
    return 0


sys.exit(main(sys.argv[1:]))
