import sys

lines = sys.stdin.read().splitlines()
for line in reversed(lines):
    if "--words" in sys.argv[1:]:
        line = " ".join(reversed(line.split()))
    print(line)
