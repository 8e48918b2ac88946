import collections
import re


class Completion:
    def __init__(self):
        self._counts = collections.Counter()

    def learn(self, text):
        self._counts.update(re.findall(r"[^\W\d_]+", text.lower()))

    def count(self, word):
        return self._counts[word.lower()]

    def complete(self, start, most=5):
        start = start.lower()
        found = [word for word in self._counts if word.startswith(start) and word != start]
        return sorted(found, key=lambda word: (-self._counts[word], word))[:most]

    def forget(self, word):
        if word.lower() not in self._counts:
            raise KeyError(word)
        del self._counts[word.lower()]
