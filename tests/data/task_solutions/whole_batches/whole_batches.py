def whole_batches(recipe: dict[str, int], pantry: dict[str, int]) -> int:
    """How many times the whole recipe can be made."""
    counts = (pantry.get(name, 0) // amount for name, amount in recipe.items() if amount)
    return min(counts, default=0)
