def blurred_plate(plate: str) -> str:
    """The plate with a `#` in place of every digit."""
    return "".join("#" if character in "0123456789" else character for character in plate)
