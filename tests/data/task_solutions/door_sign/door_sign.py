def door_sign(name: str) -> str:
    """The name in capitals between two stars."""
    return f"* {name.upper()} *"
