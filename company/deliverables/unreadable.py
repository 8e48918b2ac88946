"""A reply that yields nothing usable."""


class Unreadable(Exception):
    """The reply cannot be used; `complaint` tells the role, in the second person, what to do."""

    def __init__(self, complaint: str) -> None:
        super().__init__(complaint)
        self.complaint = complaint
