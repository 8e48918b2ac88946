class Intervals:
    def __init__(self, pairs=()):
        self._pairs = []
        for a, b in pairs:
            self.add(a, b)

    def add(self, a, b):
        check(a, b)
        apart = [pair for pair in self._pairs if pair[1] < a - 1 or pair[0] > b + 1]
        joined = [pair for pair in self._pairs if pair not in apart]
        low = min([a, *(pair[0] for pair in joined)])
        high = max([b, *(pair[1] for pair in joined)])
        self._pairs = sorted([*apart, (low, high)])

    def remove(self, a, b):
        check(a, b)
        left = []
        for low, high in self._pairs:
            left += [(low, min(high, a - 1)), (max(low, b + 1), high)]
        self._pairs = sorted({pair for pair in left if pair[0] <= pair[1]})

    def pairs(self):
        return list(self._pairs)

    def __contains__(self, number):
        return any(low <= number <= high for low, high in self._pairs)

    def __len__(self):
        return sum(high - low + 1 for low, high in self._pairs)


def check(a, b):
    if a > b:
        raise ValueError(f"{a} is above {b}")
