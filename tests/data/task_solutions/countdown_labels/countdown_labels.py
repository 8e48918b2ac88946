def countdown_labels(steps: list[str]) -> list[str]:
    """Every step behind the number of steps that are left."""
    total = len(steps)
    return [f"{total - place}: {step}" for place, step in enumerate(steps)]
