def same_start_groups(words: list[str]) -> list[list[str]]:
    """Groups of neighbours that begin with the same letter."""
    groups: list[list[str]] = []
    for word in words:
        if groups and groups[-1][0][0].lower() == word[0].lower():
            groups[-1].append(word)
        else:
            groups.append([word])
    return groups
