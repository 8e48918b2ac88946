import collections
import re
import sys


def main(arguments):
    if len(arguments) != 1 or not arguments[0].isdecimal() or int(arguments[0]) < 1:
        print("usage: main.py N", file=sys.stderr)
        return 2
    counts = collections.Counter(re.findall("[a-z]+", sys.stdin.read().lower()))
    for word, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[: int(arguments[0])]:
        print(word, count)
    return 0


sys.exit(main(sys.argv[1:]))
