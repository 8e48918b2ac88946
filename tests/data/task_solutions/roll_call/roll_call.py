def roll_call(names: list[str]) -> str:
    """A numbered line for every name."""
    return "\n".join(f"{number}. {name}" for number, name in enumerate(names, 1))
