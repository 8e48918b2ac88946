class Entry:
    def __init__(self, amount):
        self.amount = amount


def balance(entries):
    """The sum of all entries."""
    return sum(entry.amount for entry in entries)
