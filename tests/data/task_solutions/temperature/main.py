import sys


def converted(number, unit):
    if unit == "C":
        return number * 9 / 5 + 32, "F"
    return (number - 32) * 5 / 9, "C"


def main(arguments):
    try:
        number, unit = arguments
        degrees = float(number)
    except ValueError:
        print("usage: main.py NUMBER C|F", file=sys.stderr)
        return 2
    if unit.upper() not in ("C", "F"):
        print(f"no unit: {unit}", file=sys.stderr)
        return 2
    value, other = converted(degrees, unit.upper())
    print(f"{value:.1f} {other}")
    return 0


sys.exit(main(sys.argv[1:]))
