import csv
import sys


def table(path, key):
    with open(path, newline="", encoding="utf-8") as file:
        names, *rows = csv.reader(file)
    if key not in names:
        raise ValueError(f"{path} has no column {key}")
    return names, rows


def main(arguments):
    try:
        left_path, right_path, key = arguments
        left_names, left_rows = table(left_path, key)
        right_names, right_rows = table(right_path, key)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    left_place, right_place = left_names.index(key), right_names.index(key)
    matching = {}
    for row in right_rows:
        value = row.pop(right_place)
        matching.setdefault(value, []).append(row)
    added = [name for name in right_names if name != key]
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(left_names + [f"right_{name}" if name in left_names else name for name in added])
    for row in left_rows:
        for other in matching.get(row[left_place], [[""] * len(added)]):
            writer.writerow(row + other)
    return 0


sys.exit(main(sys.argv[1:]))
