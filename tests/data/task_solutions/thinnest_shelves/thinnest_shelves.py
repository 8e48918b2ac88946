def thinnest_shelves(shelves: dict[str, list[str]]) -> list[str]:
    """The names of the shelves with the fewest books."""
    fewest = min((len(books) for books in shelves.values()), default=0)
    return [name for name, books in shelves.items() if len(books) == fewest]
