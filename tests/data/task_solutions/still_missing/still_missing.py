def still_missing(wanted: list[str], owned: list[str]) -> list[str]:
    """What is wanted and not owned, as often as it is lacking."""
    spare = list(owned)
    missing = []
    for text in wanted:
        if text in spare:
            spare.remove(text)
        else:
            missing.append(text)
    return missing
