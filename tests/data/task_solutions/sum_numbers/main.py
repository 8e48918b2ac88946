import sys


def main():
    try:
        numbers = [int(line) for line in sys.stdin.read().splitlines() if line.strip()]
        low, high = min(numbers), max(numbers)
    except ValueError:
        print("give whole numbers, one a line", file=sys.stderr)
        return 2
    print(f"sum: {sum(numbers)}")
    print(f"min: {low}")
    print(f"max: {high}")
    return 0


sys.exit(main())
