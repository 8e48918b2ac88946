import sys

lines = [line for line in sys.stdin.read().split("\n") if line.strip()]
words = [word for line in lines for word in line.split()]
print(f"lines: {len(lines)}")
print(f"words: {len(words)}")
print(f"longest: {max(words, key=len, default='-')}")
