def shelf_order(titles: list[str]) -> list[str]:
    """The titles in the order of a shelf."""

    def key(title: str) -> str:
        first, _, rest = title.lower().partition(" ")
        return rest if rest and first in ("the", "a", "an") else title.lower()

    return sorted(titles, key=key)
