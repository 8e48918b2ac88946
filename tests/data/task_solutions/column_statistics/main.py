import csv
import sys


def numbers(path, column):
    with open(path, newline="", encoding="utf-8") as file:
        rows = csv.DictReader(file)
        if column not in (rows.fieldnames or []):
            raise ValueError(f"there is no column {column}")
        return [float(row[column]) for row in rows if (row[column] or "").strip()]


def main(arguments):
    try:
        path, column = arguments
        found = numbers(path, column)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"count: {len(found)}")
    if found:
        print(f"sum: {sum(found):.2f}")
        print(f"mean: {sum(found) / len(found):.2f}")
        print(f"min: {min(found):.2f}")
        print(f"max: {max(found):.2f}")
    return 0


sys.exit(main(sys.argv[1:]))
