import sys

WAYS = {"n": (-1, 0), "s": (1, 0), "e": (0, 1), "w": (0, -1)}


def walk(lines, steps):
    text = "".join(lines)
    if text.count("S") != 1 or text.count("E") != 1:
        raise ValueError("a maze has one start and one exit")
    if set(steps) - set(WAYS):
        raise ValueError("steps are n, e, s and w")
    squares = {(r, c): lines[r][c] for r in range(len(lines)) for c in range(len(lines[r]))}
    here = next(place for place, kind in squares.items() if kind == "S")
    count, bumps, coins = 0, 0, set()
    for step in steps:
        count += 1
        there = (here[0] + WAYS[step][0], here[1] + WAYS[step][1])
        if squares.get(there, "#") == "#":
            bumps += 1
            continue
        here = there
        if squares[here] == "*":
            coins.add(here)
        if squares[here] == "E":
            break
    place = "out" if squares[here] == "E" else f"at {here[0] + 1} {here[1] + 1}"
    return f"steps: {count}\nbumps: {bumps}\ncoins: {len(coins)}\n{place}"


def main(arguments):
    try:
        path, steps = arguments
        with open(path, encoding="utf-8") as file:
            print(walk(file.read().splitlines(), steps))
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


sys.exit(main(sys.argv[1:]))
