class RecentCache:
    def __init__(self, size):
        if size < 1:
            raise ValueError("the size must be at least 1")
        self.size = size
        self.hits = self.misses = 0
        self.values = {}

    def put(self, key, value):
        self.values.pop(key, None)
        self.values[key] = value
        if len(self.values) > self.size:
            del self.values[next(iter(self.values))]

    def get(self, key, default=None):
        if key not in self.values:
            self.misses += 1
            return default
        self.hits += 1
        value = self.values.pop(key)
        self.values[key] = value
        return value

    def keys(self):
        return list(reversed(self.values))

    def __len__(self):
        return len(self.values)

    def __contains__(self, key):
        return key in self.values
