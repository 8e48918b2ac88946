import sys

text = sys.stdin.read().lower()
for vowel in "aeiou":
    print(f"{vowel}: {text.count(vowel)}")
