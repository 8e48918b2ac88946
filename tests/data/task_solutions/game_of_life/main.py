import sys


def neighbours(cells, row, column):
    around = [(r, c) for r in (row - 1, row, row + 1) for c in (column - 1, column, column + 1)]
    return sum(cell in cells for cell in around if cell != (row, column))


def stepped(cells, height, width):
    alive = set()
    for row in range(height):
        for column in range(width):
            count = neighbours(cells, row, column)
            if count == 3 or (count == 2 and (row, column) in cells):
                alive.add((row, column))
    return alive


def main(arguments):
    lines = sys.stdin.read().split()
    fair = lines and len({len(line) for line in lines}) == 1 and set("".join(lines)) <= {"#", "."}
    if len(arguments) != 1 or not arguments[0].isdecimal() or not fair:
        print("usage: main.py GENERATIONS < BOARD", file=sys.stderr)
        return 2
    height, width = len(lines), len(lines[0])
    cells = {(r, c) for r in range(height) for c in range(width) if lines[r][c] == "#"}
    for _ in range(int(arguments[0])):
        cells = stepped(cells, height, width)
    for row in range(height):
        print("".join("#" if (row, column) in cells else "." for column in range(width)))
    return 0


sys.exit(main(sys.argv[1:]))
