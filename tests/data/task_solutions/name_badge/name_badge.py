def name_badge(name: str) -> str:
    """The name with initials for all words but the first and the last."""
    words = name.split()
    between = [f"{word[0].upper()}." for word in words[1:-1]]
    ends = [word.capitalize() for word in words[:1] + words[1:][-1:]]
    return " ".join(ends[:1] + between + ends[1:])
