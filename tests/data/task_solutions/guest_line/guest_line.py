def guest_line(names: list[str], most: int) -> str:
    """The first names, and how many others there are."""
    if len(names) < 2:
        return names[0] if names else "nobody"
    shown, left = names[:most], len(names) - most
    others = "1 other" if left == 1 else f"{left} others"
    end = shown.pop() if left <= 0 else others
    return ", ".join(shown) + f" and {end}"
